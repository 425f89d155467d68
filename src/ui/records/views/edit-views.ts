import { cleanLine } from '#core/record/field-types/text.ts';
import type { FieldProblem } from '#core/record/field-settings.ts';
import { nameProblems, newViewId, VIEW_LIMITS, type SavedView, type ViewEdit } from '#core/record/saved-view.ts';
import type { UiApp } from '../../app-context.ts';
import type { ListViews } from './list-views.svelte.ts';
import { t } from './views-texts.ts';

/** What a person can do with saved views. Each gives a message where it was not done, `undefined` where it was. */

/** Own ones stay on this person's device; shared ones need the settings right, which the relay judges too. */
export async function makeView(
  app: UiApp,
  views: ListViews,
  { name, query, shared }: { readonly name: string; readonly query: string; readonly shared: boolean },
): Promise<{ readonly id: string } | { readonly error: string }> {
  const view: SavedView = { id: newViewId(), entity: views.type, name: cleanLine(name), query };
  const error = shared
    ? await write(app, { id: view.id, make: views.type, name, query })
    : (problemText(nameProblems(view.name, views.own)) ?? full(views.own));
  if (error !== undefined) return { error };
  if (!shared) views.settings.setOwn([...views.own, view]);
  return { id: view.id };
}

export async function editView(
  app: UiApp,
  views: ListViews,
  view: SavedView,
  change: { readonly name?: string; readonly query?: string },
): Promise<string | undefined> {
  if (!isOwn(views, view.id)) return write(app, { id: view.id, ...change });
  const name = change.name === undefined ? view.name : cleanLine(change.name);
  const others = views.own.filter(({ id }) => id !== view.id);
  const error = problemText(nameProblems(name, others));
  if (error === undefined) views.settings.setOwn([...others, { ...view, ...change, name }]);
  return error;
}

/** Gone from the menu; `restoreView` brings it back. */
export async function deleteView(app: UiApp, views: ListViews, view: SavedView): Promise<string | undefined> {
  if (!isOwn(views, view.id)) return write(app, { id: view.id, deletedAt: Date.now() });
  views.settings.setOwn(views.own.filter(({ id }) => id !== view.id));
  return undefined;
}

export async function restoreView(
  app: UiApp,
  views: ListViews,
  view: SavedView,
  wasOwn: boolean,
): Promise<string | undefined> {
  if (!wasOwn) return write(app, { id: view.id, deletedAt: null });
  views.settings.setOwn([...views.own, view]);
  return undefined;
}

export const isOwn = (views: ListViews, id: string): boolean => views.own.some((view) => view.id === id);

const full = (own: readonly SavedView[]): string | undefined =>
  own.length >= VIEW_LIMITS.views ? t('errMany', { max: VIEW_LIMITS.views }) : undefined;

async function write(app: UiApp, edit: ViewEdit): Promise<string | undefined> {
  try {
    const result = await app.workspace.write({ type: 'edit-view', edit });
    if (result.ok) return undefined;
    return result.error.type === 'forbidden' ? t('errForbidden') : (problemText(result.error.fields) ?? t('errFailed'));
  } catch {
    return t('errFailed');
  }
}

function problemText([problem]: readonly FieldProblem[]): string | undefined {
  if (!problem) return undefined;
  const { error } = problem;
  switch (error.type) {
    case 'required':
      return t('errName');
    case 'too-long':
      return t('errLong', { max: Number(error.max) });
    case 'name-taken':
      return t('errTaken', { name: typeof error.name === 'string' ? error.name : '' });
    case 'too-many':
      return t('errMany', { max: Number(error.max) });
    default:
      return t('errFailed');
  }
}
