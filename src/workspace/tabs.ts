import * as Y from 'yjs';

/**
 * Shows a change made in one tab to this device's other tabs, offline too. Best effort: what a tab missed it reads from
 * IndexedDB at its next start, or gets from the relay.
 */
export function shareAcrossTabs(name: string, doc: Y.Doc): { close(): void } {
  if (typeof BroadcastChannel === 'undefined') return { close: () => undefined };
  const channel = new BroadcastChannel(`workspace:${name}`);
  const share = (update: Uint8Array, _origin: unknown, _doc: Y.Doc, transaction: Y.Transaction) => {
    // only what was made in this tab: all else the others get the way this one got it
    if (transaction.local) channel.postMessage(update);
  };
  channel.onmessage = ({ data }: MessageEvent<unknown>) => {
    if (data instanceof Uint8Array) Y.applyUpdate(doc, data, channel);
  };
  doc.on('update', share);
  return {
    close() {
      doc.off('update', share);
      channel.close();
    },
  };
}
