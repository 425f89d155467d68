import { TransferError } from '#plugin-api';
import { openCompound, openMarkup, openPackage, type Book } from './book.ts';
import { decodeText, parseCsv } from './csv.ts';
import { kindOf } from './kind.ts';
import { layOut, type Layout } from './layout.ts';
import { encodingNote } from './notes.ts';
import { sheetOfRows, textCell } from './sheet.ts';

/** Largest file that is read (100 MB). */
export const MAX_FILE_BYTES = 100 * 1024 * 1024;

/**
 * Reads one sheet of a spreadsheet or text file: `sheet`, or the first visible one that has data. Runs wherever there
 * are Web streams (worker, Node). Throws `TransferError` for a file it cannot take; nothing else is thrown for content.
 */
export async function parseFile(bytes: Uint8Array, sheet?: string): Promise<Layout> {
  if (bytes.length > MAX_FILE_BYTES) throw new TransferError('too-large', { bytes: bytes.length, max: MAX_FILE_BYTES });
  if (bytes.length === 0) throw new TransferError('empty');
  switch (kindOf(bytes)) {
    case 'zip':
      return chooseSheet(await openPackage(bytes), sheet);
    case 'cfb':
      return chooseSheet(openCompound(bytes), sheet);
    case 'markup':
      return chooseSheet(openMarkup(decodeText(bytes).text), sheet);
    case 'text':
      return parseText(bytes);
    case 'other':
      throw new TransferError('wrong-type');
  }
}

async function chooseSheet(book: Book, wanted: string | undefined): Promise<Layout> {
  for (const name of wanted === undefined ? book.names : [wanted]) {
    const sheet = book.names.includes(name) ? await book.read(name) : undefined;
    if (!sheet) continue;
    try {
      return layOut(sheet);
    } catch (error) {
      if (!(error instanceof TransferError && error.type === 'empty')) throw error;
    }
  }
  throw new TransferError('empty', wanted === undefined ? {} : { sheet: wanted });
}

function parseText(bytes: Uint8Array): Layout {
  const { text, encoding } = decodeText(bytes);
  const rows = parseCsv(text).map((row) => row.map(textCell));
  const notes = encoding === 'windows-1258' ? [encodingNote()] : [];
  return layOut(sheetOfRows(rows, { name: 'CSV', names: ['CSV'], notes, mergeEnds: [], errors: 0 }));
}
