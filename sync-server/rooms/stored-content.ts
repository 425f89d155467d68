import type { Logger } from 'pino';
import * as Y from 'yjs';
import { CLOSE, type CloseReason } from '#core/protocol/messages.ts';
import type { StorePort } from '../store/port.ts';
import type { RoomContent, SentUpdate } from './room-content.ts';
import { createRoomDoc } from './room-doc.ts';
import { createTurns } from './turns.ts';

/** Updates after which a room's log is folded into one. */
const COMPACT_AFTER = 200;
/** Updates stored as one. */
const CHUNK = 64;

/** A document of the relay's own that is kept as a log of updates: the workspace's settings. */
export interface StoredContent extends RoomContent {
  /** A change of the relay's own; settles once it is stored, with false where it could not be. */
  write(change: (doc: Y.Doc) => void): Promise<boolean>;
}

export interface StoredContentOptions {
  /** Name in the store; unique over all workspaces. */
  readonly name: string;
  readonly store: Pick<StorePort, 'appendRoom' | 'loadRoom' | 'compactRoom'>;
  /** The part of the document only the relay may write, as text to compare. */
  readonly guarded: (doc: Y.Doc) => string;
  /** Called when an update was stored. */
  readonly onAppend?: (() => void) | undefined;
  readonly log: Logger;
}

/** Opens it; undefined where it cannot be read. Updates are judged one at a time, in the order in which they came. */
export async function openStoredContent(options: StoredContentOptions): Promise<StoredContent | undefined> {
  const { name, store, guarded, onAppend, log } = options;
  const loaded = await store.loadRoom(name);
  if (!loaded.ok) {
    log.error({ room: name, error: loaded.error }, 'room cannot be loaded');
    return undefined;
  }
  const content = createRoomDoc(name, loaded.value.updates, guarded);
  const turns = createTurns(log);
  let stored = loaded.value.updates.length;
  /** Everything up to this number is in the document. */
  let readUpTo = loaded.value.upTo;
  let willCatchUp = false;
  if (stored > COMPACT_AFTER) turns.run(compact);

  async function storeEffects(effects: readonly Uint8Array[]): Promise<boolean> {
    const effect = effects.length === 1 ? effects[0]! : Y.mergeUpdates([...effects]); // few, and encoded by us
    const done = await store.appendRoom(name, effect);
    if (!done.ok) {
      content.drop();
      log.error({ room: name, error: done.error }, 'room update not stored');
      return false;
    }
    content.take(effect);
    if (done.value === readUpTo + 1) readUpTo = done.value;
    onAppend?.();
    if (++stored > COMPACT_AFTER) turns.run(compact);
    return true;
  }

  /** Judges up to the first that is refused (that spoils the trial copy, made anew from what is stored), then stores. */
  async function submitSome(batch: readonly SentUpdate[]): Promise<(CloseReason | undefined)[]> {
    const answers: (CloseReason | undefined)[] = [];
    const taken: { readonly index: number; readonly effect: Uint8Array }[] = [];
    for (const [index, { update, who }] of batch.entries()) {
      const verdict = content.judge(update, { mayWrite: who.mayWrite() });
      answers.push(verdict.type === 'refuse' ? verdict.close : undefined);
      if (verdict.type === 'take') taken.push({ index, effect: verdict.effect });
      if (verdict.type === 'refuse' || taken.length === CHUNK) break;
    }
    if (taken.length > 0 && !(await storeEffects(taken.map(({ effect }) => effect)))) {
      for (const { index } of taken) answers[index] = CLOSE.retry;
    }
    return answers;
  }

  /** In a turn of its own: the document then says exactly what is stored up to `readUpTo`. */
  async function compact(): Promise<void> {
    if (stored <= COMPACT_AFTER || !(await catchUp())) return; // tried again after the next update
    const done = await store.compactRoom(name, readUpTo, Y.encodeStateAsUpdate(content.doc));
    if (done.ok) stored = 1;
  }

  /** In a turn of its own: takes what other relays appended. False where it cannot be read. */
  async function catchUp(): Promise<boolean> {
    const later = await store.loadRoom(name, readUpTo);
    if (!later.ok) return false;
    if (later.value.updates.length > 0) content.drop(); // judged from now on with what others wrote
    for (const update of later.value.updates) content.take(update);
    readUpTo = later.value.upTo;
    return true;
  }

  return {
    doc: content.doc,
    submit: (batch) =>
      turns.add(async () => {
        const answers: (CloseReason | undefined)[] = [];
        while (answers.length < batch.length) answers.push(...(await submitSome(batch.slice(answers.length))));
        return answers;
      }),
    write: (change) =>
      turns.add(async () => {
        const effect = content.write(change);
        return effect === undefined || (await storeEffects([effect]));
      }),
    mayOpen: () => Promise.resolve(true),
    catchUp() {
      if (willCatchUp) return;
      willCatchUp = true;
      turns.run(async () => {
        willCatchUp = false;
        await catchUp();
      });
    },
    async close() {
      await turns.add(async () => undefined);
      content.destroy();
    },
  };
}
