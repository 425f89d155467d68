import * as Y from 'yjs';
import { hlcFromMs } from '#core/kit/hlc.ts';
import { newId, type RecordId } from '#core/kit/ids.ts';
import type { Change } from '#core/protocol/messages.ts';
import { createRecord, editRecord } from '#crdt/record.ts';

/** Updates that break a rule of P3, each with the reason it must be refused for; made for a record the relay has. */
export interface Known {
  readonly id: RecordId;
  readonly state: Uint8Array;
  /** A client id that another device of the workspace has used. */
  readonly foreignClientId: number;
  readonly now: number;
}

const stampOf = (known: Known, clientId: number) => ({ hlc: hlcFromMs(known.now), clientId });

function made(write: (doc: Y.Doc) => void): Uint8Array {
  const doc = new Y.Doc();
  write(doc);
  return Y.encodeStateAsUpdate(doc);
}

export function hostileChanges(known: Known): readonly (readonly [name: string, reason: string, change: Change])[] {
  const { id, state } = known;
  const clean = createRecord({ name: 'An' }, stampOf(known, 900_001));
  const ahead = editRecord(id, state, { title: 'một' }, stampOf(known, 900_002));
  const crowd = new Y.Doc();
  for (let i = 0; i < 9; i++) Y.applyUpdate(crowd, createRecord({ [`k${i}`]: 1 }, stampOf(known, 900_100 + i)));
  let deep: unknown = 1;
  for (let i = 0; i < 40; i++) deep = [deep];
  const fresh = () => newId('contact');
  return [
    ['noise', 'malformed', { id, update: new Uint8Array(64).fill(0xff) }],
    ['a truncated update', 'malformed', { id: fresh(), update: clean.subarray(0, clean.length - 3) }],
    // the same number written longer: 1 as 0x81 0x00
    ['a padded integer', 'malformed', { id: fresh(), update: new Uint8Array([0x81, 0x00, ...clean.subarray(1)]) }],
    ['a V2 update', 'malformed', { id: fresh(), update: Y.convertUpdateFormatV1ToV2(clean) }],
    ['JSON 40 deep', 'malformed', { id: fresh(), update: made((d) => d.getArray('fields').push([['name', deep, 1]])) }],
    ['140 kB full of gaps', 'malformed', { id, update: gapped() }],
    ['what builds on something the relay lacks', 'gap', { id, update: editRecord(id, ahead.state, { title: 'hai' }, stampOf(known, 900_002)).update }],
    ['nine client ids', 'too-large', { id: fresh(), update: Y.encodeStateAsUpdate(crowd) }],
    ['more than 256 kB', 'too-large', { id, update: new Uint8Array(300_000) }],
    ['3,000 structs', 'too-large', { id: fresh(), update: made((d) => { for (let i = 0; i < 3000; i++) d.getText('text:note').insert(0, 'x'); }) }],
    ['no register', 'bad-content', { id: fresh(), update: made((d) => d.getArray('fields').push(['x'])) }],
    ['another root', 'bad-content', { id: fresh(), update: made((d) => d.getArray('other').push([['name', 'x', 1]])) }],
    ['somebody else’s client id', 'foreign-client-id', { id, update: editRecord(id, state, { title: 'giả' }, stampOf(known, known.foreignClientId)).update }],
    ['an id that is none', 'bad-id', { id: 'contact_x', update: clean }],
    ['an edit of a record that is not there', 'forbidden', { id: fresh(), update: ahead.update }],
  ]; // prettier-ignore
}

/** Every second letter of a text, so that nothing fits the one before it. */
function gapped(): Uint8Array {
  const doc = new Y.Doc();
  const letters: Uint8Array[] = [];
  doc.on('update', (update: Uint8Array) => letters.push(update));
  for (let i = 0; i < 16_000; i++) doc.getText('text:note').insert(i, 'x');
  return Y.mergeUpdates(letters.filter((_, i) => i % 2 === 1));
}

/**
 * A text into which two writers typed at the very same place, letter before letter: merging them takes Yjs time by the
 * product of both. Parts of at most 1,500 structs, each an update that breaks no rule.
 */
export function quarrel(
  id: RecordId,
  state: Uint8Array,
  letters: number,
  clientIds: readonly [number, number],
): Change[] {
  const parts: Change[] = [];
  for (const clientId of clientIds) {
    const doc = new Y.Doc();
    doc.clientID = clientId;
    Y.applyUpdate(doc, state);
    for (let done = 0; done < letters; done += 1500) {
      const before = Y.encodeStateVector(doc);
      for (let i = 0; i < 1500; i++) doc.getText('text:note').insert(0, 'x');
      parts.push({ id, update: Y.encodeStateAsUpdate(doc, before) });
    }
  }
  return parts;
}
