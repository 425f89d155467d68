import { foldRecord } from '#crdt/fold.ts';
import { createRecord } from '#crdt/record.ts';
import type { Row } from '#core/record/row.ts';
import { sampleRecords } from '../../support/sample-records.ts';

/** Rows of `count` generated contacts and their companies, folded from real documents. */
export function* generatedRows(count: number): Generator<Row> {
  let hlc = 1;
  for (const { id, changes } of sampleRecords(count, { untilMs: 1_790_000_000_000 })) {
    yield foldRecord(id, createRecord(changes, { hlc: (hlc += 4096), clientId: 7 }));
  }
}

/** The questions of the bench, asked with different words each time so that no answer is a remembered one. */
export const NAMES = [
  'nguyen van',
  'tran thi',
  'le minh',
  'pham thu',
  'hoang anh',
  'vu quang',
  'dang ngoc',
  'bui thanh',
  'do hai',
  'ho kim',
  'ngo bao',
  'duong my',
  'ly tuan',
  'phan gia',
  'truong duc',
];
export const times = (n: number, ask: (i: number) => unknown): number[] => {
  const measured: number[] = [];
  for (let i = 0; i < n; i++) {
    const start = performance.now();
    ask(i);
    measured.push(performance.now() - start);
  }
  return measured;
};
