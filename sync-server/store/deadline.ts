import { createContext, Script } from 'node:vm';

/** Work on less than this is bounded by its size alone, and a watchdog would cost more than it. Bytes. */
const WATCHED_FROM = 16 * 1024;

/** The work took longer than it may. */
export class Overrun extends Error {
  override readonly name = 'Overrun';
}

/** Time that several pieces of work share (P3). */
export interface Deadline {
  /**
   * Runs pure, synchronous work on so many bytes and stops it in the middle when its time is over: throws `Overrun`.
   * Whatever the work was building must be thrown away then.
   */
  run<T>(bytes: number, work: () => T): T;
}

const sandbox: { work?: () => unknown } = {};
const context = createContext(sandbox);
const script = new Script('work()');

/** `eachMs` for one piece of work, `totalMs` for all of them. */
export function createDeadline({ eachMs, totalMs }: { readonly eachMs: number; readonly totalMs: number }): Deadline {
  let left = totalMs;
  return {
    run<T>(bytes: number, work: () => T): T {
      if (left <= 0) throw new Overrun();
      const began = performance.now();
      try {
        return bytes < WATCHED_FROM ? work() : (watched(work, Math.min(eachMs, left)) as T);
      } finally {
        left -= performance.now() - began;
      }
    },
  };
}

/** V8 ends the work from a thread of its own: no loop in it, however long, can hold this thread. */
function watched(work: () => unknown, ms: number): unknown {
  sandbox.work = work;
  try {
    return script.runInContext(context, { timeout: Math.max(1, Math.ceil(ms)) });
  } catch (error) {
    throw (error as { code?: unknown } | undefined)?.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT' ? new Overrun() : error;
  } finally {
    delete sandbox.work;
  }
}
