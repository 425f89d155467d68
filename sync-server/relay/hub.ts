import type { RecordId } from '#core/kit/ids.ts';
import { encodeRelayMessage } from '#core/protocol/codec.ts';
import type { View } from '#core/access/access.ts';
import type { PartitionKey } from '#core/access/partition.ts';
import type { MovedRecord } from '../store/port.ts';
import { LIMITS, type StoredRecord } from '#core/protocol/messages.ts';

/** A turn that carries more is left to be pulled: pages are deflated and have credit, a fan-out has not. Bytes. */
const TURN_BYTES = LIMITS.socketBufferBytes;

/** A socket that gets what others commit. */
export interface Listener {
  /** Everything up to here was sent to it, or is its own. */
  sentSeq: number;
  /** What of it the person may see now. */
  view(): View;
  /** Sends a frame about records of these partitions; closes the socket instead when it is behind (P8). */
  deliver(frame: Uint8Array, keys: ReadonlySet<PartitionKey>): void;
  /** Too much to send at once: it pulls again from its `sentSeq`. */
  fallBack(): void;
}

/** Something committed: by whom, which entries, and what its sender is to be told. */
export interface Committed {
  /** The sending socket. */
  readonly from: unknown;
  /** Where the log stood before its first entry; `seq` where it has none. Nothing of it is sent before all up to here. */
  readonly after: number;
  /** Where the log stood after it. */
  readonly seq: number;
  /** In order of `seq`. */
  readonly records: readonly MovedRecord[];
  /** Record ids whose entry the sender must get as well, because the relay changed it. */
  readonly echoed: ReadonlySet<string>;
  /** P6: consequences of it are to come in other transactions. */
  readonly unsettled?: boolean;
  /** Called after the changes of this turn were sent. */
  readonly acknowledge: () => void;
}

export interface Hub {
  /** Greatest `seq` that was fanned out. */
  readonly seq: number;
  readonly size: number;
  add(listener: Listener): void;
  remove(listener: Listener): void;
  /**
   * Tells every entry of one record as it is published, with who committed it; for its open room. The entry that says
   * that it was erased has an empty state. Returns how to stop.
   */
  watch(id: RecordId, told: (record: StoredRecord, from: unknown) => void): () => void;
  /** Must be called in order of `seq`, only after COMMIT (L4). Sent at the end of this turn of the event loop. */
  publish(committed: Committed): void;
  /** Sends now what this turn has gathered. */
  flush(): void;
}

/**
 * Fan-out of one workspace. What a turn of the event loop commits is encoded once and sent as one message; a socket
 * that committed itself gets the same without its own entries. Changes go before acknowledgements: a device may then
 * take the greatest `seq` it was told as its cursor and has missed nothing below it.
 */
export function createHub(): Hub {
  const listeners = new Set<Listener>();
  const watchers = new Map<RecordId, (record: StoredRecord, from: unknown) => void>();
  let turn: Committed[] = [];
  let scheduled: NodeJS.Immediate | undefined;
  let seq = 0;

  function flush(): void {
    clearImmediate(scheduled);
    scheduled = undefined;
    // what one answer of the store settled is in order; who waited for it may have gone on in another
    const committed = turn.sort((a, b) => a.seq - b.seq);
    turn = [];
    const entries = committed.flatMap(({ from, records, echoed }) =>
      records.map((record) => ({ record, from: echoed.has(record.id) ? undefined : from })),
    );
    const last = entries.at(-1)?.record.seq;
    if (last !== undefined) {
      const frames = createFrames(entries, last);
      for (const listener of [...listeners]) {
        const found = frames.of(listener);
        if (found === 'too-much') {
          listener.fallBack();
          continue;
        }
        listener.sentSeq = Math.max(listener.sentSeq, last);
        if (found) listener.deliver(found.frame, found.keys);
      }
      seq = Math.max(seq, last);
    }
    for (const { acknowledge } of committed) acknowledge();
  }

  return {
    get seq() {
      return seq;
    },
    get size() {
      return listeners.size;
    },
    add: (listener) => void listeners.add(listener),
    remove: (listener) => void listeners.delete(listener),
    watch(id, told) {
      watchers.set(id, told);
      return () => void (watchers.get(id) === told && watchers.delete(id));
    },
    publish(committed) {
      if (watchers.size > 0) {
        for (const record of committed.records) {
          if (record.state.length > 0 || record.to === '') watchers.get(record.id)?.(record, committed.from);
        }
      }
      turn.push(committed);
      scheduled ??= setImmediate(flush);
    },
    flush,
  };
}

interface Entry {
  readonly record: MovedRecord;
  /** The socket that has it already. */
  readonly from: unknown;
}
interface Frame {
  readonly frame: Uint8Array;
  readonly keys: ReadonlySet<PartitionKey>;
}

/**
 * The frames of one turn. Sockets that see the same partitions of those the turn touched get the same bytes (V8); what
 * left a partition they see for one they do not is named as dropped, and nothing else is said of it (I4).
 */
function createFrames(entries: readonly Entry[], last: number) {
  const keys = [...new Set(entries.flatMap(({ record: { from, to } }) => (from === null ? [to] : [from, to])))];
  const senders = new Set(entries.map((entry) => entry.from));
  const first = entries[0]!.record.seq;
  const shared = new Map<string, Frame | 'too-much' | undefined>();

  function build(view: View, wanted: readonly Entry[]): Frame | 'too-much' | undefined {
    const shown = wanted
      .filter(({ record }) => record.state.length > 0 && view.sees(record.to))
      .map(({ record }) => record);
    // its last place in the turn counts: it may have gone and come back
    const left = wanted.filter(({ record: { from, to } }) => from !== null && view.sees(from) && !view.sees(to));
    const lastPlace = new Map(wanted.map(({ record }) => [record.id, record.to]));
    const drops = [...new Set(left.map(({ record }) => record.id))].filter((id) => !view.sees(lastPlace.get(id)!));
    const records = shown.filter((record) => view.sees(lastPlace.get(record.id)!));
    if (records.length === 0 && drops.length === 0) return undefined;
    if (records.reduce((sum, { state }) => sum + state.length, 0) > TURN_BYTES) return 'too-much';
    return {
      frame: encodeRelayMessage({ type: 'changes', records, seq: last, drops }),
      keys: new Set(records.map((record) => record.to)),
    };
  }

  return {
    of(listener: Listener): Frame | 'too-much' | undefined {
      const view = listener.view();
      if (senders.has(listener) || listener.sentSeq >= first) {
        return build(
          view,
          entries.filter((entry) => entry.from !== listener && entry.record.seq > listener.sentSeq),
        );
      }
      const signature = view.all ? '*' : keys.map((key) => (view.sees(key) ? '1' : '0')).join('');
      if (!shared.has(signature)) shared.set(signature, build(view, entries));
      return shared.get(signature);
    },
  };
}
