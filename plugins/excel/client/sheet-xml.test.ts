import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as XLSX from 'xlsx';
import { TransferError, type Cell } from '#plugin-api';
import { packageParts, zipOf } from '#tests/support/xlsx-files.ts';
import { parseFile } from './parse.ts';
import { readSheetXml, type SheetContext } from './sheet-xml.ts';
import { readStringsXml } from './strings-xml.ts';
import { readZipDirectory, unzip } from './zip.ts';

const SHEET = 'xl/worksheets/sheet1.xml';
const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const PROLOG = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
type Parts = Record<string, string | Uint8Array>;

/** What a file gives: cells absent at the end of a row and empty ones there are the same. */
async function outcome(parts: Parts) {
  try {
    const layout = await parseFile(zipOf(parts));
    const rows = [...layout.chunks()].flatMap((chunk) => chunk.rows).map(trimmed);
    return { head: layout.head, rows };
  } catch (error) {
    if (error instanceof TransferError) return { refused: error.type };
    throw error;
  }
}

function trimmed(row: readonly Cell[]): Cell[] {
  const end = row.findLastIndex((cell) => cell !== null);
  return Array.from(row.slice(0, end + 1), (cell) => cell ?? null);
}

/** A document type makes no difference to SheetJS, and the sheet is left to it. */
const forSheetJs = (parts: Parts): Parts => ({
  ...parts,
  [SHEET]: textOf(parts[SHEET]!).replace('<worksheet', '<!DOCTYPE worksheet><worksheet'),
});
const textOf = (part: string | Uint8Array) => (typeof part === 'string' ? part : new TextDecoder().decode(part));

async function* pieces(text: string, size: number) {
  const bytes = new TextEncoder().encode(text);
  // a copy each time, as a stream gives it
  for (let at = 0; at < bytes.length; at += size) yield await Promise.resolve(bytes.slice(at, at + size));
}

const ANY: SheetContext = { strings: new Array<Cell>(1000).fill('x'), dateFormats: [], date1904: false };
const quick = (sheet: string, size = 1 << 16, context = ANY) => readSheetXml(pieces(sheet, size), context);

const letter = fc.constantFrom(...'abcXYZ 019.,-+=@\'"', 'Đ', 'ễ', 'ữ', 'ệ', '€', '中', '😀', '\n', '\t');
const escaped = letter.map((c) => (c === '"' ? '&quot;' : c === "'" ? '&apos;' : c));
const reference = fc.constantFrom(
  '&amp;',
  '&lt;',
  '&gt;',
  '&#7841;',
  '&#x1EA1;',
  '&#10;',
  '_x0041_',
  '_x0009_',
  '_xyz',
  '&nbsp;',
  '\r\n',
);
const plainText = fc
  .array(fc.oneof({ weight: 8, arbitrary: escaped }, { weight: 1, arbitrary: reference }), { maxLength: 12 })
  .map((list) => list.join(''));
const cdata = fc
  .array(fc.oneof(letter, fc.constantFrom('<', '&', '&amp;', '<b>', ']]')), { maxLength: 8 })
  .map((list) => `<![CDATA[${list.join('').replaceAll(']]>', '')}]]>`);
const longText = fc
  .integer({ min: 100, max: 3000 })
  .map((n) => 'Địa chỉ rất dài & nữa '.repeat(n).slice(0, n).replaceAll('&', '&amp;'));
const anyText = fc.oneof(
  { weight: 6, arbitrary: plainText },
  { weight: 1, arbitrary: cdata },
  { weight: 1, arbitrary: longText },
  { weight: 1, arbitrary: fc.tuple(plainText, cdata, plainText).map((list) => list.join('')) },
);
const space = fc.constantFrom('', ' xml:space="preserve"');
const run = fc
  .tuple(plainText, space, fc.boolean())
  .map(([text, preserve, bold]) => `<r>${bold ? '<rPr><b/><sz val="11"/></rPr>' : ''}<t${preserve}>${text}</t></r>`);
/** Content of `<si>` or `<is>`. */
const richText = fc.oneof(
  fc.tuple(anyText, space).map(([text, preserve]) => `<t${preserve}>${text}</t>`),
  fc.array(run, { minLength: 1, maxLength: 3 }).map((runs) => runs.join('')),
  fc
    .tuple(run, plainText)
    .map(([first, sound]) => `${first}<rPh sb="0" eb="1"><t>${sound}</t></rPh><phoneticPr fontId="1"/>`),
  plainText.map((text) => `<t>${text}</t><rPh sb="0" eb="1"><t>ふ</t></rPh>`),
  fc.constant('<t/>'),
);

