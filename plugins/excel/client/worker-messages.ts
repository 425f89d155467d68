import type { TransferChunk, TransferError, TransferSheet } from '#plugin-api';

/** What goes to the worker. `read` is answered by one chunk; each further one, or `done`, answers a `next`. */
export type ToWorker =
  | { readonly type: 'read'; readonly file: Blob; readonly sheet?: string }
  | { readonly type: 'next' }
  | { readonly type: 'write'; readonly sheet: TransferSheet };

/** What comes back. `refused` carries a `TransferError`, `failed` an error nobody expected. */
export type FromWorker =
  | { readonly type: 'chunk'; readonly chunk: TransferChunk }
  | { readonly type: 'done' }
  | { readonly type: 'written'; readonly bytes: ArrayBuffer }
  | { readonly type: 'refused'; readonly reason: TransferError['type']; readonly detail: TransferError['detail'] }
  | { readonly type: 'failed'; readonly message: string };
