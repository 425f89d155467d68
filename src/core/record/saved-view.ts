import { fold } from '../contact/fold.ts';
import type { Json } from '../kit/json.ts';
import type { FieldProblem } from './field-settings.ts';
import { cleanLine } from './field-types/text.ts';
import { RECORD_TYPES, type RecordType } from './row.ts';

/**
 * A list as somebody saved it under a name: what it looks for, its columns, order and page size. Shared ones are the root
 * `views` of the workspace document, written by those with the settings right; own ones stay with the person.
 *
 * As with fields (field-settings.ts) every property is an entry of its own, so that what two say of different properties
 * both stands, and of the same one wins, the same everywhere:
 * - `<id>` → { entity, name, query } as it was made; written once
 * - `<id>:name`, `<id>:query`, `<id>:deletedAt` (ms since 1970, or null = restored) → the latest value
 */
export interface SavedView {
  /** `view.` and letters or digits. */
  readonly id: string;
  readonly entity: RecordType;
  readonly name: string;
  /** The query part of the list's URL, without `?`, page and view: read by whoever reads URLs, so nothing in it can break. */
  readonly query: string;
}

/** What somebody says of a view. `make` = it is new, and everything but `deletedAt` is there; absent properties stay. */
export interface ViewEdit {
  readonly id: string;
  readonly make?: RecordType;
  readonly name?: string;
  readonly query?: string;
  readonly deletedAt?: number | null;
}

export const VIEW_LIMITS = {
  /** Characters of a name. */
  name: 60,
  /** Characters of a query: a URL with the longest conditions, and columns. */
  query: 16_000,
  /** Shared views of a record type, deleted ones included; and a person's own. */
  views: 100,
} as const;

const ID = /^view\.[a-z0-9]{4,40}$/;
const asName = (value: unknown): string | undefined =>
  typeof value === 'string' && value.trim() !== '' && value.length <= VIEW_LIMITS.name ? value.trim() : undefined;
const asQuery = (value: unknown): string | undefined =>
  typeof value === 'string' && value.length <= VIEW_LIMITS.query ? value : undefined;

/** A view as it was made; undefined for what is none. */
export function asSavedView(id: string, made: unknown): SavedView | undefined {
  if (!ID.test(id) || typeof made !== 'object' || made === null) return undefined;
  const { entity, name, query } = made as Readonly<Record<string, unknown>>;
  const [type, title, text] = [RECORD_TYPES.find((one) => one === entity), asName(name), asQuery(query)];
  return type && title !== undefined && text !== undefined ? { id, entity: type, name: title, query: text } : undefined;
}

export interface SharedViews {
  readonly views: readonly SavedView[];
  readonly deletedViews: readonly SavedView[];
}

/** Reads the root; never throws. An entry that is not what it should be is left out. */
export function readSavedViews(entries: Readonly<Record<string, Json>>): SharedViews {
  const views: SavedView[] = [];
  const deletedViews: SavedView[] = [];
  for (const [id, entry] of Object.entries(entries)) {
    const made = asSavedView(id, entry);
    if (!made) continue;
    const name = asName(entries[`${id}:name`]) ?? made.name;
    const view = { ...made, name, query: asQuery(entries[`${id}:query`]) ?? made.query };
    (typeof entries[`${id}:deletedAt`] === 'number' ? deletedViews : views).push(view);
  }
  return { views: views.sort(byName), deletedViews: deletedViews.sort(byName) };
}

/** The edit with its name cleaned (NFC, no invisible characters), and what is wrong with it. */
export function checkViewEdit(
  given: ViewEdit,
  { views, deletedViews }: SharedViews,
): { readonly edit: ViewEdit; readonly problems: readonly FieldProblem[] } {
  const edit = given.name === undefined ? given : { ...given, name: cleanLine(given.name) };
  const problems: FieldProblem[] = [];
  const problem = (field: string, type: string, more: Record<string, unknown> = {}) =>
    void problems.push({ field, error: { type, ...more } });
  const present = [...views, ...deletedViews].find(({ id }) => id === edit.id);
  const entity = edit.make ?? present?.entity;
  if (edit.make ? present !== undefined || edit.name === undefined || edit.query === undefined : !present)
    problem('view', 'view-unknown');
  if (!ID.test(edit.id)) problem('view', 'view-unknown');
  const ofType = [...views, ...deletedViews].filter((view) => view.entity === entity);
  if (edit.make && ofType.length >= VIEW_LIMITS.views) problem('view', 'too-many', { max: VIEW_LIMITS.views });
  if (edit.query !== undefined && edit.query.length > VIEW_LIMITS.query)
    problem('query', 'too-long', { max: VIEW_LIMITS.query });
  if (edit.name !== undefined) {
    const others = views.filter((view) => view.entity === entity && view.id !== edit.id);
    problems.push(...nameProblems(edit.name, others));
  }
  return { edit, problems };
}

/** What is wrong with a name among these views. */
export function nameProblems(text: string, others: readonly SavedView[]): readonly FieldProblem[] {
  const problem = (type: string, more = {}): FieldProblem[] => [{ field: 'name', error: { type, ...more } }];
  if (text === '') return problem('required');
  if (text.length > VIEW_LIMITS.name) return problem('too-long', { max: VIEW_LIMITS.name });
  return others.some((view) => key(view.name) === key(text)) ? problem('name-taken', { name: text }) : [];
}

/** What an edit writes into the root. It must have been checked. */
export function viewEntries({ id, make, name, query, deletedAt }: ViewEdit): Record<string, Json> {
  if (make) return { [id]: { entity: make, name: name!, query: query! } };
  return {
    ...(name !== undefined && { [`${id}:name`]: name }),
    ...(query !== undefined && { [`${id}:query`]: query }),
    ...(deletedAt !== undefined && { [`${id}:deletedAt`]: deletedAt }),
  };
}

/** A new id; nobody else makes the same one. */
export const newViewId = (): string =>
  `view.${[...crypto.getRandomValues(new Uint8Array(12))].map((byte) => (byte % 36).toString(36)).join('')}`;

/** A name of signs that fold to nothing (emoji) is itself. */
const key = (text: string): string => fold(text).trim() || text;

const collator = new Intl.Collator('vi');
const byName = (a: SavedView, b: SavedView): number => collator.compare(a.name, b.name) || (a.id < b.id ? -1 : 1);
