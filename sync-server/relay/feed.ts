import { setTimeout as after } from 'node:timers/promises';
import { LIMITS, type Cursor, type StoredRecord } from '#core/protocol/messages.ts';
import type { RecordId } from '#core/kit/ids.ts';
import type { MovedRecord, StorePort } from '../store/port.ts';
import type { Committed, Hub } from './hub.ts';
import type { RelayLog } from './log.ts';

const PAGE = { records: 1000, bytes: LIMITS.socketBufferBytes / 2 };
const RETRY_MS = 500;
const NO_STATE = new Uint8Array();

/** A hub whose workspace other relays write to as well. */
export interface Feed extends Hub {
  /** Another relay says the log reaches `seq`. */
  hint(seq: number): void;
  /** Hints may have been lost: looks how far the log reaches. */
  check(): Promise<void>;
  close(): void;
}

export interface FeedOptions {
  readonly hub: Hub;
  readonly workspace: string;
  readonly store: Pick<StorePort, 'entries' | 'head' | 'record'>;
  readonly log: RelayLog;
  /** This relay appended up to `seq`. */
  readonly onAppend: (seq: number) => void;
  /** The database is another one, or an older state of it (L5): devices must greet it anew. */
  readonly onRestored: () => void;
}

/**
 * Puts what this relay commits and what others commit into one order. Guarantees what a hub relies on: everything is
 * handed over in order of `seq`, nothing in between is left out, and no push is acknowledged before what lies below it
 * was sent. A commit of ours that does not follow the last one handed over waits until the log was read up to it (L2).
 * While nobody listens nothing is read: whoever comes later pulls first.
 */
export function createFeed({ hub, workspace, store, log, onAppend, onRestored }: FeedOptions): Feed {
  /** Everything up to here was handed over, or nobody was there to get it. */
  let seq = 0;
  /** How far the log is known to reach. */
  let head = 0;
  let waiting: Committed[] = [];
  /** Rooms that were opened while nothing was read: their record is read once more when the place is known. */
  let unsettled = new Map<RecordId, (record: StoredRecord, from: unknown) => void>();
  let watched = 0;
  let working = false;
  let closed = false;
  let known: Cursor | undefined;

  const isIdle = () => hub.size === 0 && watched === 0;

  function hand(committed: Committed): void {
    // what was read from the log before we heard that we had committed it was sent to everybody already
    const isNews = committed.after >= seq;
    hub.publish(isNews ? committed : { ...committed, records: committed.records.filter((record) => record.seq > seq) });
    seq = Math.max(seq, committed.seq);
  }

  function handReady(): void {
    while (waiting[0] && (waiting[0].after <= seq || isIdle())) hand(waiting.shift()!);
  }

  const isBehind = () => waiting.length > 0 || unsettled.size > 0 || (head > seq && !isIdle());

  function work(): void {
    handReady();
    if (working || !isBehind()) return;
    working = true;
    void catchUp()
      .catch((error: unknown) => log.error({ workspace, err: error }, 'feed failed'))
      .finally(() => {
        working = false;
        if (!closed && isBehind()) work();
      });
  }

  async function catchUp(): Promise<void> {
    while (!closed && isBehind()) {
      if (unsettled.size > 0) await settle();
      if (isIdle()) seq = Math.max(seq, head);
      handReady();
      if (!isBehind() || unsettled.size > 0) continue;
      const asked = new Set(waiting);
      const heard = head;
      const page = await store.entries(workspace, seq, PAGE);
      if (!page.ok) {
        log.warn({ workspace, error: page.error }, 'entries of other relays cannot be read');
        await after(RETRY_MS, undefined, { ref: false });
        continue;
      }
      const foreign: MovedRecord[] = [];
      let upTo = seq;
      const handForeign = () => {
        const records = foreign.splice(0);
        if (upTo > seq) {
          hand({ from: undefined, after: seq, seq: upTo, records, echoed: new Set(), acknowledge: () => undefined });
        }
      };
      for (const entry of page.value) {
        if (entry.seq <= seq) continue; // of a commit of ours that was just handed over
        if (waiting[0] && waiting[0].after < entry.seq) {
          handForeign();
          seq = Math.max(seq, waiting[0].after);
          handReady();
          if (entry.seq <= seq) continue;
        }
        upTo = entry.seq;
        // where a later entry holds the record, that one will bring it; that it moved is told by this one
        const { recordId: id, seq: at, from, to, state = NO_STATE } = entry;
        foreign.push({ id, seq: at, state, from, to: to ?? '' });
      }
      handForeign();
      if (page.value.length === 0) {
        // the log ended here when it was read: what waited then lacks nothing below it
        while (waiting[0] && asked.has(waiting[0])) hand(waiting.shift()!);
        if (head === heard) head = seq;
      }
    }
  }

  /** Nothing was read until now: starts at the head, and brings rooms that opened meanwhile up to it. */
  async function settle(): Promise<void> {
    const at = await store.head(workspace);
    if (!at.ok) return void (await after(RETRY_MS, undefined, { ref: false }));
    // with somebody listening the place is his; those who come are only taken from here on
    if (hub.size === 0) seq = Math.max(seq, at.value.seq);
    const rooms = unsettled;
    unsettled = new Map();
    for (const [id, told] of rooms) {
      const record = await store.record(workspace, id);
      if (record.ok && record.value) told(record.value, undefined);
    }
  }

  return {
    get seq() {
      return seq;
    },
    get size() {
      return hub.size;
    },
    add(listener) {
      if (isIdle() || (hub.size === 0 && unsettled.size > 0)) seq = Math.max(seq, listener.sentSeq);
      hub.add(listener);
      work();
    },
    remove: (listener) => hub.remove(listener),
    watch(id, told) {
      if (isIdle() || unsettled.size > 0) unsettled.set(id, told);
      watched++;
      const stop = hub.watch(id, told);
      work();
      let stopped = false;
      return () => {
        if (stopped) return;
        stopped = true;
        watched--;
        if (unsettled.get(id) === told) unsettled.delete(id);
        stop();
      };
    },
    publish(committed) {
      if (committed.seq > committed.after) onAppend(committed.seq);
      head = Math.max(head, committed.seq);
      waiting.push(committed);
      work();
    },
    flush: () => hub.flush(),
    hint(reached) {
      head = Math.max(head, reached);
      if (isIdle() && !working) seq = Math.max(seq, head);
      work();
    },
    async check() {
      if (isIdle()) return;
      const before = seq;
      const at = await store.head(workspace);
      if (!at.ok) return; // the next one will
      if ((known && known.incarnation !== at.value.incarnation) || at.value.seq < before) {
        log.error({ workspace, before, now: at.value }, 'the database was restored');
        seq = head = at.value.seq;
        waiting = [];
        onRestored();
      }
      known = at.value;
      this.hint(at.value.seq);
    },
    close() {
      closed = true;
    },
  };
}
