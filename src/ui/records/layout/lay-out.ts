import { clampWidth, type ColumnChoice, type ColumnLayout } from '#core/record/column-layout.ts';
import type { Column } from '../columns.ts';

/** A column as it is laid out. */
export type ShownColumn<C extends Column = Column> = C & {
  /** px; absent = the column's own. */
  readonly width?: number;
  readonly pinned: boolean;
  /** Of a pinned one: how far from the left edge it stays, as CSS. */
  readonly left?: string;
};

export interface LaidOut<C extends Column> {
  readonly columns: readonly ShownColumn<C>[];
  /** Ids the layout names and that are no columns any more. */
  readonly lost: readonly string[];
}

/** Always shown: it is the row's link and its heading. */
export const NAME_COLUMN = 'name';

/** The columns a list starts with; the name stays in sight. */
export const defaultLayout = (all: readonly Column[]): ColumnLayout =>
  all.filter((column) => column.byDefault).map(({ id }) => (id === NAME_COLUMN ? { id, pinned: true } : { id }));

/** The layout that counts: what was chosen, else the default; the name is always in it. */
export function presentLayout(all: readonly Column[], chosen: ColumnLayout): ColumnLayout {
  if (chosen.length === 0) return defaultLayout(all);
  return chosen.some(({ id }) => id === NAME_COLUMN) ? chosen : [{ id: NAME_COLUMN }, ...chosen];
}

/** Columns in the order in which they stand: pinned ones first. `leading` = rem before the first. */
export function layOut<C extends Column>(all: readonly C[], chosen: ColumnLayout, leading: number): LaidOut<C> {
  const byId = new Map(all.map((column) => [column.id, column]));
  const layout = presentLayout(all, chosen);
  const lost = layout.flatMap(({ id }) => (byId.has(id) ? [] : [id]));
  const known = layout.filter(({ id }) => byId.has(id));
  const pinned = known.filter((choice) => choice.pinned);
  const columns: ShownColumn<C>[] = [];
  let left = `${leading}rem`;
  pinned.forEach((choice, at) => {
    const column = byId.get(choice.id)!;
    // the next one's place depends on it: as wide as it is, not as there is room
    const width = choice.width ?? (at < pinned.length - 1 ? column.min * 16 : undefined);
    columns.push({ ...column, ...(width !== undefined && { width }), pinned: true, left: `calc(${left})` });
    left += ` + ${width === undefined ? `${column.min}rem` : `${width}px`}`;
  });
  for (const { id, width, pinned } of known)
    if (!pinned) columns.push({ ...byId.get(id)!, ...(width !== undefined && { width }), pinned: false });
  return { columns, lost };
}

/** Tracks of a grid for these columns, and the width below which the table scrolls. */
export function tracksOf(columns: readonly ShownColumn[], leading: number): { tracks: string; least: string } {
  const tracks = columns.map(({ width, min, grow }) =>
    width === undefined ? `minmax(${min}rem, ${grow}fr)` : `${width}px`,
  );
  const least = columns.map(({ width, min }) => (width === undefined ? `${min}rem` : `${width}px`));
  return {
    // the last one takes next to nothing of what is left, and nothing for what stands in it
    tracks: [`${leading}rem`, ...tracks, 'minmax(0.75rem, 0.001fr)'].join(' '),
    least: `calc(${[`${leading}rem`, ...least, '0.75rem'].join(' + ')})`,
  };
}

export type CardPlace = 'phone' | 'owner' | 'first' | 'second';

/**
 * Where columns stand on a phone's card, besides the name: the number; then the first two that were chosen, of which the
 * owner is a picture at the side.
 */
export function cardPlaces(columns: readonly Column[]): ReadonlyMap<string, CardPlace> {
  const places = new Map<string, CardPlace>();
  const chosen = columns.filter(({ id }) => id !== NAME_COLUMN && id !== 'phones').slice(0, 2);
  if (columns.some(({ id }) => id === 'phones')) places.set('phones', 'phone');
  for (const { id } of chosen)
    places.set(id, id === 'ownerId' ? 'owner' : [...places.values()].includes('first') ? 'second' : 'first');
  return places;
}

// edits of a layout, each of the one that counts (`presentLayout`)

export const showColumn = (layout: ColumnLayout, id: string): ColumnLayout =>
  layout.some((choice) => choice.id === id) ? layout : [...layout, { id }];

export const hideColumn = (layout: ColumnLayout, id: string): ColumnLayout =>
  id === NAME_COLUMN ? layout : layout.filter((choice) => choice.id !== id);

/** Before the column that stands at `to` now, or after it where it comes from the left. */
export function moveColumn(layout: ColumnLayout, id: string, target: string): ColumnLayout {
  const from = layout.findIndex((choice) => choice.id === id);
  const to = layout.findIndex((choice) => choice.id === target);
  if (from < 0 || to < 0 || from === to) return layout;
  return layout.toSpliced(from, 1).toSpliced(to, 0, layout[from]!);
}

export const pinColumn = (layout: ColumnLayout, id: string, on: boolean): ColumnLayout =>
  change(layout, id, ({ pinned: _, ...choice }) => (on ? { ...choice, pinned: true } : choice));

/** `undefined` = as wide as the column is by itself. */
export const widenColumn = (layout: ColumnLayout, id: string, px: number | undefined): ColumnLayout =>
  change(layout, id, ({ width: _, ...choice }) => (px === undefined ? choice : { ...choice, width: clampWidth(px) }));

const change = (layout: ColumnLayout, id: string, edit: (choice: ColumnChoice) => ColumnChoice): ColumnLayout =>
  layout.map((choice) => (choice.id === id ? edit(choice) : choice));
