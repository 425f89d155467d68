import { jsonEqual, type Json } from '#core/kit/json.ts';
import type { DataPort, Duplicate } from '#data-worker/port.ts';

/**
 * Tells while a number or an address is typed that somebody has it already, and once more before it is saved (D15).
 * Families and companies share numbers, so "Vẫn tạo mới" is always there. Compared as stored: 0912…, +84912… and an old
 * 11-digit prefix find each other.
 */
export class DuplicateHint {
  found = $state.raw<Duplicate>();
  readonly #port: DataPort;
  #asked: Json = [[], []];
  #answer: Promise<void> = Promise.resolve();
  /** The contact somebody chose to add another one beside. */
  #accepted: string | undefined;

  constructor(port: DataPort) {
    this.#port = port;
  }

  look(phones: readonly string[], emails: readonly string[]): Promise<void> {
    const asked: Json = [phones, emails];
    if (!jsonEqual(asked, this.#asked)) {
      this.#asked = asked;
      this.#answer = this.#ask(asked, phones, emails);
    }
    return this.#answer;
  }

  /** Is there one that nobody has looked at and decided on? */
  get open(): boolean {
    return this.found !== undefined && this.found.row.id !== this.#accepted;
  }

  accept(): void {
    this.#accepted = this.found?.row.id;
  }

  async #ask(asked: Json, phones: readonly string[], emails: readonly string[]): Promise<void> {
    const items = (values: readonly string[]) => values.map((value, i) => ({ id: String(i), value }));
    let found: readonly Duplicate[];
    try {
      found = await this.#port.duplicatesOf({ values: { phones: items(phones), emails: items(emails) } });
    } catch {
      found = []; // the worker is being replaced: nobody is kept from saving, and the queue finds the two later
    }
    if (jsonEqual(asked, this.#asked)) this.found = found[0];
  }
}
