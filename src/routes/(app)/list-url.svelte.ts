import { goto } from '$app/navigation';
import { page } from '$app/state';
import type { UiApp } from '#ui/app-context.ts';
import { recall, remember } from '#ui/records/device-memory.ts';
import type { ListReturn } from '#ui/records/list-return.svelte.ts';
import { isPageSize, readView, writeView, type ListView } from '#ui/records/list-view.ts';

/**
 * What a list shows, as its URL says it: read from there, and written there by every change. `extra` is what else the
 * URL keeps (`open=…`), without `?` or `&`. To be made while a layout is.
 */
export class ListUrl {
  /** The view whose URL is being written; the list does not wait for it. */
  #ahead = $state.raw<ListView>();
  readonly #app: UiApp;
  readonly #size;
  readonly #extra: () => string;

  constructor(app: UiApp, back: ListReturn, extra: () => string = () => '') {
    this.#app = app;
    this.#extra = extra;
    const usual = Number(recall(app.me.id, 'page-size'));
    this.#size = isPageSize(usual) ? usual : 10;
    $effect(() => {
      back.query = this.query;
    });
  }

  get view(): ListView {
    return this.#ahead ?? readView(page.url.searchParams, this.#size);
  }

  /** The query of the URL, with its `?`. */
  get query(): string {
    return this.queryOf(this.view);
  }

  queryOf(view: ListView, extra = this.#extra()): string {
    const text = writeView(view, this.#size);
    return extra === '' ? text : `${text === '' ? '?' : `${text}&`}${extra}`;
  }

  readonly change = async (next: ListView, replace = false): Promise<void> => {
    if (next.size !== this.view.size) remember(this.#app.me.id, 'page-size', String(next.size));
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
