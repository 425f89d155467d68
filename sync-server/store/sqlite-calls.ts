import type { StoreError } from './port.ts';
import { toStoreError, type SqliteEngine, type Write, type Written } from './sqlite-engine.ts';

/** Reads by name; arguments and results are the engine's. */
export type ReadName = 'head' | 'lastN' | 'countAfter' | 'record' | 'log' | 'loadRoom' | 'workspaceMeta' | 'pull';

/** What the port asks its thread, one call number per question. */
export type StoreRequest =
  | { readonly kind: 'read'; readonly call: number; readonly name: ReadName; readonly args: readonly unknown[] }
  | { readonly kind: 'write'; readonly call: number; readonly group: readonly Write[] }
  | { readonly kind: 'close'; readonly call: number };

/** First `open` or `not-open`, then one answer to every question. */
export type StoreReply =
  | { readonly kind: 'open'; readonly incarnation: string }
  | { readonly kind: 'not-open'; readonly inUse: boolean; readonly message: string }
  | { readonly kind: 'value'; readonly call: number; readonly value: unknown }
  | { readonly kind: 'written'; readonly call: number; readonly results: readonly Written[] }
  | { readonly kind: 'error'; readonly call: number; readonly error: StoreError };

/** Answers one question; the buffers in `transfer` belong to the reply and may move with it. */
export function answer(engine: SqliteEngine, request: StoreRequest): { reply: StoreReply; transfer: ArrayBuffer[] } {
  const { call } = request;
  try {
    switch (request.kind) {
      case 'write':
        return { reply: { kind: 'written', call, results: engine.write(request.group) }, transfer: [] };
      case 'close':
        engine.close();
        return { reply: { kind: 'value', call, value: undefined }, transfer: [] };
      case 'read': {
        if (request.name === 'pull') {
          const page = engine.pull(...(request.args as Parameters<SqliteEngine['pull']>));
          return { reply: { kind: 'value', call, value: page }, transfer: [page.pack.buffer as ArrayBuffer] };
        }
        const read = engine[request.name] as (...args: readonly unknown[]) => unknown;
        return { reply: { kind: 'value', call, value: read(...request.args) }, transfer: [] };
      }
    }
  } catch (error) {
    return { reply: { kind: 'error', call, error: toStoreError(error) }, transfer: [] };
  }
}
