import { readLayout, writeLayout, type ColumnLayout } from '#core/record/column-layout.ts';
import type { RecordType } from '#core/record/row.ts';
import { recall, remember } from './device-memory.ts';

/** What a person set for a list on this device, as their page size (B16): columns (B18), and how names are sorted. */
export class ListSettings {
  /** None = the default columns. */
  layout = $state.raw<ColumnLayout>([]);
  /** Is the column of names sorted by the given name, as Vietnamese lists of people often are? */
  byGivenName = $state(false);
  readonly #user: string;
  readonly #type: RecordType;

  constructor(user: string, type: RecordType) {
    this.#user = user;
    this.#type = type;
    this.layout = readLayout(recall(user, `columns.${type}`) ?? '');
    this.byGivenName = recall(user, 'name-order') === 'given';
  }

  setLayout(layout: ColumnLayout): void {
    this.layout = layout;
    remember(this.#user, `columns.${this.#type}`, writeLayout(layout));
  }

  setByGivenName(on: boolean): void {
    this.byGivenName = on;
    remember(this.#user, 'name-order', on ? 'given' : 'full');
  }
}
