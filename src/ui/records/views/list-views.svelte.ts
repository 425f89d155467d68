import type { ColumnLayout } from '#core/record/column-layout.ts';
import type { RecordType } from '#core/record/row.ts';
import type { SavedView } from '#core/record/saved-view.ts';
import type { UiApp } from '../../app-context.ts';
import { recall, remember } from '../device-memory.ts';
import { ListSettings } from '../list-settings.svelte.ts';
import { isPageSize, type ListView, type PageSize } from '../list-view.ts';
import { watchWorkspace, type WatchedWorkspace } from '../watch.ts';
import { baseOf, isChanged, openView, queryOf, readListUrl, writeListUrl } from './view-url.ts';

/** A list and its saved views: what its URL means, and which columns it shows. */
export class ListViews {
  readonly type: RecordType;
  readonly settings: ListSettings;
  readonly #workspace: WatchedWorkspace;
  readonly #user: string;
  /** The usual page size as it was when the list was opened: a URL keeps its meaning. */
  readonly #size: PageSize;

  constructor(app: Pick<UiApp, 'me' | 'workspace'>, type: RecordType) {
    this.type = type;
    this.settings = new ListSettings(app.me.id, type);
    this.#workspace = watchWorkspace(app.workspace);
    this.#user = app.me.id;
    const usual = Number(recall(app.me.id, 'page-size'));
    this.#size = isPageSize(usual) ? usual : 10;
  }

  get own(): readonly SavedView[] {
    return this.settings.own;
  }
  get shared(): readonly SavedView[] {
    return this.#workspace.data.views.filter((view) => view.entity === this.type);
  }
  #places() {
    return { size: this.#size, views: [...this.own, ...this.shared], home: this.settings.home };
  }

  read(params: URLSearchParams): ListView {
    return readListUrl(params, this.#places());
  }
  /** The query part of the URL, with its `?`. */
  write(view: ListView): string {
    return writeListUrl(view, this.#places());
  }
  /** The saved view a list is built on; undefined for none, and for one that is gone. */
  savedOf(view: ListView): SavedView | undefined {
    return this.#places().views.find(({ id }) => id === view.saved);
  }
  isChanged(view: ListView): boolean {
    const base = baseOf(this.#places().views, view.saved);
    return base !== undefined && isChanged(view, base);
  }
  /** The list as the saved view has it. */
  open(id: string | undefined): ListView {
    return openView(this.#places(), id);
  }
  /** What is stored of a list under a name. */
  queryOf(view: ListView): string {
    return queryOf(view, this.layoutOf(view));
  }

  /** None = the default columns. */
  layoutOf(view: ListView): ColumnLayout {
    return view.layout ?? this.settings.layout;
  }
  /** Columns belong to the saved view (or the link) where there is one, else to the person. Gives the view, if it changed. */
  withLayout(view: ListView, layout: ColumnLayout): ListView | undefined {
    if (view.saved !== undefined || view.layout !== undefined) return { ...view, layout };
    this.settings.setLayout(layout);
    return undefined;
  }

  /** A page size somebody chose is their usual one (B16), unless it is of a saved view. */
  rememberSize(before: ListView, after: ListView): void {
    if (before.size !== after.size && before.saved === undefined && after.saved === undefined)
      remember(this.#user, 'page-size', String(after.size));
  }
}
