import { WebsocketProvider } from 'y-websocket';
import * as Y from 'yjs';

/** The peer's page: one document, one field, shown as it changes. `?ws=…` is the address of its server. */
const doc = new Y.Doc();
const provider = new WebsocketProvider(new URLSearchParams(location.search).get('ws')!, 'bench', doc, {
  disableBc: true,
});
const fields = doc.getMap<string>('fields');
const shown = document.querySelector('#value')!;
fields.observe(() => (shown.textContent = fields.get('name') ?? ''));

Object.assign(window, {
  synced: new Promise<void>((resolve) => provider.once('sync', () => resolve())),
  edit: (value: string) => fields.set('name', value),
});
