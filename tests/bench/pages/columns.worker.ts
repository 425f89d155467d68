import { createColumns } from '#columns/columns.ts';
import type { Filter } from '#core/filter/filter.ts';
import { generatedRows, NAMES, times } from './rows.ts';

/** Answers with the times (ms) of each question, asked of the columns as the data worker asks them. */
self.onmessage = ({ data }: MessageEvent<{ count: number }>) => {
  const columns = createColumns();
  columns.bulk(true);
  columns.apply([...generatedRows(data.count)]);
  columns.bulk(false);
  const warm = performance.now();
  while (columns.warm());
  const warmMs = performance.now() - warm;
  const base = { sources: ['contact'], offset: 0, limit: 50 } as const;
  const filter = (i: number): Filter => ({
    all: [
      { field: 'ownerId', op: 'in', value: [`owner-${1 + (i % 4)}`] },
      { field: 'rating', op: 'gte', value: 1 + (i % 5) },
    ],
  });
  const total = columns.list(base).total;
  const answer = {
    total,
    found: columns.list({ ...base, search: NAMES[0]! }).total,
    warmMs,
    page: times(60, (i) => columns.list({ ...base, offset: Math.floor((i * 7919 * 50) % total) })),
    name: times(60, (i) =>
      columns.list({
        ...base,
        search: `${NAMES[i % NAMES.length]}${' '.repeat(0)}${i < NAMES.length ? '' : ` ${'aeiouhntm'[i % 9]}`}`,
      }),
    ),
    phone: times(60, (i) => columns.list({ ...base, search: String(1000 + i * 137) })),
    filterSort: times(60, (i) =>
      columns.list({ ...base, filter: filter(i), sort: { field: i % 2 ? 'name' : 'companyId', desc: i % 3 === 0 } }),
    ),
  };
  self.postMessage(answer);
};
