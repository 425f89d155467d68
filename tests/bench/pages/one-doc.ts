import * as Y from 'yjs';
import type { Json } from '#core/kit/json.ts';
import { generatedRows } from './rows.ts';

/** The peer: all contacts in one Yjs document, a map of maps, as its documentation shows shared collections. */
const doc = new Y.Doc();

Object.assign(window, {
  fill(count: number) {
    const contacts = doc.getMap<Y.Map<Json>>('contacts');
    doc.transact(() => {
      for (const row of generatedRows(count)) {
        const contact = new Y.Map<Json>();
        for (const [field, value] of Object.entries(row.values)) contact.set(field, value);
        contacts.set(row.id, contact);
      }
    });
    return contacts.size;
  },
});
