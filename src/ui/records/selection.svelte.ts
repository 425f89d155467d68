import type { RecordId } from '#core/kit/ids.ts';
import { untrack } from 'svelte';
import type { ListRow } from '#data-worker/port.ts';
import { rowName } from './columns.ts';

/** Which contacts are ticked; kept over pages, with their names for what is said about them. Colleagues never are. */
export class Selection {
  /** Id → name. Plain, and told of by its version: with a hundred thousand chosen no entry can be a signal of its own. */
  // eslint-disable-next-line svelte/prefer-svelte-reactivity -- see above
  readonly #chosen = new Map<string, string>();
  #version = $state(0);
  #anchor: string | undefined;

  get ids(): readonly string[] {
    void this.#version;
    return [...this.#chosen.keys()];
  }
  get size(): number {
    void this.#version;
    return this.#chosen.size;
  }
  get firstName(): string {
    void this.#version;
    const [first] = this.#chosen.values();
    return first ?? '';
  }
  has(id: string): boolean {
    void this.#version;
    return this.#chosen.has(id);
  }

  /** Ticks or unticks a row; with `through`, all rows from the one ticked before get the same. */
  toggle(row: ListRow, page: readonly ListRow[], through = false): void {
    if (row.source === 'internal') return;
    const on = !this.#chosen.has(row.id);
    const from = page.findIndex((r) => r.id === this.#anchor);
    const to = page.findIndex((r) => r.id === row.id);
    const range = through && from >= 0 && to >= 0 ? page.slice(Math.min(from, to), Math.max(from, to) + 1) : [row];
    for (const one of range) this.#set(one, through ? true : on);
    this.#anchor = row.id;
    this.#tell();
  }

  setAll(rows: readonly ListRow[], on: boolean): void {
    for (const row of rows) this.#set(row, on);
    this.#tell();
  }

  /** Ticks what is on other pages too. */
  addAll(ids: readonly RecordId[]): void {
    for (const id of ids) if (!this.#chosen.has(id)) this.#chosen.set(id, '');
    this.#tell();
  }

  drop(ids: readonly string[]): void {
    const before = this.#chosen.size;
    for (const id of ids) this.#chosen.delete(id);
    if (this.#chosen.size !== before) this.#tell();
  }

  clear(): void {
    this.#anchor = undefined;
    if (this.#chosen.size === 0) return;
    this.#chosen.clear();
    this.#tell();
  }

  /** Only where something changed: an effect that reads the selection may well take something out of it. */
  #tell(): void {
    untrack(() => this.#version++);
  }

  #set(row: ListRow, on: boolean): void {
    if (row.source === 'internal') return;
    if (on) this.#chosen.set(row.id, rowName(row));
    else this.#chosen.delete(row.id);
  }
}
