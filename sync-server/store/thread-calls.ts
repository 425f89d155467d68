import type { MessagePort } from 'node:worker_threads';
import type { StoreEngine, Write, Written } from './engine.ts';
import type { Page, StoreError } from './port.ts';

/** Reads by name; arguments and results are the engine's. */
export type ReadName =
  | 'head'
  | 'lastN'
  | 'countAfter'
  | 'record'
  | 'log'
  | 'history'
  | 'entries'
  | 'loadRoom'
  | 'workspaceMeta'
  | 'workspaces'
  | 'pull'
  | 'manifest'
  | 'groups'
  | 'countVisible'
  | 'people';

/** What the port asks its thread, one call number per question. */
export type StoreRequest =
  | { readonly kind: 'read'; readonly call: number; readonly name: ReadName; readonly args: readonly unknown[] }
  | { readonly kind: 'write'; readonly call: number; readonly group: readonly Write[] }
  | { readonly kind: 'close'; readonly call: number };

/** Why an engine could not open; what of an error crosses a thread. */
export interface OpenFailure {
  readonly name: string;
  readonly message: string;
  /** SQLite's, or the file system's. */
  readonly code?: string;
}

/** First `open` or `not-open`, then one answer to every question. */
export type StoreReply =
  | { readonly kind: 'open'; readonly incarnation: string }
  | { readonly kind: 'not-open'; readonly error: OpenFailure }
  | { readonly kind: 'value'; readonly call: number; readonly value: unknown }
  /** `ms`: how long each took, where the engine can tell. */
  | {
      readonly kind: 'written';
      readonly call: number;
      readonly results: readonly Written[];
      readonly ms: readonly number[];
    }
  | { readonly kind: 'error'; readonly call: number; readonly error: StoreError };

/** The thread's half: opens an engine, says so, and answers until it is closed. */
export async function serveEngine(port: MessagePort, open: () => StoreEngine | Promise<StoreEngine>): Promise<void> {
  const send = (reply: StoreReply, transfer: ArrayBuffer[] = []) => port.postMessage(reply, transfer);
  let engine: StoreEngine;
  try {
    engine = await open();
  } catch (error) {
    const { name, message, code } = (
      error instanceof Error ? error : new Error(String(error))
    ) as NodeJS.ErrnoException;
    send({ kind: 'not-open', error: { name, message, ...(code === undefined ? {} : { code }) } });
    return port.close();
  }
  port.on('message', (request: StoreRequest) => void answer(engine, request, send).then((end) => end && port.close()));
  send({ kind: 'open', incarnation: engine.incarnation });
}

/** Answers one question; true after the last one. */
async function answer(
  engine: StoreEngine,
  request: StoreRequest,
  send: (reply: StoreReply, transfer?: ArrayBuffer[]) => void,
): Promise<boolean> {
  const { call } = request;
  try {
    switch (request.kind) {
      case 'write': {
        const ms: number[] = [];
        const results = await engine.write(request.group, (index, took) => (ms[index] = took));
        send({ kind: 'written', call, results, ms });
        return false;
      }
      case 'close':
        await engine.close();
        send({ kind: 'value', call, value: undefined });
        return true;
      case 'read': {
        const reads = engine as unknown as Record<ReadName, (...args: readonly unknown[]) => unknown>;
        const value = await reads[request.name](...request.args);
        // the pack is the largest thing that crosses, and nobody needs it here any more
        send(
          { kind: 'value', call, value },
          request.name === 'pull' ? [(value as Page).pack.buffer as ArrayBuffer] : [],
        );
        return false;
      }
    }
  } catch (error) {
    send({ kind: 'error', call, error: engine.toError(error) });
    return request.kind === 'close';
  }
}
