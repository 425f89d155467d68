import { normalizePhone } from '#core/contact/phones.ts';
import type { DataPort, ListRow } from '#data-worker/port.ts';
import { ask } from './ask.ts';

/**
 * Tells while a number is typed that somebody has it already (D15). It never blocks: families and companies share
 * numbers. Compared in the stored form, so 0912…, +84912… and an old 11-digit prefix find each other.
 */
export class DuplicateHint {
  found = $state.raw<ListRow>();
  readonly #port: DataPort;
  #asked = '';

  constructor(port: DataPort) {
    this.#port = port;
  }

  async look(typed: readonly string[]): Promise<void> {
    const numbers = typed.flatMap((text) => {
      const phone = normalizePhone(text);
      return phone.ok ? [phone.value.value] : [];
    });
    const asked = numbers.join(' ');
    if (asked === this.#asked) return;
    this.#asked = asked;
    if (numbers.length === 0) {
      this.found = undefined;
      return;
    }
    const conditions = numbers.map((value) => ({ field: 'phones', op: 'is', value }));
    const result = await ask(this.#port, {
      sources: ['contact'],
      filter: conditions.length === 1 ? conditions[0]! : { any: conditions },
      offset: 0,
      limit: 1,
    });
    if (asked === this.#asked) this.found = result.rows[0];
  }
}
