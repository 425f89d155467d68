import type { Cell } from '#plugin-api';
import { RichText } from './rich-text.ts';
import { dateCell, NO_CELLS, serialCell, textCell } from './sheet.ts';
import { UnusualXml, XmlReader } from './xml-reader.ts';

/** What the cells of a worksheet refer to. */
export interface SheetContext {
  readonly strings: readonly Cell[];
  /** By index of a cell format: does it show numbers as dates? */
  readonly dateFormats: readonly boolean[];
  readonly date1904: boolean;
}

export interface SheetXml {
  /** From the sheet's first row on; cells absent at the end of a row are left out. */
  readonly rows: (readonly Cell[])[];
  /** Index of the last row of each merged area. */
  readonly mergeEnds: readonly number[];
  readonly formulas: number;
  /** Cells with an error; they are null. */
  readonly errors: number;
}

/** Excel's own limits. */
const MAX_ROWS = 1_048_576;
const MAX_COLUMNS = 16_384;
const TYPES = ['n', 's', 'str', 'inlineStr', 'b', 'e', 'd'] as const;
type CellType = (typeof TYPES)[number];
const ISO_DATE = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?)?Z?$/;

/**
 * The rows of a worksheet part (ECMA-376 18.3.1.99), as SheetJS gives them, in a quarter of its time and without an
 * object a cell. Anything out of the ordinary throws `UnusualXml`: another root than `worksheet`, a prefix (`x:row`),
 * an unknown element among the cells, rows or cells that do not ascend, a reference to no string.
 */
export async function readSheetXml(parts: AsyncIterable<Uint8Array>, context: SheetContext): Promise<SheetXml> {
  const scanner = new SheetScanner(context);
  for await (const part of parts) scanner.push(part);
  return scanner.finish();
}

class SheetScanner {
  readonly #xml = new XmlReader();
  readonly #inline = new RichText();
  readonly #context: SheetContext;
  #place: 'before' | 'head' | 'rows' | 'row' | 'cell' | 'value' | 'formula' | 'inline' | 'tail' | 'after' = 'before';
  readonly #rows: (readonly Cell[])[] = [];
  readonly #mergeEnds: number[] = [];
  #formulas = 0;
  #errors = 0;
  /** Of the row or cell under way, from 0. */
  #row = -1;
  #column = -1;
  #cells: Cell[] = [];
  #type: CellType = 'n';
  #isDate = false;
  /** undefined: the cell has no value. */
  #value: Cell | undefined;

  constructor(context: SheetContext) {
    this.#context = context;
  }

  push(part: Uint8Array): void {
    const xml = this.#xml;
    xml.push(part);
    for (let token = xml.next(); token !== 'more'; token = xml.next()) this.#take(token);
  }

