import * as Y from 'yjs';
import { CLOSE, type CloseReason } from '#core/protocol/messages.ts';

/** Bytes of a room's document, and so of any update to it. */
export const ROOM_BYTES = 1024 * 1024;
/** Client ids in one update: a device that was away for long brings one per session it wrote in. */
const ROOM_CLIENT_IDS = 256;

/** Who wrote an update, and what of the document must not change by it. */
export interface Author {
  readonly mayWrite: boolean;
}

export type Verdict =
  /** `effect` is what the update adds, encoded anew by us: no padding, nothing that was known. */
  | { readonly type: 'take'; readonly effect: Uint8Array }
  /** Says nothing new. */
  | { readonly type: 'known' }
  | { readonly type: 'refuse'; readonly close: CloseReason };

/**
 * A room's document in two copies. `trial` takes an update first and shows what it would do; only what was judged and
 * committed reaches `doc`, which is what everybody is sent. A refused update spoils the trial copy, so that is thrown
 * away and made again: the document itself never holds a byte that broke a rule.
 */
export interface RoomDoc {
  readonly doc: Y.Doc;
  judge(update: Uint8Array, author: Author): Verdict;
  /** A change of the relay's own; undefined where it changed nothing. */
  write(change: (doc: Y.Doc) => void): Uint8Array | undefined;
  /** The effect is durable: everybody may see it now. */
  take(effect: Uint8Array): void;
  /** The effect could not be stored: forget it. */
  drop(): void;
  destroy(): void;
}

/** `guarded` reads the part of a document only the relay may write; an update that changes what it says is refused. */
export function createRoomDoc(name: string, updates: readonly Uint8Array[], guarded: (doc: Y.Doc) => string): RoomDoc {
  const doc = new Y.Doc({ guid: name });
  doc.transact(() => {
    for (const update of updates) Y.applyUpdate(doc, update);
  });
  let trial: Y.Doc | undefined;

  const trialDoc = (): Y.Doc => {
    if (trial) return trial;
    trial = new Y.Doc({ guid: name }); // a new client id: the old one may have been used in what was refused
    Y.applyUpdate(trial, Y.encodeStateAsUpdate(doc));
    return trial;
  };
  const drop = () => {
    trial?.destroy();
    trial = undefined;
  };
  const refuse = (close: CloseReason): Verdict => {
    drop();
    return { type: 'refuse', close };
  };

  return {
    doc,
    judge(update, author) {
      if (update.byteLength > ROOM_BYTES) return refuse(CLOSE.tooLarge);
      const copy = trialDoc();
      const reach = reachOf(update, copy);
      if (reach === 'unreadable') return refuse(CLOSE.malformed);
      // whoever may not write is not even tried; what is known they may send, as they do when they join
      if (reach === 'new' && !author.mayWrite) return refuse(CLOSE.forbidden);
      const before = guarded(copy);
      const relayClock = Y.getState(copy.store, copy.clientID);
      const relayId = copy.clientID;
      let effect: Uint8Array | undefined;
      try {
        effect = effectOf(copy, () => Y.applyUpdate(copy, update));
      } catch {
        return refuse(CLOSE.malformed);
      }
      if (copy.store.pendingStructs !== null || copy.store.pendingDs !== null) return refuse(CLOSE.malformed);
      if (effect === undefined) return { type: 'known' };
      if (!author.mayWrite || guarded(copy) !== before) return refuse(CLOSE.forbidden);
      // nobody writes under the relay's own client id: two writers of one id diverge for ever
      if (copy.clientID !== relayId || Y.getState(copy.store, relayId) !== relayClock) return refuse(CLOSE.forbidden);
      if (Y.encodeStateAsUpdate(copy).byteLength > ROOM_BYTES) return refuse(CLOSE.tooLarge);
      return { type: 'take', effect };
    },
    write(change) {
      const copy = trialDoc();
      return effectOf(copy, () => copy.transact(() => change(copy)));
    },
    take(effect) {
      Y.applyUpdate(doc, effect);
    },
    drop,
    destroy() {
      drop();
      doc.destroy();
    },
  };
}

/** What `run` changed, as one update; undefined where nothing changed. */
function effectOf(doc: Y.Doc, run: () => void): Uint8Array | undefined {
  let effect: Uint8Array | undefined;
  const note = (update: Uint8Array) => (effect = update);
  doc.on('update', note);
  try {
    run();
  } finally {
    doc.off('update', note);
  }
  return effect;
}

/**
 * Does the update start where the document ends, and does it bring structs beyond it? Asked before it is applied:
 * integrating 140 kB full of gaps stalls the process for seconds (P3).
 */
function reachOf(update: Uint8Array, doc: Y.Doc): 'unreadable' | 'known' | 'new' {
  try {
    const { from, to } = Y.parseUpdateMeta(update);
    if (from.size > ROOM_CLIENT_IDS) return 'unreadable';
    for (const [client, clock] of from) if (clock > Y.getState(doc.store, client)) return 'unreadable';
    return [...to].every(([client, clock]) => clock <= Y.getState(doc.store, client)) ? 'known' : 'new';
  } catch {
    return 'unreadable';
  }
}
