/** Label names and values of one sample. */
export type Labels = Readonly<Record<string, string>>;

export interface Sample {
  readonly labels?: Labels;
  readonly value: number;
}

/** A metric that can be written out. */
export interface Metric {
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  /** One line for each sample, without the comments. */
  readonly lines: () => readonly string[];
}

/** Content type of `metricsText`. */
export const METRICS_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/** Prometheus text exposition format 0.0.4. */
export const metricsText = (metrics: readonly Metric[]): string =>
  metrics
    .map(({ name, help, type, lines }) => `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines().join('\n')}\n`)
    .join('');

/** Only grows. The `known` series are written from the start, with 0. */
export function createCounter(name: string, help: string, known: readonly Labels[] = []) {
  const counts = new Map(known.map((labels) => [series(name, labels), 0]));
  return {
    ...{ name, help, type: 'counter' as const },
    add(labels: Labels = {}, by = 1) {
      const key = series(name, labels);
      counts.set(key, (counts.get(key) ?? 0) + by);
    },
    lines: () => [...counts].map(([key, count]) => `${key} ${count}`),
  } satisfies Metric & { add: unknown };
}

/** What `samples` says at the moment it is asked. */
export const gauge = (name: string, help: string, samples: readonly Sample[]): Metric => ({
  ...{ name, help, type: 'gauge' },
  lines: () => samples.map(({ labels, value }) => `${series(name, labels)} ${value}`),
});

/** How often something took at most so long; `bounds` in seconds, ascending. */
export function createHistogram(name: string, help: string, bounds: readonly number[]) {
  const counts = bounds.map(() => 0);
  let sum = 0;
  let count = 0;
  return {
    ...{ name, help, type: 'histogram' as const },
    observe(seconds: number) {
      sum += seconds;
      count++;
      const at = bounds.findIndex((bound) => seconds <= bound);
      if (at >= 0) counts[at]!++;
    },
    lines() {
      let upTo = 0;
      const buckets = bounds.map((bound, i) => bucket(String(bound), (upTo += counts[i]!)));
      return [...buckets, bucket('+Inf', count), `${name}_sum ${sum}`, `${name}_count ${count}`];
    },
  } satisfies Metric & { observe: unknown };

  function bucket(le: string, value: number): string {
    return `${series(`${name}_bucket`, { le })} ${value}`;
  }
}

function series(name: string, labels: Labels = {}): string {
  const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escaped(text)}"`);
  return pairs.length > 0 ? `${name}{${pairs.join(',')}}` : name;
}

const escaped = (text: string) => text.replace(/[\\"\n]/g, (char) => (char === '\n' ? '\\n' : `\\${char}`));
