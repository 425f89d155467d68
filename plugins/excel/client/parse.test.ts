import { describe, expect, it } from 'vitest';
import type { BookType } from 'xlsx';
import { TransferError, type Cell } from '#plugin-api';
import * as files from '#tests/support/xlsx-files.ts';
import { CHUNK_ROWS } from './layout.ts';
import { MAX_FILE_BYTES, parseFile } from './parse.ts';

async function read(bytes: Uint8Array, sheet?: string) {
  const layout = await parseFile(bytes, sheet);
  const chunks = [...layout.chunks()];
  return { head: layout.head, chunks, rows: chunks.flatMap(({ rows }) => rows) };
}

async function failure(bytes: Uint8Array, sheet?: string): Promise<unknown> {
  return read(bytes, sheet).then(
    () => 'read',
    (error: unknown) => (error instanceof TransferError ? error.type : error),
  );
}

const en = (notes: readonly unknown[]) => notes.map((note) => (note as { en: string }).en);
const PEOPLE: readonly (readonly unknown[])[] = [
  ['Họ tên', 'Điện thoại', 'Ngày sinh', 'VIP'],
  ['Nguyễn Thị Lan', '0912345678', new Date(Date.UTC(1990, 2, 15)), true],
  ['Đặng Đức', 912_345_679, null, false],
];

describe('workbooks', () => {
  it.each(['xlsx', 'xlsm', 'xlsb', 'biff8', 'ods', 'xlml'] as const)(
    'reads %s: texts, numbers, dates, booleans',
    async (type: BookType) => {
      const { head, rows } = await read(files.workbook(PEOPLE, 'Khách', type));
      expect(head).toMatchObject({
        sheets: ['Khách'],
        sheet: 'Khách',
        headings: PEOPLE[0],
        firstLine: 2,
        total: 2,
        notes: [],
      });
      expect(rows[0]).toEqual(['Nguyễn Thị Lan', '0912345678', new Date('1990-03-15T00:00:00Z'), true]);
      expect([rows[1]![0], rows[1]![1]]).toEqual(['Đặng Đức', 912_345_679]);
    },
  );

  it('finds the headings under a title and says so; lines are those of the file', async () => {
    const { head, rows } = await read(files.messyFile());
    expect(head.headings).toEqual(['Họ tên', 'SĐT', 'E-mail', 'Ngày sinh', 'Ghi chú']); // NFC, though the file has NFD
    expect(head).toMatchObject({ firstLine: 4, total: 6 });
    expect(en(head.notes)).toEqual(['Lines above the column headings left out: 1.']);
    expect(rows[0]!.at(-1)).toHaveLength(10_000);
    expect(rows[2]).toEqual([]);
    expect(rows[5]![4]).toBe('=1+1'); // a text, not a formula
  });

  it('reads stored results of formulas, the first of merged cells, and leaves hidden sheets out', async () => {
    const { head, rows } = await read(files.trickyFile());
    expect(head.sheets).toEqual(['Dữ liệu']);
    expect(rows.map((row) => Array.from({ length: 4 }, (_, i) => row[i] ?? null))).toEqual([
      ['Lan', '0912345678', 'Công ty Sao Mai', 5],
      ['Bình', null, null, null],
      ['Đức', 987_654_321, null, null],
    ]);
    expect(en(head.notes)).toEqual([
      'Hidden sheets left out: 1.',
      'Cells with formulas: 4. The results stored in the file are used.',
      'Merged cells: 1. The value counts for the first cell, the others are empty.',
      'Cells with an error (such as #N/A): 1. They count as empty.',
    ]);
  });

  it('takes the first sheet with data, or the one asked for', async () => {
    const XLSX = await import('xlsx');
    const book = XLSX.utils.book_new();
    const sheets: Record<string, unknown[][]> = {
      Trống: [],
      'Chỉ tiêu đề': [['Tên', 'SĐT']],
      Một: [['Tên'], ['Lan']],
      Hai: [['Tên'], ['Đức'], ['Mai']],
    };
    for (const [name, rows] of Object.entries(sheets))
      XLSX.utils.book_append_sheet(book, XLSX.utils.aoa_to_sheet(rows), name);
    const bytes = new Uint8Array(XLSX.write(book, { type: 'array' }) as ArrayBuffer);
    expect((await read(bytes)).head).toMatchObject({ sheets: Object.keys(sheets), sheet: 'Một', total: 1 });
    expect((await read(bytes, 'Hai')).head).toMatchObject({ sheet: 'Hai', total: 2 });
    expect(await failure(bytes, 'Chỉ tiêu đề')).toBe('empty');
    expect(await failure(bytes, 'Không có')).toBe('empty');
  });

  it('keeps long numbers exact and does not show them as 9.12E+8', async () => {
    const { rows } = await read(
      files.workbook([
        ['Tên', 'SĐT', 'CCCD'],
        ['Lan', 84_912_345_678, 9_007_199_254_740_991],
      ]),
    );
    expect(rows[0]).toEqual(['Lan', 84_912_345_678, 9_007_199_254_740_991]);
  });

  it('trims trailing empty rows and columns, keeps empty rows between', async () => {
    const { head, rows } = await read(
      files.workbook([
        ['Tên', 'SĐT', ' ', null],
        ['Lan', '0912345678'],
        [' ', ''],
        ['Mai', '0987654321', null, ' '],
        ['  '],
        [],
      ]),
    );
    expect(head).toMatchObject({ headings: ['Tên', 'SĐT'], total: 3 });
    expect(rows.map((row) => row[0] ?? null)).toEqual(['Lan', null, 'Mai']);
  });

  it('names columns A, B, C where the first line is already data', async () => {
    const { head, rows } = await read(
      files.workbook([
        ['Lan', '0912345678'],
        ['Mai', '0987654321'],
      ]),
    );
    expect(head).toMatchObject({ headings: ['A', 'B'], firstLine: 1, total: 2 });
    expect(rows).toHaveLength(2);
  });

  it('cuts into chunks of 2,000 rows, the head in the first', async () => {
    const { chunks, rows, head } = await read(files.contactsFile(2_500));
    expect(chunks.map((chunk) => chunk.rows.length)).toEqual([CHUNK_ROWS, 500]);
    expect(chunks.map((chunk) => chunk.head !== undefined)).toEqual([true, false]);
    expect(head.headings).toEqual(files.HEADINGS);
    expect(rows[2_499]![2]).toBe('khach2499@example.vn');
    expect(rows[1]![7]).toEqual(new Date('1970-02-07T00:00:00Z'));
  });
});