  finish(): SheetXml {
    if (this.#place !== 'after') throw new UnusualXml('no end');
    return { rows: this.#rows, mergeEnds: this.#mergeEnds, formulas: this.#formulas, errors: this.#errors };
  }

  #take(token: 'open' | 'close' | 'empty'): void {
    const xml = this.#xml;
    switch (this.#place) {
      case 'cell':
        if (token === 'open' && xml.is('v')) this.#place = 'value';
        else if (token === 'close' && xml.is('c')) this.#endCell();
        else if (token !== 'close' && xml.is('f')) {
          this.#formulas++;
          if (token === 'open') this.#place = 'formula';
        } else if (token === 'open' && xml.is('is')) {
          this.#inline.begin();
          this.#place = 'inline';
        } else if (token !== 'empty' || !(xml.is('v') || xml.is('is'))) throw new UnusualXml('in a cell');
        return;
      case 'value':
        if (token !== 'close' || !xml.is('v')) throw new UnusualXml('in a value');
        this.#readValue();
        this.#place = 'cell';
        return;
      case 'row':
        if (token !== 'close' && xml.is('c')) {
          this.#beginCell();
          if (token === 'empty') this.#endCell();
          else this.#place = 'cell';
        } else if (token === 'close' && xml.is('row')) this.#place = 'rows';
        else throw new UnusualXml('in a row');
        return;
      case 'rows':
        if (token !== 'close' && xml.is('row')) {
          this.#beginRow();
          if (token === 'open') this.#place = 'row';
        } else if (token === 'close' && xml.is('sheetData')) this.#place = 'tail';
        else throw new UnusualXml('among rows');
        return;
      case 'inline':
        if (token !== 'close' || !xml.is('is')) return this.#inline.take(token, xml);
        if (this.#type === 'inlineStr') this.#value = textCell(this.#inline.text());
        this.#place = 'cell';
        return;
      case 'formula':
        if (token !== 'close' || !xml.is('f')) throw new UnusualXml('in a formula');
        this.#place = 'cell';
        return;
      case 'before':
        if (token !== 'open' || !xml.is('worksheet')) throw new UnusualXml('not a worksheet');
        this.#place = 'head';
        return;
      case 'head':
        if (token !== 'close' && xml.is('sheetData')) this.#place = token === 'open' ? 'rows' : 'tail';
        else if (xml.is('worksheet')) this.#place = 'after';
        return;
      case 'tail':
        if (token !== 'close' && xml.is('mergeCell')) this.#readMerge();
        else if (xml.is('worksheet')) this.#place = 'after';
        return;
      case 'after':
        throw new UnusualXml('after the end');
    }
  }

  #beginRow(): void {
    const xml = this.#xml;
    let row = this.#row + 1;
    while (xml.nextAttribute()) {
      if (!xml.isKey('r')) continue;
      const given = xml.integer(xml.valueStart, xml.valueEnd);
      if (given === undefined || given - 1 < row) throw new UnusualXml('number of a row');
      row = given - 1;
    }
    if (row >= MAX_ROWS) throw new UnusualXml('too many rows');
    while (this.#rows.length < row) this.#rows.push(NO_CELLS);
    this.#rows.push((this.#cells = []));
    this.#row = row;
    this.#column = -1;
  }

  #beginCell(): void {
    const xml = this.#xml;
    let column = this.#column + 1;
    this.#type = 'n';
    this.#isDate = false;
    this.#value = undefined;
    while (xml.nextAttribute()) {
      if (xml.isKey('r')) {
        const given = this.#columnOf();
        if (given < column) throw new UnusualXml('order of cells');
        column = given;
      } else if (xml.isKey('s')) {
        const format = xml.integer(xml.valueStart, xml.valueEnd);
        if (format === undefined) throw new UnusualXml('format of a cell');
        this.#isDate = this.#context.dateFormats[format] ?? false;
      } else if (xml.isKey('t')) this.#type = this.#typeOf();
    }
    if (column >= MAX_COLUMNS) throw new UnusualXml('too many columns');
    this.#column = column;
  }

  /** Column of a reference like `AB12`, which has to be in this row. */
  #columnOf(): number {
    const xml = this.#xml;
    let at = xml.valueStart;
    let column = 0;
    for (; at < xml.valueEnd; at++) {
      const letter = xml.byteAt(at) - 64;
      if (letter < 1 || letter > 26 || column > MAX_COLUMNS) break;
      column = column * 26 + letter;
    }
    if (column === 0 || xml.integer(at, xml.valueEnd) !== this.#row + 1) throw new UnusualXml('reference of a cell');
    return column - 1;
  }

  #typeOf(): CellType {
    const xml = this.#xml;
    if (xml.valueEnd - xml.valueStart === 1 && xml.byteAt(xml.valueStart) === 115) return 's'; // the usual one
    const given = xml.value();
    const type = TYPES.find((known) => known === given);
    if (!type) throw new UnusualXml('type of a cell');
    return type;
  }

  #readValue(): void {
    const xml = this.#xml;
    const { strings, date1904 } = this.#context;
    switch (this.#type) {
      case 's': {
        const cell = strings[xml.textAsInteger() ?? -1];
        if (cell === undefined) throw new UnusualXml('no such string');
        this.#value = cell;
        return;
      }
      case 'n': {
        let number = xml.textAsInteger();
        if (number === undefined) {
          const text = xml.text();
          if (text === '') return;
          number = parseFloat(text);
        }
        this.#value = this.#isDate ? serialCell(number, date1904) : number;
        return;
      }
      case 'str':
        this.#value = textCell(xml.text());
        return;
      case 'b': {
        const text = xml.text();
        this.#value = text === '1' || text === 'true';
        return;
      }
      case 'd': {
        const text = xml.text();
        if (!ISO_DATE.test(text)) throw new UnusualXml('form of a date');
        this.#value = dateCell(new Date(text.length === 10 || text.endsWith('Z') ? text : `${text}Z`));
        return;
      }
      case 'e':
      case 'inlineStr':
        return;
    }
  }

  #endCell(): void {
    this.#place = 'row';
    if (this.#type === 'e') {
      this.#errors++;
      this.#value = null;
    }
    if (this.#value === undefined) return;
    const cells = this.#cells;
    while (cells.length < this.#column) cells.push(null);
    cells.push(this.#value);
  }

  /** `<mergeCell ref="B2:C4"/>` */
  #readMerge(): void {
    const xml = this.#xml;
    while (xml.nextAttribute()) {
      if (!xml.isKey('ref')) continue;
      const end = /(?:^|:)\$?[A-Z]+\$?(\d+)$/.exec(xml.value());
      if (!end) throw new UnusualXml('reference of a merged area');
      this.#mergeEnds.push(Number(end[1]) - 1);
    }
  }
}
