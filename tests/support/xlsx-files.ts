import { deflateRawSync, crc32 } from 'node:zlib';
import * as XLSX from 'xlsx';
import { CFB } from '../../plugins/excel/client/cfb.ts';

/**
 * Spreadsheet files for tests, good and bad. Each function gives the bytes of a file as a person would choose it.
 * `contactsFile` builds its zip by hand, which is many times faster than SheetJS for the 100,000 rows of the bench.
 */
export type FileBytes = Uint8Array<ArrayBuffer>;

export const HEADINGS = [
  'Họ và tên',
  'Số điện thoại',
  'Email',
  'Công ty',
  'Chức vụ',
  'Địa chỉ',
  'Nguồn',
  'Ngày sinh',
  'Ghi chú',
  'Số điện thoại 2',
  'UTM Source',
  'Đánh giá',
] as const;

/** A clean workbook of `rows` people with 12 columns; the same number always gives the same bytes. */
export function contactsFile(rows: number): FileBytes {
  const shared = new Map<string, number>();
  const index = (text: string) => {
    let at = shared.get(text);
    if (at === undefined) shared.set(text, (at = shared.size));
    return at;
  };
  const text = (column: string, row: number, value: string) =>
    `<c r="${column}${row}" t="s"><v>${index(value)}</v></c>`;
  const parts: Uint8Array[] = [];
  let xml = `<row r="1">${HEADINGS.map((heading, i) => text(LETTERS[i]!, 1, heading)).join('')}</row>`;
  for (let i = 0; i < rows; i++) {
    const r = i + 2;
    const phone = phoneOf(i);
    xml +=
      `<row r="${r}">${text('A', r, personName(i))}${text('B', r, phone)}${text('C', r, `khach${i}@example.vn`)}` +
      `${text('D', r, `Công ty ${WORDS[i % WORDS.length]} ${i % 500}`)}${text('E', r, TITLES[i % TITLES.length]!)}` +
      `${text('F', r, `${(i % 300) + 1} ${STREETS[i % STREETS.length]}, Hà Nội`)}${text('G', r, SOURCES[i % SOURCES.length]!)}` +
      `<c r="H${r}" s="1"><v>${25_569 + ((i * 37) % 15_000)}</v></c>${text('I', r, `Ghi chú của dòng ${i}`)}` +
      `<c r="J${r}"><v>${Number(phone.slice(1)) + 1_000}</v></c>${text('K', r, `chien-dich-${i % 40}`)}<c r="L${r}"><v>${(i % 5) + 1}</v></c></row>`;
    if (xml.length > 1 << 20) {
      parts.push(bytesOf(xml));
      xml = '';
    }
  }
  parts.push(bytesOf(xml));
  const sheet = concat([
    bytesOf(`${XML}<worksheet xmlns="${MAIN}"><dimension ref="A1:L${rows + 1}"/><sheetData>`),
    ...parts,
    bytesOf('</sheetData></worksheet>'),
  ]);
  const strings = [...shared.keys()].map((value) => `<si><t xml:space="preserve">${escape(value)}</t></si>`).join('');
  return zipOf({
    ...packageParts([{ name: 'Khách hàng' }]),
    'xl/sharedStrings.xml': `${XML}<sst xmlns="${MAIN}" uniqueCount="${shared.size}">${strings}</sst>`,
    'xl/worksheets/sheet1.xml': sheet,
  });
}

/** A workbook of the rows given, as Excel would save them (`sheet` names it). */
export function workbook(
  rows: readonly (readonly unknown[])[],
  sheet = 'Danh sách',
  bookType: XLSX.BookType = 'xlsx',
): FileBytes {
  const book = XLSX.utils.book_new();
  XLSX.utils.book_append_sheet(
    book,
    XLSX.utils.aoa_to_sheet(rows as unknown[][], { cellDates: true, UTC: true }),
    sheet,
  );
  return write(book, bookType);
}

/**
 * What real lists look like: a title above the headings, old 11-digit numbers, numbers that lost their zero, accents in
 * two characters, a date cell, an empty line, a line without a name and one with a phone that is none.
 * Lines 4–9 of the file are data: 3 good, 1 empty, 2 wrong.
 */
export function messyFile(): FileBytes {
  return workbook([
    ['DANH SÁCH KHÁCH HÀNG THÁNG 3'],
    [],
    ['Họ tên'.normalize('NFD'), 'SĐT', 'E-mail', 'Ngày sinh', 'Ghi chú'],
    [
      'Nguyễn Thị Lan'.normalize('NFD'),
      '01629123456',
      'lan@example.vn',
      new Date(Date.UTC(1990, 2, 15)),
      'x'.repeat(10_000),
    ],
    ['Trần Văn Bình', 912_345_678, 'binh@example.vn', null, null],
    [],
    [null, '0987654321', 'khongten@example.vn', null, null],
    ['Lê Hoàng', 'không có số', null, null, null],
    ['Phạm Minh Đức', '+84 24 3825 1234', 'duc@example.vn', null, '=1+1'],
  ]);
}

