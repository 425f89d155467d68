import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';

/** One measured figure with its bound and, where there is one, a peer measured in the same run. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: 'ms' | 's' | 'µs' | 'MB' | 'kB' | '×' | 'count';
  /** The figure must not exceed it (or, for `atLeast`, fall below it). */
  readonly bound?: number;
  readonly peer?: { readonly name: string; readonly value: number };
  readonly note?: string;
}

export interface Case {
  readonly name: string;
  run(log: (line: string) => void): Promise<readonly Figure[]>;
}

const results = join(import.meta.dirname, 'results', 'latest.json');

/** Percentile of measured times by nearest rank; `p` in 0…1. */
export function percentile(values: readonly number[], p: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(sorted.length * p) - 1))] ?? NaN;
}
export const median = (values: readonly number[]): number => percentile(values, 0.5);

/** Writes the figures to results/latest.json; cases that did not run keep their last figures. */
export function save(figures: ReadonlyMap<string, readonly Figure[]>): void {
  const machine = `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}, Node ${process.version}`;
  const date = new Date().toISOString().slice(0, 10);
  const before = load();
  const kept = before.filter((row) => !figures.has(row.case));
  const fresh = [...figures].flatMap(([name, list]) =>
    list.map(({ name: figure, value, unit, bound, peer, note }) => ({
      case: name,
      name: figure,
      value: round(value),
      unit,
      bound: bound ?? null,
      peer: peer?.name ?? null,
      peerValue: peer ? round(peer.value) : null,
      ratio: peer ? round(peer.value / value) : null,
      note: note ?? null,
      machine,
      date,
    })),
  );
  mkdirSync(join(import.meta.dirname, 'results'), { recursive: true });
  writeFileSync(results, `${JSON.stringify([...kept, ...fresh], null, 1)}\n`);
}

/** The table of one case for the terminal and the README. */
export function table(figures: readonly Figure[]): string {
  const lines = ['| What | Measured | Must | Peer | Peer ÷ ours |', '|---|---|---|---|---|'];
  for (const f of figures) {
    const peer = f.peer ? `${f.peer.name}: ${show(f.peer.value, f.unit)}` : '–';
    const ratio = f.peer ? `${(f.peer.value / f.value).toFixed(1)} ×` : '–';
    const must = f.bound === undefined ? '–' : `≤ ${show(f.bound, f.unit)}${f.value <= f.bound ? '' : ' ✗'}`;
    lines.push(
      `| ${f.name}${f.note ? ` (${f.note})` : ''} | ${show(f.value, f.unit)} | ${must} | ${peer} | ${ratio} |`,
    );
  }
  return lines.join('\n');
}

interface Saved {
  readonly case: string;
  readonly [key: string]: unknown;
}

function load(): readonly Saved[] {
  try {
    return JSON.parse(readFileSync(results, 'utf8')) as readonly Saved[];
  } catch {
    return []; // the first run
  }
}

const round = (n: number) => Math.round(n * 100) / 100;
const show = (n: number, unit: string) => `${n >= 100 ? Math.round(n) : round(n)}${unit === 'count' ? '' : ` ${unit}`}`;
