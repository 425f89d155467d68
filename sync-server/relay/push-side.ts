import type { View } from '#core/access/access.ts';
import type { PartitionKey } from '#core/access/partition.ts';
import { createInFlight, loadOf } from '#core/protocol/in-flight.ts';
import {
  CLOSE,
  LIMITS,
  type ChangeResult,
  type ClientMessage,
  type CloseReason,
  type RelayMessage,
} from '#core/protocol/messages.ts';
import type { PushOutcome, StoreError, StorePort } from '../store/port.ts';
import type { Hub, Listener } from './hub.ts';
import { placesOf, unseen, type Place } from './places.ts';
import type { SocketSession } from './socket-port.ts';

export interface PushSideOptions {
  readonly who: SocketSession;
  readonly store: Pick<StorePort, 'commit' | 'record'>;
  readonly hub: Hub;
  readonly now: () => number;
  readonly listener: Listener;
  /** Groups the device may hold something of (V2). */
  readonly touched: Set<PartitionKey>;
  readonly send: (message: RelayMessage) => void;
  readonly close: (reason: CloseReason, because: string) => void;
  readonly failed: (error: StoreError, n: number) => void;
  readonly crash: (error: unknown) => void;
}

/** What a connection takes: pushes, each answered after COMMIT and after what was committed before it (L4). */
export interface PushSide {
  take(message: ClientMessage & { readonly type: 'push' }, device: string): Promise<void>;
  /** Resolves when the pushes on the way are committed or failed. */
  drained(): Promise<void>;
}

/** A push that was committed before has no entries now, and its consequences came with it. */
const NOTHING_NEW = { records: [], consequences: [], unsettled: false } as const;

export function createPushSide(options: PushSideOptions): PushSide {
  const { who, store, hub, now, listener, touched, send, close } = options;
  const running = createInFlight();
  let onDrained: (() => void) | undefined;

  /**
   * The device holds what it pushed, wherever that is: in groups nobody has told it of, or that were taken back while it
   * still waited for the answer (P5). What it may not see now is taken back once it knows what its push became.
   */
  function hold(places: readonly Place[]): void {
    const drops = unseen(places, listener.view(), touched);
    // no place in the log: it says nothing of what others did
    if (drops.length > 0) send({ type: 'changes', records: [], seq: 0, drops });
  }

  /** `before` = what the person saw when the push was judged. */
  async function answer(n: number, outcome: PushOutcome, ids: readonly string[], before: View): Promise<void> {
    if (outcome.kind === 'out-of-order') return close(CLOSE.malformed, `push ${n} after ${outcome.lastN}`);
    const { seq, results } = outcome;
    const { records, consequences, unsettled } = outcome.kind === 'committed' ? outcome : NOTHING_NEW;
    const all = [...records, ...consequences];
    // what the relay wrote itself (P6), or wrote otherwise, its sender does not have
    const adjusted = ids.filter((_, i) => results[i]?.kind === 'adjusted');
    // one that was committed before: where its records are by now is not in the answer
    const places = outcome.kind === 'repeated' ? await placesOf(store, who.workspace, ids) : records;
    const tell = (told: readonly ChangeResult[], at: readonly Place[]) => {
      send({ type: 'ack', n, seq, results: told });
      hold(at);
    };
    hub.publish({
      from: listener,
      after: all[0] ? all[0].seq - 1 : seq,
      seq: all.at(-1)?.seq ?? seq,
      records: all,
      echoed: new Set([...adjusted, ...consequences.map(({ id }) => id)]),
      unsettled,
      acknowledge() {
        if (listener.view() === before || !results.some(hasState)) return tell(results, places);
        void placesOf(store, who.workspace, ids)
          .then((at) => tell(withoutHidden(results, ids, at, listener.view()), at))
          .catch(options.crash);
      },
    });
  }

  return {
    async take({ n, changes }, device) {
      if (n < 1) return close(CLOSE.malformed, 'push number');
      const load = loadOf(changes);
      if (load.bytes > LIMITS.pushBytes) return close(CLOSE.tooLarge, 'push');
      if (!running.fits(load)) return close(CLOSE.tooMany, 'pushes in flight');
      running.add(load);
      try {
        const before = listener.view();
        const push = { person: who.person(), user: who.user, device, n, changes, at: now() };
        const committed = await store.commit(who.workspace, [push]);
        if (!committed.ok) return options.failed(committed.error, n);
        const ids = changes.map((change) => change.id);
        await answer(n, committed.value[0]!, ids, before);
      } finally {
        running.remove(load);
        if (running.pushes === 0) onDrained?.();
      }
    },
    async drained() {
      if (running.pushes > 0) await new Promise<void>((resolve) => (onDrained = resolve));
    },
  };
}

const hasState = (result: ChangeResult): boolean => result.kind !== 'ok' && result.state !== undefined;

/** Rights changed since the push was judged: a state that was the person's to know then may not be now (I4). */
function withoutHidden(
  results: readonly ChangeResult[],
  ids: readonly string[],
  places: readonly Place[],
  view: View,
): ChangeResult[] {
  const seen = new Set(places.flatMap(({ id, to }) => (to !== undefined && view.sees(to) ? [id] : [])));
  return results.map((result, i): ChangeResult => {
    if (!hasState(result) || seen.has(ids[i]!)) return result;
    return result.kind === 'rejected' ? { kind: 'rejected', reason: result.reason } : { kind: 'ok' };
  });
}
