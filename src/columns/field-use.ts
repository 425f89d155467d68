import { fieldType, presentValue } from '#core/record/field-types/field-types.ts';
import type { FieldQuestion, FieldUse } from '#data-worker/port.ts';
import { decodeCell, isEmptyCell, type Cell } from './cells.ts';
import { USED, type Table, type TableContext } from './table.ts';

/** Examples in a preview: of what converts, and of what does not (those may become choices). */
const EXAMPLES = 5;
const FAILED = 50;

/**
 * How many live records hold a value of a field (B10), and, with `as`, what a change of its type would make of those (B9).
 * Equal values are read once: 100,000 records take about a tenth of a second.
 */
export function fieldUse(table: Table, context: TableContext, id: string, as?: FieldQuestion['as']): FieldUse {
  const column = table.known(id);
  const { directory } = context;
  const field = context.field(id);
  const counts = new Map<Cell, number>();
  let holding = 0;
  if (column) {
    for (let slot = 0; slot < table.size; slot++) {
      if (table.state[slot] !== USED) continue;
      const cell = column.get(slot);
      if (isEmptyCell(cell)) continue;
      holding++;
      counts.set(cell, (counts.get(cell) ?? 0) + 1);
    }
  }
  if (as === undefined || !field) return { holding, failing: 0, converted: [], failed: [] };
  const was = [...new Set([...(field.was ?? []), field.type])].filter((type) => type !== as.type);
  // what a choice was called is needed to read it as anything else
  const next = { ...field, ...as, choices: [...(as.choices ?? []), ...(field.choices ?? [])], was };
  const converted: FieldUse['converted'][number][] = [];
  const failed: string[] = [];
  let failing = 0;
  for (const [cell, count] of counts) {
    const value = decodeCell(cell)!;
    const from = fieldType(field.type).toText(value, field, directory, 'vi');
    const read = presentValue(value, next, directory);
    if (!read.ok) {
      failing += count;
      if (failed.length < FAILED) failed.push(from);
    } else if (converted.length < EXAMPLES)
      converted.push({ from, to: fieldType(as.type).toText(read.value, next, directory, 'vi') });
  }
  return { holding, failing, converted, failed };
}
