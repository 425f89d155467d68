import { CLOSE, type CloseReason } from '#core/protocol/messages.ts';
import type { AwarenessEntry } from './wire.ts';

/** Bytes of one presence entry, and how often one connection's entry goes out (sync.md §4: 5 a second). */
export const PRESENCE_BYTES = 2048;
export const PRESENCE_EVERY_MS = 200;
/**
 * Clients say every 15 s that they are still there, and take one for gone after 30 s: what says nothing else may wait
 * and goes out for all together. Sent one by one, 500 people would cause 16,000 frames a second by being there.
 */
export const RENEW_MS = 8_000;
/** Presence frames one connection may send in a second; a stock client also sends back what it receives. */
const FRAMES_PER_SECOND = 100;

/** One connection, as presence sees it. */
export interface Present {
  readonly user: { readonly id: string; readonly name: string };
}

/**
 * Who is here, by the relay's word: one entry per connection, its `user` is the session's and not what the client
 * says, and it ends with the connection. Entries of other connections that a client sends (stock clients send back all
 * they receive, forgers send more) are passed over.
 */
export interface Presence<C extends Present> {
  /** Takes a client's entries; a close reason where it broke a limit. */
  receive(connection: C, entries: readonly AwarenessEntry[]): CloseReason | undefined;
  /** All present, for somebody who joins. */
  entries(): AwarenessEntry[];
  leave(connection: C): void;
  /** An entry of a connection at another relay; 'null' = gone. */
  receiveForeign(node: string, entry: AwarenessEntry): void;
  /** A relay is gone, and with it its connections. */
  forget(node: string): void;
  /** Entries of connections here, for other relays. */
  own(): AwarenessEntry[];
  stop(): void;
}

/** Whose an entry is: a connection's, or another relay's, which alone may change it. */
interface Entry<C> {
  owner: C | Foreign;
  clock: number;
  json: string;
  sentAt: number;
  /** Only the clock moved since it was sent. */
  renewed: boolean;
}

interface Foreign {
  readonly node: string;
  /** Of the person, as that relay wrote it. */
  readonly user: { readonly id: string };
}

export interface PresenceOptions {
  readonly now: () => number;
  /** Sends entries to everybody in the room, the one they are about included: stock clients take silence for a cut. */
  readonly send: (entries: readonly AwarenessEntry[]) => void;
  /** Tells other relays about connections here. */
  readonly announce?: ((entries: readonly AwarenessEntry[]) => void) | undefined;
}