/** Merged cells, formulas with and without stored results, an error cell, a hidden sheet before the visible one. */
export function trickyFile(): FileBytes {
  const row = (r: number, cells: string) => `<row r="${r}">${cells}</row>`;
  const text = (ref: string, value: string) => `<c r="${ref}" t="inlineStr"><is><t>${escape(value)}</t></is></c>`;
  const sheet =
    row(1, text('A1', 'Tên') + text('B1', 'Điện thoại') + text('C1', 'Công ty') + text('D1', 'Đánh giá')) +
    row(
      2,
      text('A2', 'Lan') + text('B2', '0912345678') + text('C2', 'Công ty Sao Mai') + '<c r="D2"><f>2+3</f><v>5</v></c>',
    ) +
    row(
      3,
      text('A3', 'Bình') + '<c r="B3"><f>"09"&amp;"87654321"</f></c>' + '<c r="D3" t="e"><f>1/0</f><v>#DIV/0!</v></c>',
    ) +
    row(4, '<c r="A4" t="str"><f>CONCAT("Đ","ức")</f><v>Đức</v></c>' + '<c r="B4"><v>987654321</v></c>');
  return zipOf({
    ...packageParts([{ name: 'Ẩn', state: 'hidden' }, { name: 'Dữ liệu' }]),
    'xl/worksheets/sheet1.xml': worksheet(row(1, text('A1', 'bí mật')) + row(2, text('A2', 'không nhập'))),
    'xl/worksheets/sheet2.xml': worksheet(sheet, '<mergeCells count="1"><mergeCell ref="C2:C4"/></mergeCells>'),
  });
}

/** A file that says .xlsx and is a picture. */
export function pngFile(): FileBytes {
  return Uint8Array.from([
    0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0x0d, 0x49, 0x48, 0x44, 0x52, 0, 0, 0, 1,
  ]);
}

/** What Excel saves with a password: an OLE container around an encrypted package. */
export function encryptedFile(): FileBytes {
  const container = CFB.utils.cfb_new();
  const noise = Uint8Array.from({ length: 8192 }, (_, i) => (i * 167 + 13) & 255);
  CFB.utils.cfb_add(container, '/EncryptionInfo', noise.slice(0, 1024));
  CFB.utils.cfb_add(container, '/EncryptedPackage', noise);
  return Uint8Array.from(CFB.write(container, { type: 'array' }));
}

/** The first `share` of a file: a download that broke off. */
export const truncated = (file: FileBytes, share = 0.7): FileBytes => file.slice(0, Math.floor(file.length * share));

/** A sheet with nothing in it. */
export const emptyFile = (): FileBytes => workbook([]);

/** A few kilobytes that say they unpack to 2 GB. */
export function zipBomb(): FileBytes {
  const file = zipOf({ ...packageParts([{ name: 'Bom' }]), 'xl/worksheets/sheet1.xml': worksheet('') });
  const view = new DataView(file.buffer);
  for (let at = file.length - 46; at >= 0; at--) {
    if (view.getUint32(at, true) === 0x02014b50) {
      view.setUint32(at + 24, 0x7fff_ffff, true);
      return file;
    }
  }
  throw new Error('no directory entry');
}

/** Text of a CSV file as Excel saves it, in UTF-8. */
export function csvFile(text: string, bom = false): FileBytes {
  return bytesOf((bom ? '\uFEFF' : '') + text);
}

/** A zip with the given parts; texts are UTF-8. */
export function zipOf(parts: Readonly<Record<string, string | Uint8Array>>): FileBytes {
  const out: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let offset = 0;
  for (const [name, content] of Object.entries(parts)) {
    const data = typeof content === 'string' ? bytesOf(content) : content;
    const packed = deflateRawSync(data, { level: 1 });
    const nameBytes = bytesOf(name);
    const common = fields(
      [2, 20],
      [2, 0x800],
      [2, 8],
      [4, 0x5921_0000],
      [4, crc32(data)],
      [4, packed.length],
      [4, data.length],
      [2, nameBytes.length],
      [2, 0],
    );
    directory.push(
      fields([4, 0x02014b50], [2, 20]),
      common,
      fields([2, 0], [2, 0], [2, 0], [4, 0], [4, offset]),
      nameBytes,
    );
    const local = [fields([4, 0x04034b50]), common, nameBytes, packed];
    out.push(...local);
    offset += local.reduce((sum, part) => sum + part.length, 0);
  }
  const size = directory.reduce((sum, part) => sum + part.length, 0);
  const count = Object.keys(parts).length;
  return concat([
    ...out,
    ...directory,
    fields([4, 0x06054b50], [2, 0], [2, 0], [2, count], [2, count], [4, size], [4, offset], [2, 0]),
  ]);
}

const XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const RELATIONS = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const LETTERS = 'ABCDEFGHIJKL'.split('');
const FAMILY = ['Nguyễn', 'Trần', 'Lê', 'Phạm', 'Hoàng', 'Huỳnh', 'Phan', 'Vũ', 'Võ', 'Đặng', 'Bùi', 'Đỗ'];
const MIDDLE = ['Văn', 'Thị', 'Minh', 'Hữu', 'Ngọc', 'Thanh', 'Quốc', 'Bảo', 'Xuân', 'Đức', 'Kim'];
const GIVEN = [
  'An',
  'Bình',
  'Châu',
  'Dũng',
  'Giang',
  'Hà',
  'Hùng',
  'Khánh',
  'Lan',
  'Linh',
  'Mai',
  'Nam',
  'Oanh',
  'Phúc',
  'Quân',
  'Sơn',
  'Trang',
  'Tú',
  'Uyên',
  'Yến',
];
const WORDS = ['Sao Mai', 'Đại Phát', 'Hòa Bình', 'Tân Việt', 'An Khang', 'Thịnh Vượng', 'Bình Minh'];
const TITLES = ['Giám đốc', 'Trưởng phòng', 'Kế toán', 'Nhân viên', 'Chủ cửa hàng'];
const STREETS = ['Trần Phú', 'Lê Lợi', 'Nguyễn Trãi', 'Hai Bà Trưng', 'Láng Hạ'];
const SOURCES = ['Zalo', 'Facebook', 'Nhập file'];
const PREFIXES = ['091', '098', '036', '070', '083', '077', '090', '032'];

const personName = (i: number): string =>
  `${FAMILY[i % FAMILY.length]} ${MIDDLE[(i * 7) % MIDDLE.length]} ${GIVEN[(i * 13) % GIVEN.length]} ${i}`;
const phoneOf = (i: number): string =>
  PREFIXES[i % PREFIXES.length]! + String((i * 7919) % 10_000_000).padStart(7, '0');

/** The parts every package has; sheets are `xl/worksheets/sheet1.xml` and on. */
export function packageParts(
  sheets: readonly { readonly name: string; readonly state?: string }[],
): Record<string, string> {
  const type = (part: string, name: string) =>
    `<Override PartName="/xl/${part}" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.${name}+xml"/>`;
  const relation = (id: string, name: string, target: string) =>
    `<Relationship Id="${id}" Type="${RELATIONS}/${name}" Target="${target}"/>`;
  const relations = (content: string) =>
    `${XML}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${content}</Relationships>`;
  return {
    '[Content_Types].xml':
      `${XML}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>` +
      `${type('workbook.xml', 'sheet.main')}${type('sharedStrings.xml', 'sharedStrings')}${type('styles.xml', 'styles')}` +
      `${sheets.map((_, i) => type(`worksheets/sheet${i + 1}.xml`, 'worksheet')).join('')}</Types>`,
    '_rels/.rels': relations(relation('rId1', 'officeDocument', 'xl/workbook.xml')),
    'xl/workbook.xml':
      `${XML}<workbook xmlns="${MAIN}" xmlns:r="${RELATIONS}"><sheets>` +
      `${sheets.map(({ name, state }, i) => `<sheet name="${name}" sheetId="${i + 1}"${state ? ` state="${state}"` : ''} r:id="rId${i + 1}"/>`).join('')}</sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': relations(
      sheets.map((_, i) => relation(`rId${i + 1}`, 'worksheet', `worksheets/sheet${i + 1}.xml`)).join('') +
        relation('rId90', 'styles', 'styles.xml') +
        relation('rId91', 'sharedStrings', 'sharedStrings.xml'),
    ),
    'xl/styles.xml': `${XML}<styleSheet xmlns="${MAIN}"><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14" applyNumberFormat="1"/></cellXfs></styleSheet>`,
  };
}

const worksheet = (rows: string, after = ''): string =>
  `${XML}<worksheet xmlns="${MAIN}"><sheetData>${rows}</sheetData>${after}</worksheet>`;

function write(book: XLSX.WorkBook, bookType: XLSX.BookType): FileBytes {
  return new Uint8Array(XLSX.write(book, { bookType, type: 'array', compression: true }) as ArrayBuffer);
}

const bytesOf = (text: string): FileBytes => new TextEncoder().encode(text);
const escape = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

function fields(...list: readonly (readonly [size: 2 | 4, value: number])[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(list.reduce((sum, [size]) => sum + size, 0)));
  let at = 0;
  for (const [size, value] of list) {
    if (size === 2) view.setUint16(at, value, true);
    else view.setUint32(at, value >>> 0, true);
    at += size;
  }
  return new Uint8Array(view.buffer);
}

function concat(parts: readonly Uint8Array[]): FileBytes {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}