const FORMATS = [
  [0, ''],
  [14, ''],
  [22, ''],
  [49, ''],
  [164, 'dd/mm/yyyy'],
  [165, '0.00&quot; đồng&quot;'],
  [166, '[h]:mm:ss'],
  [167, 'yyyy\\-mm\\-dd hh:mm:ss'],
  [168, '#,##0 [$₫-42A]'],
] as const;
const STYLES =
  `${PROLOG}<styleSheet xmlns="${MAIN}"><numFmts count="5">${FORMATS.filter(([, code]) => code !== '')
    .map(([id, code]) => `<numFmt numFmtId="${id}" formatCode="${code}"/>`)
    .join('')}</numFmts>` +
  `<cellXfs count="${FORMATS.length}">${FORMATS.map(([id]) => `<xf numFmtId="${id}" applyNumberFormat="1"/>`).join('')}</cellXfs></styleSheet>`;

const STRINGS = 8;
const number = fc.oneof(
  fc.integer().map(String),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
  fc.double({ min: 0, max: 60_000, noNaN: true }).map(String),
  fc.constantFrom(
    '9.12E+8',
    '9.12345678E8',
    '84912345678',
    '9007199254740993',
    '-0',
    '60',
    '60.5',
    '61',
    '1',
    '0',
    '0.5',
    ' 5 ',
    '45000.999999999',
    '007',
    '1e-7',
  ),
);
const error = fc.constantFrom('#N/A', '#DIV/0!', '#REF!', '#VALUE!');
const isoDate = fc.constantFrom('2024-02-29', '1990-03-15T00:00:00', '2024-12-31T23:59:59.500', '2024-01-02T03:04');
const formula = fc.constantFrom(
  '',
  '<f>SUM(A1:B2)</f>',
  '<f t="shared" si="0"/>',
  '<f t="shared" ref="A1:A9" si="0">A1&amp;"&lt;"</f>',
  '<f></f>',
);
/** SheetJS reads the text of a formula's result twice over; here it has nothing that differs then. */
const result = fc
  .array(fc.constantFrom('a', 'Đ', 'ễ', ' ', '&lt;', '&quot;', '0', '\r\n'), { maxLength: 8 })
  .map((list) => list.join(''));
/** Attributes and content of a cell, without its reference. */
const cell = fc.oneof(
  fc.nat(STRINGS - 1).map((n) => [' t="s"', `<v>${n}</v>`]),
  fc.tuple(number, formula).map(([n, f]) => ['', `${f}<v>${n}</v>`]),
  number.map((n) => [' t="n"', `<v>${n}</v>`]),
  richText.map((content) => [' t="inlineStr"', `<is>${content}</is>`]),
  fc.tuple(result, formula).map(([text, f]) => [" t='str'", `${f}<v>${text}</v>`]),
  fc.tuple(fc.constantFrom('0', '1', 'true', 'false'), formula).map(([b, f]) => [' t="b"', `${f}<v>${b}</v>`]),
  fc.tuple(error, formula).map(([e, f]) => [' t="e"', `${f}<v>${e}</v>`]),
  isoDate.map((date) => [' t="d"', `<v>${date}</v>`]),
  formula.map((f) => ['', f]),
  fc.constantFrom(
    ['', ''],
    ['', '<v></v>'],
    ['', '<v/>'],
    ['', '<!-- no --><v>7</v>'],
    [' t="str"', ''],
    [' t="inlineStr"', '<is/>'],
  ),
);
const placed = fc.record({
  gap: fc.constantFrom(0, 0, 0, 0, 1, 30),
  /** Has it a reference? One after a gap needs it. */
  named: fc.boolean(),
  style: fc.option(fc.nat(FORMATS.length + 1), { nil: undefined }),
  cell,
  spread: fc.constantFrom('', '\n  '),
});
const row = fc.record({
  gap: fc.constantFrom(0, 0, 0, 1, 5),
  named: fc.boolean(),
  attributes: fc.constantFrom('', ' spans="1:3"', ' ht="15" customHeight="1"', ' x14ac:dyDescent="0.25"', " s='1'"),
  cells: fc.array(placed, { maxLength: 8 }),
});
const sheet = fc.record({
  rows: fc.array(row, { maxLength: 8 }),
  strings: fc.array(richText, { minLength: STRINGS, maxLength: STRINGS }),
  merges: fc.array(fc.constantFrom('A1:B1', 'C2:C9', 'A3:D3', 'B7:AC12'), { maxLength: 3 }),
  start: fc.constantFrom(
    PROLOG,
    '',
    '\uFEFF' + PROLOG,
    '<?xml version="1.0" encoding=\'utf-8\'?>',
    `${PROLOG}<!-- by hand -->`,
  ),
  date1904: fc.boolean(),
  dimension: fc.boolean(),
});
type Sheet = typeof sheet extends fc.Arbitrary<infer T> ? T : never;

