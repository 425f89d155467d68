import type { Logger } from 'pino';
import * as Y from 'yjs';
import type { RecordId } from '#core/kit/ids.ts';
import { CLOSE, type ChangeResult, type CloseReason } from '#core/protocol/messages.ts';
import { joinUpdates } from '#crdt/join-updates.ts';
import { UnreadableBytes } from '#core/kit/byte-reader.ts';
import { readUpdate, type ReadUpdate } from '#crdt/update-reader.ts';
import type { Hub } from '../relay/hub.ts';
import { STATE_BYTES } from '../store/apply-change.ts';
import type { MovedRecord, Push, StorePort } from '../store/port.ts';
import type { RecordRights } from './record-rights.ts';
import type { RoomContent, RoomUser, SentUpdate } from './room-content.ts';
import { roomDevice } from './room-device.ts';

export interface RecordContentOptions {
  readonly workspace: string;
  readonly id: RecordId;
  readonly store: Pick<StorePort, 'commit' | 'record'>;
  readonly hub: Pick<Hub, 'publish' | 'watch'>;
  readonly rights: RecordRights;
  readonly now: () => number;
  readonly log: Logger;
}

/** What of a batch one connection sent, joined; `at` are its places in the batch. */
interface Author {
  readonly who: RoomUser;
  readonly at: number[];
  readonly updates: Uint8Array[];
  refused?: CloseReason;
}

/**
 * The document of a record, as its room shows it. The record has one truth, the store's: what is typed here goes through
 * the same commit as a push (P3, P4, an entry in the log under its author, the history), reaches replicas as an ordinary
 * change, and only then the document and with it the room. What devices push comes in the other way, from the hub.
 * Undefined where there is no such record.
 */
export async function openRecordContent(options: RecordContentOptions): Promise<RoomContent | undefined> {
  const { workspace, id, store, hub, rights, now, log } = options;
  const doc = new Y.Doc({ guid: id });
  const content: RoomContent = { doc, submit, mayOpen, close };
  // from now on, also while the record is read: an older state after a newer one changes nothing
  const unwatch = hub.watch(id, (record, from) => {
    if (record.state.length === 0)
      content.onRights?.(); // erased (L7): nobody may be here any more
    else if (from !== content) take([record.state], true);
  });
  const loaded = await store.record(workspace, id);
  if (!loaded.ok || !loaded.value) {
    if (!loaded.ok) log.error({ record: id, error: loaded.error }, 'room cannot be loaded');
    unwatch();
    doc.destroy();
    return undefined;
  }
  take([loaded.value.state], false);

  /** In one transaction: whoever is here gets one message, however many updates it was. */
  function take(updates: readonly Uint8Array[], foreign: boolean): void {
    doc.transact(() => {
      for (const update of updates) Y.applyUpdate(doc, update);
    });
    if (foreign) content.onRights?.();
  }

  async function submit(batch: readonly SentUpdate[]): Promise<readonly (CloseReason | undefined)[]> {
    const authors = byAuthor(batch, doc);
    const writing = [...authors.values()].filter((author) => author.updates.length > 0 && !author.refused);
    if (writing.length > 0) await commit(writing);
    const answers: (CloseReason | undefined)[] = batch.map(() => undefined);
    for (const { at, refused } of authors.values()) for (const i of at) answers[i] = refused;
    return answers;
  }

  async function commit(authors: readonly Author[]): Promise<void> {
    const pushes = authors.map(({ who, updates }): Push => ({
      person: rights.person(who.user.id),
      user: who.user.id,
      device: roomDevice(who.user.id),
      n: undefined,
      at: now(),
      changes: updates.map((update) => ({ id, update })),
    }));
    const committed = await store.commit(workspace, pushes);
    if (!committed.ok) {
      log.error({ record: id, error: committed.error }, 'room update not stored');
      const reason = committed.error.type === 'storage-full' ? CLOSE.relayFull : CLOSE.retry;
      for (const author of authors) author.refused = reason;
      return;
    }
    const effects: Uint8Array[] = [];
    const others: MovedRecord[] = []; // consequences for other records (P6)
    let unsettled = false;
    let first: MovedRecord | undefined;
    let record: MovedRecord | undefined;
    for (const [i, outcome] of committed.value.entries()) {
      if (outcome.kind !== 'committed') throw new Error('a push without a number is always committed');
      first ??= outcome.records[0];
      unsettled ||= outcome.unsettled;
      // as it stands after all of these, moved from where it stood before them
      for (const moved of [...outcome.records, ...outcome.consequences]) {
        if (moved.id === id) record = { ...moved, from: record ? record.from : moved.from };
        else others.push(moved);
      }
      for (const [k, result] of outcome.results.entries()) {
        if (result.kind === 'rejected') authors[i]!.refused ??= closeReason(result);
        else effects.push(result.kind === 'adjusted' ? result.state : authors[i]!.updates[k]!);
      }
      for (const moved of outcome.consequences) if (moved.id === id) effects.push(moved.state);
    }
    if (!first || !record) return;
    // replicas get the record once, as it stands after all of these
    const records = [...others, record].sort((a, b) => a.seq - b.seq);
    const { seq } = records.at(-1)!;
    const after = first.seq - 1;
    hub.publish({ from: content, after, seq, records, echoed: new Set(), unsettled, acknowledge: () => undefined });
    take(effects, false);
  }

  function mayOpen(who: RoomUser): Promise<boolean> {
    return rights.mayOpen(workspace, who.user.id, id);
  }

  function close(): Promise<void> {
    unwatch();
    doc.destroy();
    return Promise.resolve();
  }

  return content;
}

