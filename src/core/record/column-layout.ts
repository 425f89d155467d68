/**
 * How somebody lays out the columns of a list (B18): which are shown, in which order, how wide, and which stay in sight.
 * None at all = as the type's columns are by default. It may name columns that are gone: they are kept and not shown.
 */
export type ColumnLayout = readonly ColumnChoice[];
export interface ColumnChoice {
  /** Field id, or one of the columns a list has besides its fields. */
  readonly id: string;
  /** px; absent = the column's own. */
  readonly width?: number;
  /** Stays at the left edge while the others scroll. */
  readonly pinned?: true;
}

/** px: narrower shows nothing, wider is more than a screen. */
export const COLUMN_WIDTH = { least: 64, most: 960 } as const;
/** Columns that are read of one layout: all fields a type can have, and some. */
const MOST = 300;

export const clampWidth = (px: number): number =>
  Math.round(Math.min(COLUMN_WIDTH.most, Math.max(COLUMN_WIDTH.least, px)));

/** As text for a URL or a saved view: `*name*208,phones,custom.k3x*120`; `readLayout` of it gives the same back. */
export const writeLayout = (layout: ColumnLayout): string =>
  layout.map(({ id, width, pinned }) => `${pinned ? '*' : ''}${id}${width === undefined ? '' : `*${width}`}`).join(',');

/** What is not readable of it is left out; a column counts once. */
export function readLayout(text: string): ColumnLayout {
  const layout = new Map<string, ColumnChoice>();
  for (const part of text.split(',').slice(0, MOST)) {
    const [, star, id, width] = /^(\*?)([\w.-]{1,80})(?:\*(\d{1,4}))?$/.exec(part) ?? [];
    if (id === undefined || layout.has(id)) continue;
    layout.set(id, {
      id,
      ...(width !== undefined && { width: clampWidth(Number(width)) }),
      ...(star === '*' && { pinned: true as const }),
    });
  }
  return [...layout.values()];
}
