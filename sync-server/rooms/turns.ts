import type { Logger } from 'pino';

/** Runs jobs one after the other. A job that throws is a bug: it is logged and the next one runs. */
export interface Turns {
  add<T>(job: () => Promise<T>): Promise<T>;
  /** For jobs nobody waits for. */
  run(job: () => Promise<void>): void;
}

export function createTurns(log: Logger): Turns {
  let last: Promise<unknown> = Promise.resolve();
  const add = <T>(job: () => Promise<T>): Promise<T> => {
    const mine = last.then(job);
    last = mine.catch((error: unknown) => log.error({ err: error }, 'room job failed'));
    return mine;
  };
  return {
    add,
    run(job) {
      add(job).catch(() => undefined); // logged above
    },
  };
}
