import { goto } from '$app/navigation';
import { page } from '$app/state';
import type { UiApp } from '#ui/app-context.ts';
import type { RecordType } from '#core/record/row.ts';
import type { ListReturn } from '#ui/records/list-return.svelte.ts';
import type { ListView } from '#ui/records/list-view.ts';
import { ListViews } from '#ui/records/views/list-views.svelte.ts';

/**
 * What a list shows, as its URL says it: read from there, and written there by every change. `extra` is what else the
 * URL keeps (`open=…`), without `?` or `&`. To be made while a layout is.
 */
export class ListUrl {
  /** The view whose URL is being written; the list does not wait for it. */
  #ahead = $state.raw<ListView>();
  /** The list's saved views and columns. */
  readonly views: ListViews;
  readonly #extra: () => string;

  constructor(app: UiApp, type: RecordType, back: ListReturn, extra: () => string = () => '') {
    this.#extra = extra;
    this.views = new ListViews(app, type);
    $effect(() => {
      back.query = this.query;
    });
  }

  /** One object for as long as it says the same: conditions are told apart by identity. */
  readonly view: ListView = $derived.by(() => this.#ahead ?? this.views.read(page.url.searchParams));

  /** The query of the URL, with its `?`. */
  get query(): string {
    return this.queryOf(this.view);
  }

  queryOf(view: ListView, extra = this.#extra()): string {
    const text = this.views.write(view);
    return extra === '' ? text : `${text === '' ? '?' : `${text}&`}${extra}`;
  }

  readonly change = async (next: ListView, replace = false): Promise<void> => {
    this.views.rememberSize(this.view, next);
    this.#ahead = next;
    try {
      await goto(`${page.url.pathname}${this.queryOf(next)}`, {
        replaceState: replace,
        keepFocus: true,
        noScroll: true,
      });
    } finally {
      if (this.#ahead === next) this.#ahead = undefined;
    }
  };
}