export function createPresence<C extends Present>({ now, send, announce }: PresenceOptions): Presence<C> {
  const byClientId = new Map<number, Entry<C>>();
  const idOf = new Map<C, number>();
  const frames = new WeakMap<C, { second: number; count: number }>();
  const due = new Set<number>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let renewal: ReturnType<typeof setTimeout> | undefined;
  let flushedAt = -Infinity;

  const gap = () => Math.min(PRESENCE_EVERY_MS, byClientId.size);

  function flush(): void {
    timer = undefined;
    const ready = [...due].filter((id) => now() - (byClientId.get(id)?.sentAt ?? -Infinity) >= PRESENCE_EVERY_MS);
    for (const clientId of ready) due.delete(clientId);
    sendEntries(ready);
    if (due.size > 0) timer = setTimeout(flush, Math.max(PRESENCE_EVERY_MS / 4, gap()));
  }

  function renew(): void {
    renewal = undefined;
    sendEntries([...byClientId].filter(([, entry]) => entry.renewed).map(([clientId]) => clientId));
  }

  function sendEntries(clientIds: readonly number[]): void {
    const out: AwarenessEntry[] = [];
    for (const clientId of clientIds) {
      const entry = byClientId.get(clientId);
      if (!entry) continue;
      entry.sentAt = now();
      entry.renewed = false;
      out.push({ clientId, clock: entry.clock, json: entry.json });
    }
    if (out.length === 0) return;
    flushedAt = now();
    send(out);
    announce?.(out.filter(({ clientId }) => isOwn(byClientId.get(clientId)!)));
  }

  const isOwn = (entry: Entry<C>) => !isForeign(entry.owner);

  /** Changes of one turn of the loop leave in one frame; the more are here, the longer the frames gather. */
  function changed(clientId: number): void {
    due.add(clientId);
    timer ??= setTimeout(flush, Math.max(0, flushedAt + gap() - now()));
  }

  function onlyRenewed(entry: Entry<C>): void {
    entry.renewed = true;
    renewal ??= setTimeout(renew, RENEW_MS);
  }

  function remove(clientId: number, clock: number): void {
    due.delete(clientId);
    const entry = byClientId.get(clientId);
    if (!entry) return;
    byClientId.delete(clientId);
    const gone = [{ clientId, clock, json: 'null' }];
    send(gone);
    if (isOwn(entry)) announce?.(gone);
  }

  /** Is this entry the connection's own? Binds the first id it uses; takes an id over from an older socket of the same person. */
  function owns(connection: C, clientId: number): boolean {
    const mine = idOf.get(connection);
    if (mine !== undefined) return mine === clientId;
    const held = byClientId.get(clientId);
    if (held) {
      if (held.owner.user.id !== connection.user.id) return false;
      if (!isForeign(held.owner)) idOf.delete(held.owner);
      held.owner = connection;
    }
    idOf.set(connection, clientId);
    return true;
  }

  return {
    receive(connection, entries) {
      if (!countFrame(frames, connection, now())) return CLOSE.tooMany;
      for (const { clientId, clock, json } of entries) {
        if (json === 'null') {
          const held = byClientId.get(clientId);
          if (held?.owner === connection && clock >= held.clock) remove(clientId, clock);
          continue;
        }
        if (!owns(connection, clientId)) continue;
        if (Buffer.byteLength(json) > PRESENCE_BYTES) return CLOSE.tooLarge;
        const stamped = stamp(json, connection.user);
        if (stamped === undefined) return CLOSE.malformed;
        const held = byClientId.get(clientId);
        if (held && clock <= held.clock) continue; // an older state, or the same again
        const entry = { owner: connection, clock, json: stamped, sentAt: held?.sentAt ?? -Infinity, renewed: false };
        byClientId.set(clientId, entry);
        if (held?.json === stamped && !due.has(clientId)) onlyRenewed(entry);
        else changed(clientId);
      }
      return undefined;
    },
    entries: () => [...byClientId].map(([clientId, { clock, json }]) => ({ clientId, clock, json })),
    leave(connection) {
      const clientId = idOf.get(connection);
      idOf.delete(connection);
      const held = clientId === undefined ? undefined : byClientId.get(clientId);
      if (clientId !== undefined && held?.owner === connection) remove(clientId, held.clock);
    },
    receiveForeign(node, { clientId, clock, json }) {
      const held = byClientId.get(clientId);
      if (held && isOwn(held)) return; // a client that moved here, and is not quite gone there
      const mine = held && isForeign(held.owner) && held.owner.node === node;
      if (json === 'null') return mine ? remove(clientId, clock) : undefined;
      if (held && mine && clock <= held.clock) return;
      const { user } = JSON.parse(json) as { user: { id: string } };
      const entry = { owner: { node, user }, clock, json, sentAt: held?.sentAt ?? -Infinity, renewed: false };
      byClientId.set(clientId, entry);
      if (held?.json === json && !due.has(clientId)) onlyRenewed(entry);
      else changed(clientId);
    },
    forget(node) {
      for (const [clientId, { owner, clock }] of [...byClientId]) {
        if (isForeign(owner) && owner.node === node) remove(clientId, clock);
      }
    },
    own: () =>
      [...byClientId]
        .filter(([, entry]) => isOwn(entry))
        .map(([clientId, { clock, json }]) => ({ clientId, clock, json })),
    stop() {
      clearTimeout(timer);
      clearTimeout(renewal);
    },
  };
}

const isForeign = (owner: Present | Foreign): owner is Foreign => 'node' in owner;

/** The state with the session's user in it; undefined where it is no object. */
function stamp(json: string, user: Present['user']): string | undefined {
  try {
    const state: unknown = JSON.parse(json);
    if (typeof state !== 'object' || state === null || Array.isArray(state)) return undefined;
    return JSON.stringify({ ...state, user: { id: user.id, name: user.name } });
  } catch {
    return undefined;
  }
}

function countFrame<C extends object>(
  frames: WeakMap<C, { second: number; count: number }>,
  key: C,
  now: number,
): boolean {
  const second = Math.floor(now / 1000);
  const window = frames.get(key);
  if (window?.second !== second) {
    frames.set(key, { second, count: 1 });
    return true;
  }
  return ++window.count <= FRAMES_PER_SECOND;
}
