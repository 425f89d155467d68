import type { RecordId } from '#core/kit/ids.ts';
import type { DataPort, LiveRecord as Live, Subscription } from '#data-worker/port.ts';

/** A live record as reactive state. `loaded` tells "not there" from "not yet". */
export class LiveRecord {
  record = $state.raw<Live>();
  loaded = $state(false);
  readonly #port: DataPort;
  #subscription: Subscription<RecordId> | undefined;
  #id: RecordId | undefined;

  constructor(port: DataPort) {
    this.#port = port;
  }

  open(id: RecordId): void {
    if (id === this.#id) return;
    this.#id = id;
    this.loaded = false;
    this.record = undefined;
    this.#subscription?.stop();
    this.#subscription = this.#port.open(id, (record) => {
      if (this.#id !== id) return; // an answer that was under way when another record was opened
      this.record = record;
      this.loaded = true;
    });
  }

  stop(): void {
    this.#subscription?.stop();
    this.#subscription = undefined;
    this.#id = undefined;
  }
}
