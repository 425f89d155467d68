import type { SavedView } from '#core/record/saved-view.ts';
import { LIST_KEYS, readView, writeView, type ListView, type PageSize } from '../list-view.ts';

/** What a list's URL is read with. */
export interface ViewPlaces {
  /** The person's usual page size. */
  readonly size: PageSize;
  /** Saved views of this list: own and shared. */
  readonly views: readonly SavedView[];
  /** The view the list opens with, where a URL says nothing; absent = everything. */
  readonly home: string | undefined;
}

/** `view=`: no saved view, for those who open the list with one. */
const NO_VIEW = 'all';

/** A saved view as a list starts with it; nothing in it can break (`readView`). */
export function baseOf(views: readonly SavedView[], id: string | undefined): ListView | undefined {
  const saved = id === undefined ? undefined : views.find((view) => view.id === id);
  return saved && { ...readView(new URLSearchParams(saved.query)), page: 1, saved: saved.id };
}

/** The list a URL asks for: a saved view and what differs from it, or neither. */
export function readListUrl(params: URLSearchParams, { size, views, home }: ViewPlaces): ListView {
  const asked = params.get('view');
  const says = LIST_KEYS.some((key) => params.has(key));
  const base = baseOf(views, asked ?? (says ? undefined : home));
  const view = readView(params, size, base);
  return asked !== null && asked !== NO_VIEW && !base ? { ...view, gone: true } : view;
}

/** The list as a saved view has it, or everything where there is none of that id. */
export const openView = ({ size, views }: ViewPlaces, id: string | undefined): ListView =>
  baseOf(views, id) ?? readView(new URLSearchParams(), size);

/** The query part of the URL, with its `?`. `readListUrl` of it gives the same view back. */
export function writeListUrl(view: ListView, { size, views, home }: ViewPlaces): string {
  const base = baseOf(views, view.saved);
  const rest = writeView(view, size, base).slice(1);
  const named = base ? base.saved! : baseOf(views, home) ? NO_VIEW : '';
  if (named === '') return rest === '' ? '' : `?${rest}`;
  return `?view=${named}${rest === '' ? '' : `&${rest}`}`;
}

/** Does the list differ from the saved view it is built on? */
export const isChanged = (view: ListView, base: ListView): boolean =>
  writeView({ ...view, page: 1 }, base.size, base) !== '';

/** What is stored of a list under a name. `layout`: the columns it shows. */
export const queryOf = (view: ListView, layout: ListView['layout'] & object): string =>
  writeView({ ...view, page: 1, layout }, view.size === 10 ? 10 : view.size).slice(1);
