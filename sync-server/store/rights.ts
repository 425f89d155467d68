import { may, type View } from '#core/access/access.ts';
import type { Person } from '#core/access/person.ts';
import { idType, isId, type RecordId } from '#core/kit/ids.ts';
import { jsonEqual } from '#core/kit/json.ts';
import { CONVERTED_KEYS, convertedTo } from '#core/lead/lead.ts';
import { SYSTEM_KEYS, type RecordType, type Row } from '#core/record/row.ts';
import { foldRecord } from '#crdt/fold.ts';
import type { Standing } from './standing.ts';

/** A record's state and where it stands. */
export interface Stood {
  readonly state: Uint8Array;
  readonly standing: Standing;
}

/** Fields that say whether a record is there at all. */
const PRESENCE_KEYS: readonly string[] = [SYSTEM_KEYS.deletedAt, SYSTEM_KEYS.deletedBy, SYSTEM_KEYS.discarded];

/**
 * P4: may this person turn `before` (undefined: nothing) into `after`? Asked against the state at this seq, whenever the
 * change was made. Both partitions must be theirs to see. Which right it needs is decided by the fields that change:
 * `create` for a new record (and `import` for one of an import), `delete` for what puts it into the recycle bin or takes it out, `edit` for everything else.
 * A converted lead stays what it is (C26), whatever one's rights are.
 */
export function mayChange(person: Person, view: View, id: RecordId, before: Stood | undefined, after: Stood): boolean {
  if (before && !view.sees(before.standing.partition)) return false;
  if (!view.sees(after.standing.partition)) return false;
  const type = idType(id) as RecordType;
  if (!before) return may(person, 'create', type) && (may(person, 'import', type) || !isImported(id, after));
  const [edits, deletes] = [may(person, 'edit', type), may(person, 'delete', type)];
  if (edits && deletes && type !== 'lead') return true;
  const [was, is] = [foldRecord(id, before.state), foldRecord(id, after.state)];
  const changed = changedFields(was, is);
  if (type === 'lead' && !mayChangeLead(was, is, changed)) return false;
  const presence = changed.filter((field) => PRESENCE_KEYS.includes(field));
  if (presence.length > 0 && !deletes) return false;
  // what changes no field (a text typed and taken back) is an edit as well
  return edits || (presence.length > 0 && presence.length === changed.length);
}

/** One that was converted before and is so after: it may be another contact that it names, and it may come and go. */
function mayChangeLead(was: Row, is: Row, changed: readonly string[]): boolean {
  if (convertedTo(was.values) === undefined || convertedTo(is.values) === undefined) return true;
  return changed.every((field) => CONVERTED_KEYS.includes(field) || PRESENCE_KEYS.includes(field));
}

function isImported(id: RecordId, { state }: Stood): boolean {
  const { batch } = foldRecord(id, state).values;
  return isId(batch, 'import');
}

function changedFields(before: Row, after: Row): string[] {
  const fields = new Set([...Object.keys(before.values), ...Object.keys(after.values)]);
  return [...fields].filter((field) => !jsonEqual(before.values[field], after.values[field]));
}
