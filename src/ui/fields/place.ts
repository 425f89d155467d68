import type { FieldDef } from '#core/record/field.ts';
import type { FieldEdit } from '#core/record/field-settings.ts';

/** Below it two orders are too near each other to put a field between them for ever. */
const NEAREST = 1e-6;

/**
 * The edits that move a field to another place of the form order (B8). It stands between its new neighbours and joins the
 * group of the one above it (the first place: of the one below). Mostly one edit; where there is no room between the
 * neighbours, the group is numbered anew.
 */
export function moveField(fields: readonly FieldDef[], id: string, to: number): FieldEdit[] {
  const field = fields.find((one) => one.id === id);
  const others = fields.filter((one) => one.id !== id);
  const above = others[to - 1];
  const below = others[to];
  const neighbour = above ?? below;
  if (!field || !neighbour || fields[to] === field) return [];
  const { group } = neighbour;
  const low = above?.order ?? -Infinity;
  const high = below?.group === group ? below.order : Infinity;
  if (high - low > NEAREST) {
    const order = low === -Infinity ? high - 1 : high === Infinity ? low + 1 : (low + high) / 2;
    return [{ entity: field.entity, id, place: { group, order } }];
  }
  const wanted = others.toSpliced(to, 0, { ...field, group }).filter((one) => one.group === group);
  return wanted.map((one, order) => ({ entity: one.entity, id: one.id, place: { group, order } }));
}