describe('text files', () => {
  const expected: Cell[][] = [
    ['Nguyễn Lan', '0912345678', 'Hà Nội; quận 1'],
    ['Đức', '84912345678901234567', 'câu "trích"\nhai dòng'],
  ];
  const body = (d: string) =>
    `Tên${d}SĐT${d}Ghi chú\r\nNguyễn Lan${d}0912345678${d}"Hà Nội; quận 1"\r\nĐức${d}84912345678901234567${d}"câu ""trích""\nhai dòng"\r\n`;

  it.each([
    ['comma', files.csvFile(body(','))],
    ['comma with a byte order mark', files.csvFile(body(','), true)],
    ['semicolon', files.csvFile(body(';'))],
    ['tab', files.csvFile(body('\t'))],
    ['sep= line', files.csvFile(`sep=|\n${body('|')}`)],
    ['UTF-16 of Excel', utf16(body('\t'))],
  ])('reads CSV: %s', async (name, bytes) => {
    const { head, rows } = await read(bytes);
    expect(head).toMatchObject({
      headings: ['Tên', 'SĐT', 'Ghi chú'],
      total: 2,
      firstLine: name.startsWith('sep') ? 3 : 2,
    });
    expect(rows).toEqual(expected);
  });

  it('reads the Vietnamese Windows encoding and asks to check it', async () => {
    // "Tên,SĐT" / "Hà,0912345678" in windows-1258: Đ = D0, ê = EA, à = E0
    const bytes = Uint8Array.from([
      0x54,
      0xea,
      0x6e,
      0x2c,
      0x53,
      0xd0,
      0x54,
      0x0a,
      0x48,
      0xe0,
      0x2c,
      ...new TextEncoder().encode('0912345678\n'),
    ]);
    const { head, rows } = await read(bytes);
    expect(head.headings).toEqual(['Tên', 'SĐT']);
    expect(rows).toEqual([['Hà', '0912345678']]);
    expect(en(head.notes)[0]).toContain('not UTF-8');
  });

  it('reads an HTML table that some systems save as .xls, texts as they are', async () => {
    const html =
      '<html><body><table><tr><th>Tên</th><th>SĐT</th></tr><tr><td>Đức</td><td>0912345678</td></tr></table></body></html>';
    const { head, rows } = await read(files.csvFile(html));
    expect(head.headings).toEqual(['Tên', 'SĐT']);
    expect(rows).toEqual([['Đức', '0912345678']]);
  });
});

