/** Runs jobs one after another; a failing job fails its caller and delays nobody. */
export type Queue = <T>(job: () => Promise<T>) => Promise<T>;

export function createQueue(): Queue {
  let last: Promise<unknown> = Promise.resolve();
  return (job) => {
    const run = last.then(job);
    // the chain itself must go on after a failure; whoever called has the failure in `run`
    last = run.catch(() => undefined);
    return run;
  };
}
