import { departmentsOf } from '#core/access/person.ts';
import { fold } from '#core/contact/fold.ts';
import type { Filter } from '#core/filter/filter.ts';
import type { FilterContext } from '#core/filter/test.ts';
import type { RecordId } from '#core/kit/ids.ts';
import { idTimeMs } from '#core/kit/ids.ts';
import type { Directory, FieldDef } from '#core/record/field.ts';
import type { RecordType, Row } from '#core/record/row.ts';
import { RECORD_TYPE_DEFS } from '#core/record/record-types.ts';
import { RECORD_TYPES, recordType } from '#core/record/row.ts';
import type { Member, WorkspaceData } from '#core/record/workspace-data.ts';
import type {
  Duplicate,
  DuplicateQuestion,
  DuplicateQueue,
  FieldQuestion,
  FieldUse,
  ListQuery,
  ListResult,
  ListRow,
  ListSource,
  RecordCounts,
  Subscription,
} from '#data-worker/port.ts';
import type { Cell, Column } from './cells.ts';
import { companyFactsOf, createContactCounts, representativeOf } from './company-contacts.ts';
import { countBy } from './count-by.ts';
import { createDirectory, memberRow } from './directory.ts';
import { createDuplicateQueue } from './duplicate-queue.ts';
import { findDuplicates } from './duplicates.ts';
import { fieldUse } from './field-use.ts';
import { byType, fieldsByList, SEARCH_FIELDS } from './list-fields.ts';
import { createLive, queryKey } from './live.ts';
import { filterMarks, readSearch, searchMarks } from './matching.ts';
import { dumpRows, loadRows } from './segment.ts';
import { DELETED, Table, USED } from './table.ts';

/**
 * The read model (architecture.md §2): every row of the workspace in memory, column by column, in the data worker.
 * It answers every list, search, filter, sort and count. It is a cache of what `fold` says of the documents: it may be
 * thrown away and rebuilt at any time, and whoever changes a document must `apply` its new row.
 */
export interface Columns {
  /** Names behind ids, as lists show them; always the present ones, so it may be kept. */
  readonly directory: Directory;

  /** Takes rows in, new or changed; each replaces what was known of its id. Rows of a type no list knows are ignored. */
  apply(rows: readonly Row[]): void;
  /** Forgets rows for good (purged, no longer visible). Deleting to the bin is an `apply` with `deletedAt`. */
  remove(ids: readonly RecordId[]): void;
  /** Forgets every row (wipe); the workspace's data stay. */
  clear(): void;
  /** The row of an id, deleted and discarded ones included. */
  get(id: RecordId): Row | undefined;
  /** The same as lists show it. */
  listRow(id: RecordId): ListRow | undefined;
  has(id: RecordId): boolean;
  /** Ids of a type, deleted ones included. */
  ids(type: RecordType): RecordId[];
  /** Ids of all rows of a type that match, deleted and discarded ones included, oldest first. */
  find(type: RecordType, filter: Filter): RecordId[];
  /** See `DataPort.idsOf`. */
  idsOf(query: Pick<ListQuery, 'sources' | 'search' | 'filter' | 'sort'>): RecordId[];
  /** The oldest live company of that name, compared without accents and case. */
  companyByName(name: string): RecordId | undefined;

  list(query: ListQuery): ListResult;
  counts(): RecordCounts;
  /** See `DataPort.fieldUse`. */
  fieldUse(question: FieldQuestion): FieldUse;
  /** See `DataPort.duplicatesOf`. */
  duplicatesOf(question: DuplicateQuestion): Duplicate[];
  /** See `DataPort.duplicates`. Made in slices of 8 ms. */
  watchDuplicates(limit: number, onQueue: (queue: DuplicateQueue) => void): Subscription<number>;
  /** A live list: `onResult` is called before this returns, and later whenever what it shows changed. */
  watch(query: ListQuery, onResult: (result: ListResult) => void): Subscription<ListQuery>;
  /** During bulk loads live lists are evaluated at most every second instead of every 16 ms. */
  bulk(on: boolean): void;

  /** Members (active ones are the internal rows), departments and fields; `me` is what `@me` in filters stands for. */
  setWorkspace(data: Pick<WorkspaceData, 'members' | 'departments' | 'fields'>, me: string): void;
  /** Exactly these rows have changes the relay has not confirmed. Ids without a row are remembered until it comes. */
  setPending(ids: Iterable<RecordId>): void;
  /** Adds or takes off the mark of some. */
  markPending(ids: Iterable<RecordId>, pending: boolean): void;

