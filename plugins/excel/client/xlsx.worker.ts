import { packRows, TransferError } from '#plugin-api';
import { buildWorkbook } from './build.ts';
import type { LayoutChunk } from './layout.ts';
import { parseFile } from './parse.ts';
import type { FromWorker, ToWorker } from './worker-messages.ts';

/** A worker for one file: its thread is ended with the job, which gives all of its memory back. */
const scope = globalThis as unknown as {
  onmessage: (event: MessageEvent<ToWorker>) => void;
  postMessage(message: FromWorker, transfer?: Transferable[]): void;
};
let chunks: Iterator<LayoutChunk> | undefined;

scope.onmessage = ({ data }) => {
  void answer(data).catch((error: unknown) => {
    if (error instanceof TransferError)
      scope.postMessage({ type: 'refused', reason: error.type, detail: error.detail });
    else scope.postMessage({ type: 'failed', message: error instanceof Error ? error.message : String(error) });
  });
};

async function answer(message: ToWorker): Promise<void> {
  if (message.type === 'write') {
    const bytes = buildWorkbook(message.sheet);
    return scope.postMessage({ type: 'written', bytes }, [bytes]);
  }
  if (message.type === 'read') {
    const layout = await parseFile(new Uint8Array(await message.file.arrayBuffer()), message.sheet);
    chunks = layout.chunks();
  }
  const next = chunks?.next();
  if (!next || next.done) scope.postMessage({ type: 'done' });
  else scope.postMessage({ type: 'chunk', chunk: { ...next.value, rows: packRows(next.value.rows) } });
}
