/** What became of a row, one byte each. `ready` after a write = not written (cancelled, storage full). */
export const ROW = { ready: 0, empty: 1, failing: 2, created: 3 } as const;
export type RowState = (typeof ROW)[keyof typeof ROW];