  /** Pack in which the replica finds the record; -1 = a row of its own, also for ids without a row. */
  packOf(id: RecordId): number;
  setPack(ids: readonly RecordId[], pack: number): void;

  /**
   * Prepares the usual orders and searches ahead of the first question; one small step a call. False when all is done,
   * and during bulk loads, which would undo it.
   */
  warm(): boolean;

  /** Segments (up to 4,096 rows each) whose saved form is out of date; internal rows have none. */
  dirtySegments(): number[];
  /** A segment's saved form, and the mark that it is saved. An empty segment gives `undefined`: delete what is stored. */
  dumpSegment(segment: number): Uint8Array | undefined;
  /**
   * Takes in what `dumpSegment` gave, under the same number, into columns that hold nothing of it yet.
   * Returns false, and changes nothing, for bytes of another version or broken ones: rebuild from the documents.
   */
  loadSegment(segment: number, bytes: Uint8Array): boolean;

  /** What the plain lists asked for last say now, as JSON, for the next start. */
  keepAnswers(): string;
  /** The rows are loading: lists wait for `loaded`. */
  loading(): void;
  /** Meanwhile lists answer what `keepAnswers` gave, where the workspace says the same as it did then. */
  showAnswers(kept: string): void;
  loaded(): void;

  /** Stops live lists. */
  close(): void;
}

export interface ColumnsOptions {
  /** Runs `task` once after `delayMs`; returns what calls it off. Default: setTimeout. */
  readonly schedule?: (task: () => void, delayMs: number) => () => void;
  /** ms, of a clock that does not jump. Default: performance.now. */
  readonly now?: () => number;
}

const SOURCES: readonly ListSource[] = [...RECORD_TYPES, 'internal'];
/** Segment numbers: a type's place in RECORD_TYPES × SEGMENTS + the segment within the type. */
const SEGMENTS = 65_536;
/** Answers kept until the next change; a page further on in the same list then costs nothing. */
const CACHED_ANSWERS = 12;
/** Duplicates told while somebody types. */
const DUPLICATES_MOST = 5;
/** Orders made ahead by `warm`. */
const WARM_ORDERS = RECORD_TYPES.flatMap((type) =>
  RECORD_TYPE_DEFS[type].orders.map(([field, desc]) => ({ type, field, desc })),
);

