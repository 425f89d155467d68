import * as XLSX from 'xlsx';
import type { Cell, Text } from '#plugin-api';
import { TransferError } from '#plugin-api';
import { CFB, type Container } from './cfb.ts';
import { formulaNote, hiddenNote } from './notes.ts';
import { readSheetXml, type SheetContext } from './sheet-xml.ts';
import { dateCell, sheetOfRows, textCell, type Sheet } from './sheet.ts';
import { readStringsXml } from './strings-xml.ts';
import { UnusualXml } from './xml-reader.ts';
import { normalise, readZipDirectory, unzip, unzipInPieces, type ZipEntry } from './zip.ts';

declare module 'xlsx' {
  /** Reads a workbook from an unpacked package; exported by SheetJS, missing in its types. */
  export function parse_zip(
    zip: Container,
    options: ParsingOptions,
  ): WorkBook & {
    /** Cell formats. */
    readonly Styles?: { readonly CellXf?: readonly { readonly numFmtId?: number }[] };
    /** Number formats by id. */
    readonly SSF?: Readonly<Record<number, string>>;
  };
}

/** A workbook of which sheets are read as they are asked for. */
export interface Book {
  /** Visible worksheets, in order. */
  readonly names: readonly string[];
  /** `broken` for a sheet that cannot be read; undefined for one that is no table (a chart). */
  read(name: string): Promise<Sheet | undefined>;
}

// dates as Date whose UTC parts are what the cell shows (`dateCell` makes moments of them); numbers as they are stored, not as they are shown
const OPTIONS: XLSX.ParsingOptions = {
  dense: true,
  cellHTML: false,
  cellFormula: false,
  cellText: false,
  cellStyles: false,
  cellDates: true,
  bookVBA: false,
};

/** .xlsx, .xlsm, .xlsb, .ods. Throws `wrong-type`, `encrypted`, `broken`, `too-large`. */
export async function openPackage(bytes: Uint8Array): Promise<Book> {
  const entries = readZipDirectory(bytes);
  if (entries.has('content.xml') && entries.has('meta-inf/manifest.xml')) return openOds(bytes, entries);
  const workbook = [...entries.keys()].find((name) => /^xl\/workbook\d*\.(?:xml|bin)$/.test(name));
  if (!workbook || !entries.has('[content_types].xml')) {
    throw new TransferError('wrong-type', {
      found: [...entries.keys()].some((name) => name.startsWith('word/')) ? 'docx' : 'zip',
    });
  }
  const load = async (wanted: (name: string) => boolean) => {
    const zip = CFB.utils.cfb_new();
    const parts = new Map<string, Uint8Array>();
    for (const [key, entry] of entries) {
      if (!wanted(key)) continue;
      const part = await unzip(bytes, entry);
      CFB.utils.cfb_add(zip, entry.name, part, { unsafe: true });
      parts.set(key, part);
    }
    return { zip, parts };
  };
  // first the table of contents alone: of a workbook with many sheets only the one that is imported is unpacked
  const contents = parse((await load(isSmallPart)).zip, { ...OPTIONS, sheets: [] });
  const paths = await sheetPaths(bytes, entries, workbook);
  const names = visible(contents);
  const notes = hiddenNotes(contents);
  const formats = formatsOf(contents);
  let context: Promise<SheetContext> | undefined;
  const readQuickly = async (name: string, part: ZipEntry) => {
    const strings = entries.get('xl/sharedstrings.xml');
    context ??= (strings ? readStringsXml(unzipInPieces(bytes, strings)) : Promise.resolve([])).then((cells) => ({
      ...formats,
      strings: cells,
    }));
    const sheet = await readSheetXml(unzipInPieces(bytes, part), await context);
    return sheetOfRows(sheet.rows, { ...sheet, name, names, notes: withFormulas(notes, sheet.formulas) });
  };
  return {
    names,
    async read(name) {
      const index = contents.SheetNames.indexOf(name);
      const path = paths[index];
      if (path && QUICK_SHEETS.test(path)) {
        try {
          return await readQuickly(name, entries.get(path)!);
        } catch (error) {
          if (!(error instanceof UnusualXml)) throw error; // SheetJS knows more forms
        }
      }
      const { zip, parts } = await load(
        (part) => isSmallPart(part) || STRINGS.test(part) || (path ? part === path : SHEETS.test(part)),
      );
      const book = parse(zip, { ...OPTIONS, sheets: [index] });
      const part = path?.endsWith('.xml') ? parts.get(path) : undefined;
      const formulas = part ? countFormulaTags(part) : 0;
      return sheetOf(book, name, names, withFormulas(notes, formulas));
    },
  };
}

