import type { RecordId } from '#core/kit/ids.ts';

/**
 * Slots by id. Rows that came from a saved segment are put in when an id is first asked for: the first list of a cold
 * start is in order of slots and asks for none.
 */
export class SlotIndex {
  readonly #slots = new Map<RecordId, number>();
  readonly #idOf: (slot: number) => RecordId | undefined;
  #waiting: number[] = [];

  constructor(idOf: (slot: number) => RecordId | undefined) {
    this.#idOf = idOf;
  }

  get(id: RecordId): number | undefined {
    return this.#all().get(id);
  }

  has(id: RecordId): boolean {
    return this.#all().has(id);
  }

  keys(): Iterable<RecordId> {
    return this.#all().keys();
  }

  set(id: RecordId, slot: number): void {
    this.#all().set(id, slot);
  }

  delete(id: RecordId): void {
    this.#all().delete(id);
  }

  /** The slot's id is put in when it is needed. */
  later(slot: number): void {
    this.#waiting.push(slot);
  }

  #all(): Map<RecordId, number> {
    if (this.#waiting.length > 0) {
      for (const slot of this.#waiting) this.#slots.set(this.#idOf(slot)!, slot);
      this.#waiting = [];
    }
    return this.#slots;
  }
}