describe('files it cannot take', () => {
  const many = Array.from({ length: 3_000 }, (_, i) => [`Người ${i}`, `091${1_000_000 + i}`]);

  it.each([
    ['a picture named .xlsx', files.pngFile(), 'wrong-type'],
    ['a PDF', files.csvFile('%PDF-1.7\n1 0 obj'), 'wrong-type'],
    ['a zip that is no workbook', files.zipOf({ 'readme.txt': 'hello' }), 'wrong-type'],
    ['a Word document', files.zipOf({ '[Content_Types].xml': '<Types/>', 'word/document.xml': '<w/>' }), 'wrong-type'],
    ['a workbook with a password', files.encryptedFile(), 'encrypted'],
    [
      'an encrypted OpenDocument',
      files.zipOf({ 'META-INF/manifest.xml': '<m><manifest:encryption-data/></m>', 'content.xml': 'x' }),
      'encrypted',
    ],
    ['half a workbook', files.truncated(files.workbook(many)), 'broken'],
    ['half an .xls', files.truncated(files.workbook(many, 'S', 'biff8')), 'broken'],
    ['an .xls cut near its end', files.truncated(files.workbook(many, 'S', 'biff8'), 0.97), 'broken'],
    ['a workbook with one changed byte', flipped(files.workbook(many)), 'broken'],
    ['an empty sheet', files.emptyFile(), 'empty'],
    ['no bytes at all', new Uint8Array(), 'empty'],
    ['only headings', files.workbook([['Tên', 'SĐT']]), 'empty'],
    ['a text of blank lines', files.csvFile('\n  \n\n'), 'empty'],
    ['a zip that unpacks to 2 GB', files.zipBomb(), 'too-large'],
  ])('%s', async (_, bytes, type) => {
    expect(await failure(bytes)).toBe(type);
  });

  it('a file of more than 100 MB', async () => {
    expect(await failure(new Uint8Array(MAX_FILE_BYTES + 1))).toBe('too-large');
  });

  it('a part that unpacks to more than it says', async () => {
    const file = files.zipOf({ '[Content_Types].xml': '<Types/>', 'xl/workbook.xml': 'x'.repeat(100_000) });
    const view = new DataView(file.buffer);
    for (let at = 0; at < file.length - 4; at++)
      if (view.getUint32(at, true) === 0x02014b50) view.setUint32(at + 24, 5, true);
    expect(await failure(file)).toBe('broken');
  });
});

/** One byte changed in the middle of the largest part. */
function flipped(file: Uint8Array): Uint8Array {
  const copy = file.slice();
  copy[Math.floor(copy.length / 2)]! ^= 0x20;
  return copy;
}

function utf16(text: string): Uint8Array {
  const units = Uint16Array.from(`\uFEFF${text}`, (letter) => letter.charCodeAt(0));
  return new Uint8Array(units.buffer);
}
