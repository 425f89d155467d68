import { readLayout, writeLayout, type ColumnLayout } from '#core/record/column-layout.ts';
import type { RecordType } from '#core/record/row.ts';
import { asSavedView, type SavedView } from '#core/record/saved-view.ts';
import { recall, remember } from './device-memory.ts';

/**
 * What a person set for a list on this device, as their page size (B16): columns (B18), how names are sorted, their own
 * saved views and the one the list opens with.
 */
export class ListSettings {
  /** None = the default columns. */
  layout = $state.raw<ColumnLayout>([]);
  /** Is the column of names sorted by the given name, as Vietnamese lists of people often are? */
  byGivenName = $state(false);
  own = $state.raw<readonly SavedView[]>([]);
  /** Id of the view the list opens with. */
  home = $state.raw<string>();
  readonly #user: string;
  readonly #type: RecordType;

  constructor(user: string, type: RecordType) {
    this.#user = user;
    this.#type = type;
    this.layout = readLayout(recall(user, `columns.${type}`) ?? '');
    this.byGivenName = recall(user, 'name-order') === 'given';
    this.own = readOwnViews(recall(user, `views.${type}`));
    this.home = recall(user, `home-view.${type}`) || undefined;
  }

  setLayout(layout: ColumnLayout): void {
    this.layout = layout;
    remember(this.#user, `columns.${this.#type}`, writeLayout(layout));
  }

  setByGivenName(on: boolean): void {
    this.byGivenName = on;
    remember(this.#user, 'name-order', on ? 'given' : 'full');
  }

  setOwn(views: readonly SavedView[]): void {
    this.own = views.toSorted((a, b) => a.name.localeCompare(b.name, 'vi'));
    remember(this.#user, `views.${this.#type}`, JSON.stringify(this.own));
  }

  setHome(id: string | undefined): void {
    this.home = id;
    remember(this.#user, `home-view.${this.#type}`, id ?? '');
  }
}

/** What is kept on the device; an entry that is no view is left out. */
function readOwnViews(text: string | undefined): readonly SavedView[] {
  try {
    const kept: unknown = JSON.parse(text ?? '[]');
    if (!Array.isArray(kept)) return [];
    return (kept as readonly ({ readonly id?: unknown } | null)[]).flatMap((one) => {
      const view = typeof one?.id === 'string' ? asSavedView(one.id, one) : undefined;
      return view ? [view] : [];
    });
  } catch {
    return []; // damaged
  }
}
