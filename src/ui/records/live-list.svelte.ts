import { SvelteSet } from 'svelte/reactivity';
import type { DataPort, ListQuery, ListResult, Subscription } from '#data-worker/port.ts';

/** Last answer per port, so that coming back to a list paints it in the first frame, at the same scroll position. */
const lastAnswers = new WeakMap<DataPort, ListResult>();

/** A live query as reactive state. While a new question is under way the old answer stays on screen. */
export class LiveList {
  result = $state.raw<ListResult>();
  /** Rows a colleague changed while they were on screen; the row flashes once and calls `settled`. */
  readonly changed = new SvelteSet<string>();
  readonly #port: DataPort;
  #subscription: Subscription<ListQuery> | undefined;
  #asked = '';

  constructor(port: DataPort) {
    this.#port = port;
  }

  ask(query: ListQuery): void {
    const key = JSON.stringify(query);
    if (key === this.#asked) return;
    this.#asked = key;
    if (this.#subscription) {
      this.#subscription.update(query);
      return;
    }
    const last = lastAnswers.get(this.#port);
    if (last && JSON.stringify(last.query) === key) this.result = last;
    this.#subscription = this.#port.query(query, (result) => this.#take(result));
  }

  settled(id: string): void {
    this.changed.delete(id);
  }

  stop(): void {
    this.#subscription?.stop();
    this.#subscription = undefined;
    this.#asked = '';
  }

  #take(result: ListResult): void {
    const before = this.result;
    if (before && JSON.stringify(before.query) === JSON.stringify(result.query)) {
      const known = Object.fromEntries(before.rows.map((row) => [row.id, row.updatedAt]));
      for (const row of result.rows) {
        const seen = known[row.id];
        if (seen !== undefined && seen !== row.updatedAt && !row.pending) this.changed.add(row.id);
      }
    } else {
      this.changed.clear();
    }
    this.result = result;
    if (result.query.limit > 0) lastAnswers.set(this.#port, result);
  }
}
