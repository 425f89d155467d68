/** Rows of one call of `feed`, side by side in one array: cells of row `i` are `cells[starts[i] … starts[i + 1])`. */
export interface RowChunk {
  readonly cells: readonly unknown[];
  readonly starts: Uint32Array;
  readonly count: number;
  /** Index of its first row among all. */
  readonly first: number;
}

/** The rows of a file while an import is under way; empty cells at the end of a row take no room. */
export interface Rows {
  readonly count: number;
  readonly chunks: readonly RowChunk[];
  add(rows: readonly (readonly unknown[])[]): void;
}

export function createRows(): Rows {
  const chunks: RowChunk[] = [];
  let count = 0;
  return {
    get count() {
      return count;
    },
    chunks,
    add(rows) {
      const cells: unknown[] = [];
      const starts = new Uint32Array(rows.length + 1);
      rows.forEach((row, i) => {
        let end = row.length;
        while (end > 0 && isBlank(row[end - 1])) end--;
        for (let c = 0; c < end; c++) cells.push(row[c]);
        starts[i + 1] = cells.length;
      });
      chunks.push({ cells, starts, count: rows.length, first: count });
      count += rows.length;
    },
  };
}

/** Does a cell hold nothing? */
export const isBlank = (cell: unknown): boolean =>
  typeof cell === 'string'
    ? cell === '' || (!(cell.charCodeAt(0) > 32 && cell.charCodeAt(0) < 127) && cell.trim() === '')
    : cell === null || cell === undefined;