/** A number no calendar has: with a date format SheetJS makes an invalid date of it. */
const noDate = (content: string) => Math.abs(Number(/<v>(.*)<\/v>/.exec(content)?.[1])) > 1e7;

function packageOf({ rows, strings, merges, start, date1904, dimension }: Sheet): Parts {
  let xml = '';
  let r = 0;
  for (const { gap, named, attributes, cells } of rows) {
    r += gap + 1;
    const inner = cells.reduce(
      (sum, { gap: skipped, named: own, style, cell: [type, content], spread }) => {
        const c = sum.c + skipped;
        const ref = skipped > 0 || own ? ` r="${XLSX.utils.encode_cell({ r: r - 1, c })}"` : '';
        const tag = `<c${ref}${style === undefined || noDate(content) ? '' : ` s="${style}"`}${type}`;
        return { c: c + 1, xml: `${sum.xml}${spread}${content === '' ? `${tag}/>` : `${tag}>${content}</c>`}` };
      },
      { c: 0, xml: '' },
    ).xml;
    // SheetJS does not count rows that are empty elements: the next one needs its number
    const ref = named || gap > 0 || xml.endsWith('/>') ? ` r="${r}"` : '';
    xml += inner === '' && ref !== '' ? `<row${ref}${attributes}/>` : `<row${ref}${attributes}>${inner}</row>`;
  }
  const parts = packageParts([{ name: 'Một' }]);
  return {
    ...parts,
    'xl/workbook.xml': parts['xl/workbook.xml']!.replace(
      '<sheets>',
      `<workbookPr${date1904 ? ' date1904="1"' : ''}/><sheets>`,
    ),
    'xl/styles.xml': STYLES,
    'xl/sharedStrings.xml': `${PROLOG}<sst xmlns="${MAIN}" count="99" uniqueCount="${STRINGS}">${strings.map((item) => `<si>${item}</si>`).join('')}</sst>`,
    [SHEET]:
      `${start}<worksheet xmlns="${MAIN}" xmlns:x14ac="urn:x">${dimension ? '<dimension ref="A1:C9"/>' : ''}<sheetViews><sheetView workbookViewId="0"/></sheetViews>` +
      `<sheetData>${xml}</sheetData><mergeCells>${merges.map((ref) => `<mergeCell ref="${ref}"/>`).join('')}</mergeCells>` +
      '<pageMargins left="0.7"/><extLst><ext><x14:any/></ext></extLst></worksheet>',
  };
}

describe('a worksheet reads as SheetJS reads it', () => {
  it('whatever is in it', async () => {
    await fc.assert(
      fc.asyncProperty(sheet, async (made) => {
        const parts = packageOf(made);
        await quick(textOf(parts[SHEET]!)); // it is not left to SheetJS
        expect(await outcome(parts)).toEqual(await outcome(forSheetJs(parts)));
      }),
      { numRuns: 200 },
    );
  }, 60_000);

  it('as SheetJS wrote it', async () => {
    const value = fc.oneof(
      fc.string({ maxLength: 20 }).filter((text) => !/_x[\da-f]{4}_/i.test(text)),
      fc.string({ unit: 'grapheme', maxLength: 10 }),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.integer(),
      fc.boolean(),
      fc.date({ min: new Date('1905-01-01'), max: new Date('2100-01-01'), noInvalidDate: true }),
      fc.constant(null),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(value, { maxLength: 6 }), { maxLength: 6 }),
        fc.boolean(),
        async (rows, bookSST) => {
          const book = XLSX.utils.book_new();
          XLSX.utils.book_append_sheet(book, XLSX.utils.aoa_to_sheet(rows, { cellDates: true, UTC: true }), 'Một');
          const bytes = new Uint8Array(XLSX.write(book, { type: 'array', bookSST, compression: true }) as ArrayBuffer);
          const parts: Parts = {};
          for (const entry of readZipDirectory(bytes).values()) parts[entry.name] = await unzip(bytes, entry);
          await quick(textOf(parts[SHEET]!));
          expect(await outcome(parts)).toEqual(await outcome(forSheetJs(parts)));
        },
      ),
      { numRuns: 60 },
    );
  }, 60_000);
});

it('reads the same wherever its bytes are cut', async () => {
  await fc.assert(
    fc.asyncProperty(sheet, fc.integer({ min: 1, max: 60 }), async (made, size) => {
      const parts = packageOf(made);
      const strings = textOf(parts['xl/sharedStrings.xml']!);
      expect(await quick(textOf(parts[SHEET]!), size)).toEqual(await quick(textOf(parts[SHEET]!)));
      expect(await readStringsXml(pieces(strings, size))).toEqual(await readStringsXml(pieces(strings, 1 << 16)));
    }),
    { numRuns: 100 },
  );
});

