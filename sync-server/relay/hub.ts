import type { RecordId } from '#core/kit/ids.ts';
import { encodeRelayMessage } from '#core/protocol/codec.ts';
import { LIMITS, type StoredRecord } from '#core/protocol/messages.ts';

/** A turn that carries more is left to be pulled: pages are deflated and have credit, a fan-out has not. Bytes. */
const TURN_BYTES = LIMITS.socketBufferBytes;

/** A socket that gets what others commit. */
export interface Listener {
  /** Everything up to here was sent to it, or is its own. */
  sentSeq: number;
  /** Sends a frame; closes the socket instead when it is behind (P8). */
  deliver(frame: Uint8Array): void;
  /** Too much to send at once: it pulls again from its `sentSeq`. */
  fallBack(): void;
}

/** Something committed: by whom, which entries, and what its sender is to be told. */
export interface Committed {
  /** The sending socket. */
  readonly from: unknown;
  /** Where the log stood before its first entry; `seq` where it has none. Nothing of it is sent before all up to here. */
  readonly after: number;
  /** Where the log stood after it: what its sender may take for his cursor. */
  readonly seq: number;
  /** In order of `seq`. */
  readonly records: readonly StoredRecord[];
  /** Record ids whose entry the sender must get as well, because the relay changed it. */
  readonly echoed: ReadonlySet<string>;
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
   * Tells every entry of one record as it is published, with who committed it; for its open room. Returns how to stop.
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
    const committed = turn;
    turn = [];
    const entries = committed.flatMap(({ from, records, echoed }) =>
      records.map((record) => ({ record, from: echoed.has(record.id) ? undefined : from })),
    );
    const last = entries.at(-1)?.record.seq;
    if (last !== undefined) {
      const first = entries[0]!.record.seq;
      const senders = new Set(entries.map((entry) => entry.from));
      const tooMuch = entries.reduce((sum, { record }) => sum + record.state.length, 0) > TURN_BYTES;
      let shared: Uint8Array | undefined;
      for (const listener of [...listeners]) {
        const own = senders.has(listener) || listener.sentSeq >= first;
        const records = own
          ? entries.filter((e) => e.from !== listener && e.record.seq > listener.sentSeq).map((e) => e.record)
          : undefined;
        if (tooMuch && records?.length !== 0) {
          listener.fallBack();
          continue;
        }
        listener.sentSeq = Math.max(listener.sentSeq, last);
        if (records?.length === 0) continue;
        listener.deliver(records ? encode(records) : (shared ??= encode(entries.map((e) => e.record))));
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
      if (watchers.size > 0) for (const record of committed.records) watchers.get(record.id)?.(record, committed.from);
      turn.push(committed);
      scheduled ??= setImmediate(flush);
    },
    flush,
  };
}

const encode = (records: readonly StoredRecord[]) => encodeRelayMessage({ type: 'changes', records });
