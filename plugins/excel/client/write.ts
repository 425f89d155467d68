import type { Ctx, TransferSheet } from '#plugin-api';
import { startWorker } from './worker-call.ts';

export const XLSX_TYPE = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

/** A workbook of one sheet, made in a worker. */
export default async function write(ctx: Ctx, sheet: TransferSheet): Promise<Blob> {
  const worker = startWorker(ctx.signal);
  try {
    // proxies of the UI's state cannot cross; the cells themselves are plain
    const plain = { name: sheet.name, headings: [...sheet.headings], rows: sheet.rows.map((row) => [...row]) };
    const answer = await worker.ask({ type: 'write', sheet: plain });
    if (answer.type !== 'written') throw new Error(`unexpected answer: ${answer.type}`);
    return new Blob([answer.bytes], { type: XLSX_TYPE });
  } finally {
    worker.end();
  }
}