describe('forms SheetJS gets wrong', () => {
  const inline = (content: string) => `<c t="inlineStr"><is>${content}</is></c>`;
  const one = async (data: string) =>
    (await quick(`<worksheet xmlns="${MAIN}"><sheetData>${data}</sheetData></worksheet>`)).rows;

  it.each([
    ['characters beyond 16 bits by number', inline('<t>&#128512;&#x1F600;</t>'), '😀😀'],
    ['CDATA in a run', inline('<r><t><![CDATA[a<b]]></t></r>'), 'a<b'],
    [
      'CDATA that looks like the end of a cell',
      inline('<t><![CDATA[</t></is></c></row>]]></t>'),
      '</t></is></c></row>',
    ],
    ['comments in a text', inline('<t>a<!-- <c> -->b</t>'), 'ab'],
    ['a result with letters by number', '<c t="str"><v>&#272;&#7913;c</v></c>', 'Đức'],
    ['a result that is an escape', '<c t="str"><v>&amp;lt;</v></c>', '&lt;'],
    ['a tag with > in an attribute', '<c note="a>b"><v>5</v></c>', 5],
  ])('%s', async (_, cellXml, value) => {
    expect(await one(`<row>${cellXml}</row>`)).toEqual([[value]]);
  });

  it('a phone number in a column of dates', async () => {
    const data = '<worksheet><sheetData><row><c s="1"><v>912345678</v></c></row></sheetData></worksheet>';
    const context = { ...ANY, dateFormats: [false, true] };
    expect((await quick(data, 1 << 16, context)).rows).toEqual([[912_345_678]]);
  });

  it('rows that are empty elements, and comments between rows', async () => {
    expect(await one('<row/><!-- two --><row><c><v>2</v></c></row><row r="4"/><row><c><v>5</v></c></row>')).toEqual([
      [],
      [2],
      [],
      [],
      [5],
    ]);
  });
});

describe('left to SheetJS', () => {
  const rows = '<row r="1"><c r="A1"><v>1</v></c></row>';
  const sheetOf = (data: string) => `<worksheet xmlns="${MAIN}"><sheetData>${data}</sheetData></worksheet>`;

  it.each([
    ['a prefix', `<x:worksheet xmlns:x="${MAIN}"><x:sheetData/></x:worksheet>`],
    ['a prefix within', sheetOf('<x:row r="1"/>')],
    ['a document type', `<!DOCTYPE worksheet [<!ENTITY a "b">]>${sheetOf(rows)}`],
    ['another encoding', `<?xml version="1.0" encoding="ISO-8859-1"?>${sheetOf(rows)}`],
    ['UTF-16', sheetOf(rows).split('').join('\0')],
    ['rows out of order', sheetOf('<row r="2"/><row r="1"/>')],
    ['cells out of order', sheetOf('<row r="1"><c r="B1"/><c r="A1"/></row>')],
    ['a cell of another row', sheetOf('<row r="1"><c r="A2"/></row>')],
    ['a row beyond the last', sheetOf('<row r="1048577"/>')],
    ['a column beyond the last', sheetOf('<row r="1"><c r="XFE1"/></row>')],
    ['no such string', sheetOf('<row r="1"><c r="A1" t="s"><v>1000</v></c></row>')],
    ['a type nobody knows', sheetOf('<row r="1"><c r="A1" t="x"><v>1</v></c></row>')],
    ['a date in words', sheetOf('<row r="1"><c r="A1" t="d"><v>hôm nay</v></c></row>')],
    ['an end that is missing', sheetOf(rows).slice(0, -12)],
    ['a text without an end', sheetOf(`<row r="1"><c r="A1" t="str"><v>${'x'.repeat(1 << 21)}</v></c></row>`)],
  ])('%s', async (_, xml) => {
    await expect(quick(xml)).rejects.toMatchObject({ name: 'UnusualXml' });
  });

  it('which reads them all the same', async () => {
    const parts = packageParts([{ name: 'Một' }]);
    const prefixed =
      '<x:row r="1"><x:c r="A1" t="str"><x:v>Tên</x:v></x:c></x:row><x:row r="2"><x:c r="A2" t="str"><x:v>Đức</x:v></x:c></x:row>';
    const file = {
      ...parts,
      [SHEET]: `<x:worksheet xmlns:x="${MAIN}"><x:sheetData>${prefixed}</x:sheetData></x:worksheet>`,
    };
    expect(await outcome(file)).toMatchObject({ head: { headings: ['Tên'] }, rows: [['Đức']] });
  });
});
