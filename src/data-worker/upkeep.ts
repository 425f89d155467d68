import type { Columns } from '#columns/columns.ts';
import type { Replica } from '#replica/replica.ts';
import type { Schedule } from '#replica/snapshot.ts';

/** Between the steps that prepare orders and searches; queries of the tabs get in between. */
const WARM_EVERY_MS = 5;
/** When all is warm, or rows come in by the thousand, it looks again so much later. */
const WARM_AGAIN_MS = 2_000;
/** A round over the packs starts so long after the start, and again after each round. */
const ROUND_MS = 5 * 60_000;
const STEP_MS = 500;

/** What the worker does when it has nothing to do: warms the columns, rewrites sparse packs. Returns what ends it. */
export function startUpkeep(
  replica: Pick<Replica, 'compact'>,
  columns: Columns,
  schedule: Schedule,
  onError: (error: unknown) => void,
): () => void {
  let stopped = false;
  let cancelWarm = schedule(warm, 50);
  let cancelRound = schedule(() => void compact(0), ROUND_MS);

  function warm(): void {
    if (!stopped) cancelWarm = schedule(warm, columns.warm() ? WARM_EVERY_MS : WARM_AGAIN_MS);
  }

  async function compact(fromId: number): Promise<void> {
    try {
      const { next } = await replica.compact(fromId);
      if (stopped) return;
      cancelRound =
        next === undefined ? schedule(() => void compact(0), ROUND_MS) : schedule(() => void compact(next), STEP_MS);
    } catch (error) {
      onError(error); // a damaged pack: no more rewriting in this session, everything else goes on
    }
  }

  return () => {
    stopped = true;
    cancelWarm();
    cancelRound();
  };
}