/** .xls (BIFF) in its OLE container. Throws `wrong-type`, `encrypted`, `broken`. */
export function openCompound(bytes: Uint8Array): Book {
  const container = attempt(() => CFB.read(bytes, { type: 'buffer' }));
  const find = (name: string) => CFB.find(container, name);
  if (find('EncryptedPackage') ?? find('EncryptionInfo')) throw new TransferError('encrypted');
  const stream = find('Workbook') ?? find('Book');
  if (!stream) throw new TransferError('wrong-type', { found: find('WordDocument') ? 'doc' : 'ole' });
  if (!stream.content || stream.content.length < stream.size) throw new TransferError('broken');
  const book = attempt(() => XLSX.read(bytes, { ...OPTIONS, type: 'array' }));
  return openRead(book, countFormulaRecords(stream.content));
}

/** A table of HTML or XML, whatever the file's name. Its texts stay texts. */
export function openMarkup(text: string): Book {
  return openRead(
    attempt(() => XLSX.read(text, { ...OPTIONS, type: 'string', raw: true })),
    0,
  );
}

/** Worksheets, and what can be large and is not read: texts are shared by all sheets, the rest is no data. */
const SHEETS = /^xl\/worksheets\/[^/]+\.(?:xml|bin)$/;
const QUICK_SHEETS = /^xl\/worksheets\/[^/]+\.xml$/;
const STRINGS = /^xl\/sharedstrings\.(?:xml|bin)$/;
const isSmallPart = (name: string) =>
  /^(?:[^/]+|(?:_rels|docprops|xl|xl\/_rels|xl\/persons)\/[^/]+)$/.test(name) &&
  !/sharedstrings|calcchain|vbaproject/.test(name);

async function openOds(bytes: Uint8Array, entries: ReadonlyMap<string, ZipEntry>): Promise<Book> {
  const manifest = new TextDecoder().decode(await unzip(bytes, entries.get('meta-inf/manifest.xml')!));
  if (/encryption-data/.test(manifest)) throw new TransferError('encrypted');
  if (!/opendocument\.spreadsheet/.test(manifest)) throw new TransferError('wrong-type', { found: 'odf' });
  const zip = CFB.utils.cfb_new();
  let formulas = 0;
  for (const name of ['meta-inf/manifest.xml', 'content.xml', 'styles.xml']) {
    const entry = entries.get(name);
    if (!entry) continue;
    const part = await unzip(bytes, entry);
    CFB.utils.cfb_add(zip, entry.name, part, { unsafe: true });
    if (name === 'content.xml') formulas = new TextDecoder('latin1').decode(part).split('table:formula=').length - 1;
  }
  return openRead(parse(zip, OPTIONS), formulas);
}

/** A book all of whose sheets are in memory. `formulas` counts the whole book. */
function openRead(book: XLSX.WorkBook, formulas: number): Book {
  const names = visible(book);
  const notes = withFormulas(hiddenNotes(book), formulas);
  return { names, read: (name) => Promise.resolve(sheetOf(book, name, names, notes)) };
}

function sheetOf(
  book: XLSX.WorkBook,
  name: string,
  names: readonly string[],
  notes: readonly Text[],
): Sheet | undefined {
  const sheet = book.Sheets[name];
  // SheetJS leaves out a sheet it could not read
  if (!sheet) throw new TransferError('broken', { sheet: name });
  if (sheet['!type'] && sheet['!type'] !== 'sheet') return undefined;
  const data: (XLSX.CellObject[] | undefined)[] = sheet['!data'] ?? [];
  const merges = sheet['!merges'] ?? [];
  // rows are asked for twice (extent, then chunks); errors must count once
  let errors = 0;
  for (const row of data) if (row) for (const cell of row) if (cell?.t === 'e') errors++;
  return {
    name,
    names,
    length: data.length,
    row: (index) => toCells(data[index]),
    release: (index) => void (data[index] = undefined),
    merged: (fromRow) => merges.filter(({ e }) => e.r >= fromRow).length,
    errors: () => errors,
    notes,
  };
}

/** Number formats without a code in the file that are days or times (ECMA-376 18.8.30, those of East Asian Excels). */
const isDateId = (id: number): boolean => (id >= 27 && id <= 36) || (id >= 50 && id <= 58);

