/** What a cell of a file may hold. */
type Cell = string | number | boolean | Date | null;
type Rows = readonly (readonly (Cell | undefined)[])[];

/**
 * Rows of a file as one text. Between threads a text is copied as it lies, while 24,000 cells are taken apart and put
 * together one by one, on the page's thread too: a page that only passes rows on does not look at them.
 *
 *   json = [row, …]   row = [cell, …]   cell = text | number | boolean | null | [ms since 1970]
 */
export interface PackedRows {
  readonly count: number;
  readonly json: string;
}

/** What JSON does not have (NaN, an invalid date, a hole) becomes null. */
export function packRows(rows: Rows): PackedRows {
  const plain = rows.map((row) =>
    row.some((cell) => cell instanceof Date) ? row.map((cell) => (cell instanceof Date ? packDate(cell) : cell)) : row,
  );
  return { count: rows.length, json: JSON.stringify(plain) };
}

export function unpackRows({ json }: PackedRows): Cell[][] {
  const rows = JSON.parse(json) as (Cell | [number])[][];
  for (const row of rows) {
    for (let i = 0; i < row.length; i++) {
      const cell = row[i];
      if (Array.isArray(cell)) row[i] = new Date(cell[0]);
    }
  }
  return rows as Cell[][];
}

const packDate = (date: Date): [number] | null => (Number.isNaN(date.getTime()) ? null : [date.getTime()]);