export function createColumns(options: ColumnsOptions = {}): Columns {
  const now = options.now ?? (() => performance.now());
  const schedule =
    options.schedule ??
    ((task: () => void, delayMs: number) => {
      const timer = setTimeout(task, delayMs);
      return () => clearTimeout(timer);
    });

  let fieldOf: Readonly<Record<ListSource, (id: string) => FieldDef | undefined>> = fieldsByList([]);
  let me = '';
  let myDepartments: readonly string[] = [];
  let members: ReadonlyMap<string, Member> = new Map();
  let pending = new Set<RecordId>();
  let knownFields = '[]';
  let inBulk = false;
  /** All that lists show and rows do not say. */
  let surroundings = '';

  let names = createDirectory([], [], companyName);
  const directory: Directory = {
    memberName: (id) => names.memberName(id),
    departmentName: (id) => names.departmentName(id),
    companyName,
    memberByName: (name) => names.memberByName(name),
    departmentByName: (name) => names.departmentByName(name),
  };
  let tables = makeTables();
  const contactCount = createContactCounts(() => tables.contact);
  const live = createLive({ evaluate: list, schedule, now });
  const duplicates = createDuplicateQueue({ table: () => tables.contact, rowOf: contactRow, schedule, now });
  const answers = new Map<string, Uint32Array>();
  let companyIndex: { readonly version: number; readonly ids: ReadonlyMap<string, RecordId> } | undefined;

  function makeTables(): Readonly<Record<ListSource, Table>> {
    const table = (source: ListSource, createdAtOf: (id: string) => number) =>
      new Table({ field: (id) => fieldOf[source](id), directory }, createdAtOf);
    return {
      ...byType((type) => table(type, createdAtOfId)),
      internal: table('internal', (id) => members.get(id)?.joinedAt ?? 0),
    };
  }

  function companyName(id: string): string | undefined {
    const { company } = tables;
    const slot = company.slotOf.get(id);
    // a deleted company has no name any more: whoever points at it shows "deleted"
    if (slot === undefined || company.state[slot] !== USED) return undefined;
    const name = company.columns.get('name')?.get(slot);
    return typeof name === 'string' ? name : undefined;
  }

  const contextOf = (source: ListSource): FilterContext => ({ field: fieldOf[source], directory, me, myDepartments });
  const tableOf = (id: RecordId): Table | undefined => {
    const type = recordType(id);
    return type && tables[type];
  };
  const sourceOf = (id: RecordId): ListSource | undefined => {
    const type = recordType(id);
    if (type) return tables[type].slotOf.has(id) ? type : undefined;
    return tables.internal.slotOf.has(id) ? 'internal' : undefined;
  };

  /** After rows of these tables changed. */
  function changed(companies: boolean): void {
    answers.clear();
    if (companies) for (const source of SOURCES) tables[source].forgetNames();
    live.changed();
    duplicates.changed();
  }

  function matches(source: ListSource, query: ListQuery): Uint32Array {
    const table = tables[source];
    const bin = query.where === 'bin';
    const sort = query.sort ?? (bin ? { field: 'deletedAt', desc: true } : { field: 'createdAt', desc: true });
    const key = JSON.stringify([source, query.search ?? '', query.filter ?? 0, sort.field, sort.desc, bin]);
    const known = answers.get(key);
    if (known) {
      answers.delete(key);
      answers.set(key, known);
      return known;
    }
    const order = table.order(sort.field, sort.desc).get();
    const context = contextOf(source);
    const search = readSearch(query.search);
    const marks = search && searchMarks(table, search, SEARCH_FIELDS[source]);
    const filtered = query.filter && filterMarks(table, query.filter, context);
    const wanted = bin ? USED | DELETED : USED;
    const { state } = table;
    // an order is never changed in place, so it may be the answer itself
    if (!marks && !filtered && !bin && table.live === order.length) return remember(key, order);
    const shown = marks ?? new Uint8Array(table.size).fill(1);
    for (let slot = 0; slot < shown.length; slot++) if (state[slot] !== wanted) shown[slot] = 0;
    if (filtered) for (let slot = 0; slot < shown.length; slot++) shown[slot]! *= filtered[slot]!;
    if (!search || search.exact.length === 0) return remember(key, inOrder(order, shown, 1));
    // exact accents first (B12), both parts in the order asked
    const exact = inOrder(order, shown, 2);
    const rest = inOrder(order, shown, 1);
    const answer = new Uint32Array(exact.length + rest.length);
    answer.set(exact);
    answer.set(rest, exact.length);
    return remember(key, answer);
  }

  function remember(key: string, answer: Uint32Array): Uint32Array {
    answers.set(key, answer);
    if (answers.size > CACHED_ANSWERS) answers.delete(answers.keys().next().value!);
    return answer;
  }

  function listRowAt(source: ListSource, slot: number): ListRow {
    const table = tables[source];
    const row = table.row(slot);
    return {
      ...row,
      source,
      createdAt: table.createdAt[slot]!,
      ...(pending.has(row.id) ? { pending: true } : {}),
      ...(source === 'contact' ? ofItsCompany(row, slot) : {}),
      ...(source === 'company' ? ofItsContacts(row.id, slot) : {}),
    };
  }

  function contactRow(id: RecordId): ListRow | undefined {
    const slot = tables.contact.slotOf.get(id);
    return slot === undefined ? undefined : listRowAt('contact', slot);
  }

  function ofItsCompany({ values }: Row, slot: number): Partial<ListRow> {
    const company = values['companyId'];
    return typeof company === 'string' ? companyFactsOf(tables, slot, company) : {};
  }

  function ofItsContacts(id: RecordId, slot: number): Partial<ListRow> {
    const representative = representativeOf(tables, slot);
    return { contactCount: contactCount(id), ...(representative ? { representative } : {}) };
  }

  function list(query: ListQuery): ListResult {
    const found = query.sources.map((source) => ({ source, slots: matches(source, query) }));
    const rows: ListRow[] = [];
    let skip = Math.max(0, query.offset);
    for (const { source, slots } of found) {
      const end = Math.min(slots.length, skip + query.limit - rows.length);
      for (let at = skip; at < end; at++) rows.push(listRowAt(source, slots[at]!));
      skip = Math.max(0, skip - slots.length);
    }
    const groups = found.map(({ source, slots }) => ({ source, total: slots.length }));
    const total = groups.reduce((sum, group) => sum + group.total, 0);
    const [first] = found;
    const { countBy: by } = query;
    if (!first || by === undefined || fieldOf[first.source](by)?.type !== 'choice')
      return { query, rows, groups, total };
    return { query, rows, groups, total, counts: countBy(tables[first.source], by, first.slots) };
  }

  function counts(): RecordCounts {
    const count = { ...byType((type) => tables[type].live), bin: 0, sample: 0 };
    for (const type of RECORD_TYPES) {
      const table = tables[type];
      const batch = table.columns.get('batch');
      const samples = batch && samplesOf(batch);
      if (!samples && table.live === table.used) continue;
      for (let slot = 0; slot < table.size; slot++) {
        const state = table.state[slot];
        if (state === (USED | DELETED)) count.bin++;
        else if (state === USED && samples?.(slot) === true) count.sample++;
      }
    }
    return count;
  }

  /** Is the row of a slot sample data? `undefined` where none is. */
  function samplesOf(batch: Column): ((slot: number) => boolean) | undefined {
    const isSample = (cell: Cell): boolean => typeof cell === 'string' && cell.startsWith('sample');
    const { codes } = batch;
    if (!codes) return (slot) => isSample(batch.get(slot));
    const samples = batch.dictionary.map(isSample);
    return samples.includes(true) ? (slot) => samples[codes[slot]!]! : undefined;
  }

  const segmentOf = (segment: number): { type: RecordType; table: Table; index: number } | undefined => {
    const type = RECORD_TYPES[Math.floor(segment / SEGMENTS)];
    return type && { type, table: tables[type], index: segment % SEGMENTS };
  };

  return {
    directory,
    apply(rows) {
      let companies = false;
      for (const row of rows) {
        const table = tableOf(row.id);
        table?.apply(row);
        companies ||= table === tables.company;
      }
      changed(companies);
    },
    remove(ids) {
      let companies = false;
      for (const id of ids) {
        const table = tableOf(id);
        table?.remove(id);
        companies ||= table === tables.company;
      }
      changed(companies);
    },
    clear() {
      const { internal } = tables;
      tables = { ...makeTables(), internal };
      companyIndex = undefined;
      pending = new Set();
      changed(true);
    },
    get(id) {
      const source = sourceOf(id);
      return source && tables[source].row(tables[source].slotOf.get(id)!);
    },
    listRow(id) {
      const source = sourceOf(id);
      return source && listRowAt(source, tables[source].slotOf.get(id)!);
    },
    has: (id) => sourceOf(id) !== undefined,
    ids: (type) => [...tables[type].slotOf.keys()],
    find(type, filter) {
      const table = tables[type];
      const marks = filterMarks(table, filter, contextOf(type));
      const slots: number[] = [];
      for (let slot = 0; slot < marks.length; slot++)
        if (marks[slot] === 1 && table.state[slot] !== 0) slots.push(slot);
      return slots.sort((a, b) => table.tie(b, a)).map((slot) => table.ids[slot]!);
    },
    idsOf: (query) =>
      query.sources.flatMap((source) =>
        Array.from(matches(source, { ...query, offset: 0, limit: 0 }), (slot) => tables[source].ids[slot]!),
      ),
    companyByName(name) {
      const table = tables.company;
      if (companyIndex?.version !== table.version) {
        const ids = new Map<string, RecordId>();
        const column = table.column('name');
        for (const slot of table.order('createdAt', true).get()) {
          const text = column.get(slot);
          if (table.state[slot] === USED && typeof text === 'string') ids.set(fold(text).trim(), table.ids[slot]!);
        }
        companyIndex = { version: table.version, ids };
      }
      return companyIndex.ids.get(fold(name).trim());
    },

    list,
    counts,
    fieldUse: ({ entity, field, as }) => fieldUse(tables[entity], { field: fieldOf[entity], directory }, field, as),
    duplicatesOf(question) {
      const table = tables.contact;
      const id = 'id' in question ? question.id : undefined;
      const row = id === undefined ? undefined : contactRow(id);
      const values = row?.values ?? ('values' in question ? question.values : {});
      return findDuplicates(table, values, id)
        .slice(0, DUPLICATES_MOST)
        .map(({ slot, by }) => ({ row: listRowAt('contact', slot), by }));
    },
    watchDuplicates: (limit, onQueue) => duplicates.watch(limit, onQueue),
    watch: (query, onResult) => live.watch(query, onResult),
    bulk(on) {
      inBulk = on;
      live.bulk(on);
    },

    setWorkspace(data, reader) {
      const active = data.members.filter((member) => member.active);
      me = reader;
      const mine = data.members.find((member) => member.id === reader)?.departmentId;
      myDepartments = departmentsOf(me, mine, data.departments);
      members = new Map(active.map((member) => [member.id, member]));
      names = createDirectory(data.members, data.departments, companyName);
      const fieldsKey = JSON.stringify(data.fields);
      if (fieldsKey !== knownFields) {
        knownFields = fieldsKey;
        fieldOf = fieldsByList(data.fields);
        for (const source of SOURCES) tables[source].forgetFields();
      }
      const { internal } = tables;
      for (const id of [...internal.slotOf.keys()]) if (!members.has(id)) internal.remove(id);
      for (const member of active) internal.apply(memberRow(member));
      surroundings = JSON.stringify([data.members, data.departments, data.fields, reader]);
      changed(true);
    },
    setPending(ids) {
      pending = new Set(ids);
      live.changed();
    },
    markPending(ids, on) {
      for (const id of ids)
        if (on) pending.add(id);
        else pending.delete(id);
      live.changed();
    },

    packOf(id) {
      const table = tableOf(id);
      const slot = table?.slotOf.get(id);
      return slot === undefined ? -1 : table!.packs[slot]!;
    },
    setPack(ids, pack) {
      for (const id of ids) tableOf(id)?.setPack(id, pack);
    },

    warm() {
      if (inBulk) return false;
      for (const source of SOURCES) {
        const table = tables[source];
        const { texts, items, phones, names: named } = SEARCH_FIELDS[source];
        for (const field of [...items, ...phones]) if (table.haystack(field).warm()) return true;
        for (const field of texts)
          if (table.words(field, 'folded').warm() || table.words(field, 'accented').warm()) return true;
        for (const field of named) table.namesHolding(field, '\n\n', 'folded');
      }
      for (const { type, field, desc } of WARM_ORDERS) {
        const order = tables[type].order(field, desc);
        if (order.isBuilt) continue;
        order.get();
        return true;
      }
      return false;
    },

    dirtySegments: () =>
      RECORD_TYPES.flatMap((type, at) =>
        [...tables[type].dirty].sort((a, b) => a - b).map((index) => at * SEGMENTS + index),
      ),
    dumpSegment(segment) {
      const place = segmentOf(segment);
      if (!place) return undefined;
      place.table.dirty.delete(place.index);
      return dumpRows(place.table, place.type, place.index);
    },
    loadSegment(segment, bytes) {
      const place = segmentOf(segment);
      if (!place || !loadRows(place.table, place.type, place.index, bytes)) return false;
      changed(place.type === 'company');
      return true;
    },

    keepAnswers() {
      const kept: KeptAnswers = { surroundings, answers: live.recent().map(list) };
      return JSON.stringify(kept);
    },
    showAnswers(text) {
      const kept = JSON.parse(text) as KeptAnswers;
      const known = new Map(kept.answers.map((answer) => [queryKey(answer.query), answer]));
      live.hold((key) => (kept.surroundings === surroundings ? known.get(key) : undefined));
    },
    loading: () => live.hold(() => undefined),
    loaded: () => live.release(),

    close() {
      live.close();
      duplicates.close();
    },
  };
}

interface KeptAnswers {
  readonly surroundings: string;
  readonly answers: readonly ListResult[];
}

/** The slots of an order that are marked so. */
function inOrder(order: Uint32Array, marks: Uint8Array, mark: number): Uint32Array {
  const found = new Uint32Array(order.length);
  let count = 0;
  // no branches, as in `raiseCoded`: what is not marked is overwritten by the next
  for (const slot of order) {
    found[count] = slot;
    count += ((marks[slot]! ^ mark) - 1) >>> 31;
  }
  return found.slice(0, count);
}

/** Ids of another form have no time; they come last among the newest. */
function createdAtOfId(id: RecordId): number {
  const ms = idTimeMs(id);
  return Number.isNaN(ms) ? 0 : ms;
}