/** What each connection sent, without what is known already; with a reason where it cannot be read or he may not write. */
function byAuthor(batch: readonly SentUpdate[], doc: Y.Doc): Map<object, Author> {
  const authors = new Map<object, Author>();
  for (const [i, { from, who, update }] of batch.entries()) {
    const author: Author = authors.get(from) ?? { who, at: [], updates: [] };
    authors.set(from, author);
    author.at.push(i);
    if (update.byteLength > STATE_BYTES) {
      author.refused = CLOSE.tooLarge; // longer than the record may become: not even read
      continue;
    }
    try {
      if (!isKnown(readUpdate(update), doc)) author.updates.push(update);
    } catch (error) {
      if (!(error instanceof UnreadableBytes)) throw error;
      author.refused = CLOSE.malformed;
    }
  }
  for (const author of authors.values()) {
    if (author.updates.length > 0 && !author.who.mayWrite()) author.refused = CLOSE.forbidden;
    if (!author.refused) author.updates.splice(0, Infinity, ...joinUpdates(author.updates));
  }
  return authors;
}

/** Says nothing new: a client that joins sends back all deletions it knows, a reader too. */
function isKnown(update: ReadUpdate, doc: Y.Doc): boolean {
  for (const [client, end] of update.ends) if (end > Y.getState(doc.store, client)) return false;
  for (const [client, ranges] of update.deleted) {
    for (let i = 0; i < ranges.length; i += 2) if (!isDeleted(doc, client, ranges[i]!, ranges[i + 1]!)) return false;
  }
  return true;
}

function isDeleted(doc: Y.Doc, client: number, clock: number, length: number): boolean {
  const structs = doc.store.clients.get(client);
  if (!structs || clock + length > Y.getState(doc.store, client)) return false;
  for (let i = Y.findIndexSS(structs, clock); i < structs.length && structs[i]!.id.clock < clock + length; i++) {
    if (!structs[i]!.deleted) return false;
  }
  return true;
}

function closeReason({ reason }: ChangeResult & { kind: 'rejected' }): CloseReason {
  switch (reason) {
    case 'too-large':
      return CLOSE.tooLarge;
    case 'forbidden':
    case 'foreign-client-id':
    case 'bad-id':
    case 'erased':
      return CLOSE.forbidden;
    case 'malformed':
    case 'gap':
    case 'bad-content':
      return CLOSE.malformed;
  }
}
