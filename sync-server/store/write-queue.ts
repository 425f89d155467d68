/** One write that waits for its transaction. */
export interface Waiting {
  /** Whose it is; '' = the relay's own. */
  readonly user: string;
  /** Of its updates. */
  readonly bytes: number;
  /** Changes in it. */
  readonly count: number;
}

/**
 * Whose turn it is to write (I9). Alone, somebody writes as fast as the disk allows. With others about, many small
 * writes share a transaction, a large one has one of its own in between, and whoever held the database for long then
 * rests for twice that time: what one person does costs the others a moment, and never most of the time. Writes of one
 * person keep their order (P2).
 */
export interface WriteQueue<W extends Waiting> {
  add(write: W): void;
  /** What goes into the next transaction; empty when nobody may write now. */
  next(): W[];
  /** ms until `next` may give something again; undefined when nothing waits. */
  restMs(): number | undefined;
  /** The transaction ended; ms of each of its writes, and of all where the engine cannot tell them apart. */
  took(group: readonly W[], ms: readonly number[], allMs: number): void;
  /** Nothing waits, and nobody wrote in the last seconds. */
  isIdle(): boolean;
  /** Takes everything out. */
  drain(): W[];
}

/** Largest sum of updates in one transaction; a longer one would make the writers behind it wait. Bytes. */
const GROUP_BYTES = 4 * 1024 * 1024;
/** What counts as large: its updates and this much for each change. Bytes. */
const LARGE = 64 * 1024;
const CHANGE_BYTES = 512;
/** Writes of one person in one transaction while others are about: how long each takes is known only afterwards. */
const OF_ONE = 4;
/** Whoever holds the database longer in one transaction rests afterwards. ms. */
const LONG_MS = 20;
const LONGEST_REST_MS = 1_000;
/** Somebody who wrote so recently is about. */
const ABOUT_MS = 5_000;

interface Writer<W> {
  readonly waiting: W[];
  wroteAt: number;
  restsUntil: number;
  /** What it wrote last took long: not together with others. */
  slow: boolean;
}

export function createWriteQueue<W extends Waiting>(now: () => number): WriteQueue<W> {
  const writers = new Map<string, Writer<W>>();
  let lastWasSmall = false;

  const size = ({ bytes, count }: W) => bytes + count * CHANGE_BYTES;
  const isLarge = (writer: Writer<W>) => writer.slow || size(writer.waiting[0]!) > LARGE;

  function forgetIdle(): void {
    for (const [user, { waiting, wroteAt }] of writers) {
      if (waiting.length === 0 && now() - wroteAt > ABOUT_MS) writers.delete(user);
    }
  }

  /** One after the other from each, at most so many, as long as it fits and `may`. */
  function take(from: readonly Writer<W>[], ofEach: number, may: (writer: Writer<W>) => boolean): W[] {
    const group: W[] = [];
    let bytes = 0;
    for (let found = true, round = 0; found && round < ofEach; round++) {
      found = false;
      for (const writer of from) {
        const head = writer.waiting[0];
        if (!head || !may(writer) || (group.length > 0 && bytes + head.bytes > GROUP_BYTES)) continue;
        group.push(writer.waiting.shift()!);
        bytes += head.bytes;
        found = true;
      }
    }
    return group;
  }

  return {
    add(write) {
      const writer = writers.get(write.user) ?? { waiting: [], wroteAt: 0, restsUntil: 0, slow: false };
      writer.waiting.push(write);
      writer.wroteAt = now();
      writers.set(write.user, writer);
    },
    next() {
      forgetIdle();
      if (writers.size === 1) return take([...writers.values()], Infinity, () => true);
      const ready = [...writers.values()].filter((writer) => writer.waiting.length > 0 && writer.restsUntil <= now());
      const large = ready.filter(isLarge);
      const small = large.length > 0 && lastWasSmall ? [] : take(ready, OF_ONE, (writer) => !isLarge(writer));
      lastWasSmall = small.length > 0;
      if (small.length > 0) return small;
      // the one that waited longest for its turn
      const first = large.sort((a, b) => a.restsUntil - b.restsUntil)[0];
      return first ? [first.waiting.shift()!] : [];
    },
    restMs() {
      const rests = [...writers.values()].filter(({ waiting }) => waiting.length > 0).map((w) => w.restsUntil - now());
      return rests.length > 0 ? Math.max(0, Math.min(...rests)) : undefined;
    },
    took(group, ms, allMs) {
      const sums = new Map<string, number>();
      const whole = group.reduce((sum, write) => sum + size(write), 0) || 1;
      const msOf = (write: W, i: number) => (ms.length > 0 ? (ms[i] ?? 0) : (allMs * size(write)) / whole);
      group.forEach((write, i) => sums.set(write.user, (sums.get(write.user) ?? 0) + msOf(write, i)));
      for (const [user, sum] of sums) {
        const writer = writers.get(user);
        if (!writer) continue;
        writer.slow = sum > LONG_MS;
        writer.restsUntil = now() + (writer.slow ? Math.min(2 * sum, LONGEST_REST_MS) : 0);
      }
    },
    isIdle() {
      forgetIdle();
      return writers.size === 0;
    },
    drain: () => [...writers.values()].flatMap(({ waiting }) => waiting.splice(0)),
  };
}
