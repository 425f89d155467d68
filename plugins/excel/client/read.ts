import { TransferError, type Ctx, type ReadOptions, type TransferChunk } from '#plugin-api';
import { startWorker } from './worker-call.ts';

/** 100 MB; see `parse.ts`, which must not be loaded here: it brings SheetJS with it. */
const MAX_FILE_BYTES = 100 * 1024 * 1024;

/**
 * Reads a spreadsheet in a worker, chunk by chunk; the next one is prepared while the last is used. The worker ends
 * with the reading, however that ends.
 */
export default async function* read(ctx: Ctx, file: Blob, options: ReadOptions): AsyncGenerator<TransferChunk> {
  if (file.size > MAX_FILE_BYTES) throw new TransferError('too-large', { bytes: file.size, max: MAX_FILE_BYTES });
  const worker = startWorker(AbortSignal.any([options.signal, ctx.signal]));
  try {
    let answer = await worker.ask({ type: 'read', file, ...(options.sheet !== undefined && { sheet: options.sheet }) });
    while (answer.type === 'chunk') {
      const next = worker.ask({ type: 'next' });
      next.catch(() => undefined); // awaited below, unless the reader stops before
      yield answer.chunk;
      answer = await next;
    }
  } finally {
    worker.end();
  }
}