function formatsOf({ Styles, SSF, Workbook }: ReturnType<typeof parse>): Omit<SheetContext, 'strings'> {
  const dateFormats = (Styles?.CellXf ?? []).map(({ numFmtId = 0 }) => {
    const code = SSF?.[numFmtId];
    return code === undefined ? isDateId(numFmtId) : (XLSX.SSF as { is_date(code: string): boolean }).is_date(code);
  });
  return { dateFormats, date1904: Workbook?.WBProps?.date1904 === true };
}

function toCells(row: readonly (XLSX.CellObject | undefined)[] | undefined): readonly Cell[] {
  if (!row) return [];
  const cells: Cell[] = [];
  for (let i = 0; i < row.length; i++) {
    const cell = row[i];
    const value = cell?.v;
    if (value === undefined || value === null || cell!.t === 'e' || cell!.t === 'z') cells.push(null);
    else if (typeof value === 'string') cells.push(textCell(value));
    else cells.push(value instanceof Date ? validDate(dateCell(value)) : value);
  }
  return cells;
}

/** Of a number no calendar has (SheetJS), nothing. */
const validDate = (date: Date): Date | null => (Number.isNaN(date.getTime()) ? null : date);

function visible(book: XLSX.WorkBook): readonly string[] {
  return book.SheetNames.filter((_, i) => !book.Workbook?.Sheets?.[i]?.Hidden);
}

function hiddenNotes(book: XLSX.WorkBook): readonly Text[] {
  const hidden = book.SheetNames.length - visible(book).length;
  return hidden > 0 ? [hiddenNote(hidden)] : [];
}

const withFormulas = (notes: readonly Text[], formulas: number): readonly Text[] =>
  formulas > 0 ? [...notes, formulaNote(formulas)] : notes;

/** Part of each sheet, by the workbook's relations; undefined where they do not say. */
async function sheetPaths(
  bytes: Uint8Array,
  entries: ReadonlyMap<string, ZipEntry>,
  workbook: string,
): Promise<readonly (string | undefined)[]> {
  const read = async (name: string) => {
    const entry = entries.get(name);
    return entry ? new TextDecoder().decode(await unzip(bytes, entry)) : '';
  };
  const targets = new Map<string, string>();
  for (const [tag] of (await read(workbook.replace('xl/', 'xl/_rels/') + '.rels')).matchAll(
    /<(?:\w+:)?Relationship\b[^>]*>/g,
  )) {
    const target = attribute(tag, 'Target');
    if (target) targets.set(attribute(tag, 'Id'), normalise(target.startsWith('/') ? target : `xl/${target}`));
  }
  return [...(await read(workbook)).matchAll(/<(?:\w+:)?sheet\s[^>]*>/g)].map(([tag]) => {
    const path = targets.get(attribute(tag, '\\w+:id'));
    return path && entries.has(path) ? path : undefined;
  });
}

const attribute = (tag: string, name: string): string => new RegExp(`\\s${name}=["']([^"']*)["']`).exec(tag)?.[1] ?? '';

/** How often `<f>` or `<f …>` opens in a sheet's XML; '<' cannot occur inside a text. */
function countFormulaTags(part: Uint8Array): number {
  let count = 0;
  for (let i = 0; i < part.length - 2; i++) {
    if (part[i] === 60 && part[i + 1] === 102 && (part[i + 2] === 62 || part[i + 2] === 32)) count++;
  }
  return count;
}

/** Formula records of a BIFF stream: `type(2) length(2) data`, type 0x0006. */
function countFormulaRecords(stream: Uint8Array): number {
  let count = 0;
  for (let at = 0; at + 4 <= stream.length; at += 4 + (stream[at + 2]! | (stream[at + 3]! << 8))) {
    if (stream[at] === 6 && stream[at + 1] === 0) count++;
  }
  return count;
}

function parse(zip: Container, options: XLSX.ParsingOptions): ReturnType<typeof XLSX.parse_zip> {
  return attempt(() => XLSX.parse_zip(zip, { ...options })); // it writes into the options
}

/** SheetJS throws plain errors; what it says of passwords is the one thing worth telling apart. */
function attempt<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof TransferError) throw error;
    const message = error instanceof Error ? error.message : String(error);
    throw new TransferError(/password|encrypt/i.test(message) ? 'encrypted' : 'broken', { message });
  }
}
