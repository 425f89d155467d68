import { describe, expect, it } from 'vitest';
import * as XLSX from 'xlsx';
import { buildWorkbook, safeText } from './build.ts';
import { parseFile } from './parse.ts';

const born = new Date(Date.UTC(1990, 2, 15));
/** 20:30 in Việt Nam. */
const met = new Date('2026-03-15T13:30:00Z');

describe('failed-rows file', () => {
  it('comes back as it went out: texts, numbers, dates, accents', async () => {
    const rows = [
      ['Nguyễn Lan', '0912345678', 84_912_345_678, born, true, '+84 912 345 678'],
      [null, '-5', 1.5, met, false, '=HYPERLINK("http://x")'],
    ];
    const bytes = new Uint8Array(buildWorkbook({ name: 'Dòng lỗi', headings: ['A', 'B', 'C', 'D', 'E', 'F'], rows }));
    const layout = await parseFile(bytes);
    expect(layout.head).toMatchObject({ sheet: 'Dòng lỗi', total: 2 });
    expect([...layout.chunks()].flatMap((chunk) => chunk.rows)).toEqual(rows);
  });

  it('holds no formula, and the text cannot become one', () => {
    const evil = ['=cmd|"/c calc"!A1', '+SUM(A1)', '-2+cmd()', '@SUM(1)', '\t=1+1'];
    const bytes = buildWorkbook({ name: 'x', headings: ['a'], rows: evil.map((text) => [text]) });
    const sheet = XLSX.read(bytes, { dense: true }).Sheets.x as unknown as { '!data': XLSX.CellObject[][] };
    const cells = sheet['!data'].slice(1).map((row) => row[0]!);
    expect(cells.map(({ f }) => f)).toEqual(evil.map(() => undefined));
    expect(cells.map(({ v }) => String(v)[0])).toEqual(evil.map(() => "'"));
  });

  it.each(['+84912345678', '-12', '+84 (24) 3825.1234', 'Lan = Mai', ''])('leaves %j alone', (text) => {
    expect(safeText(text)).toBe(text);
  });

  it('cuts texts Excel refuses and names it refuses', () => {
    const bytes = buildWorkbook({
      name: 'Dòng lỗi: [a/b]* một tên quá dài cho một trang tính',
      headings: ['a'],
      rows: [['x'.repeat(40_000)]],
    });
    const book = XLSX.read(bytes);
    expect(book.SheetNames[0]!.length).toBeLessThanOrEqual(31);
    expect((Object.values(book.Sheets)[0]!.A2 as XLSX.CellObject).v).toHaveLength(32_767);
  });
});
