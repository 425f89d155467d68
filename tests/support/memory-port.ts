import { matchKeys } from '#core/contact/duplicates.ts';
import { givenName } from '#core/contact/names.ts';
import type { Filter } from '#core/filter/filter.ts';
import { idTimeMs, newId, type RecordId } from '#core/kit/ids.ts';
import type { Json } from '#core/kit/json.ts';
import { err, ok, type Result } from '#core/kit/result.ts';
import { formFields } from '#core/record/form-fields.ts';
import type { Item } from '#core/record/row.ts';
import type { WorkspaceData } from '#core/record/workspace-data.ts';
import {
  NO_COUNTS,
  type CommandError,
  type Commands,
  type Conflict,
  type DataPort,
  type DataStatus,
  type Done,
  type ListQuery,
  type ListResult,
  type ListRow,
  type ListSource,
  type LiveRecord,
} from '#data-worker/port.ts';

/**
 * A DataPort in the memory of the tab, for tests of components: what they ask, show and report. It answers
 * asynchronously, as the worker does. It is no model of sync, merging or ranking; those are tested on the real parts.
 */
export interface MemoryPort extends DataPort {
  /** Every command run, in order. */
  readonly ran: readonly { readonly command: keyof Commands; readonly input: unknown }[];
  /** Adds a record as if it had always been there. */
  seed(type: 'contact' | 'company', values: Record<string, Json>, atMs?: number): RecordId;
  /** A colleague's change arrives from the relay. */
  arrive(id: RecordId, values: Record<string, Json>): void;
  /** A conflict arrives. */
  conflict(id: RecordId, conflict: Conflict): void;
  /** The relay confirms everything. */
  confirm(): void;
  /** The next command of this name fails so, or never answers. */
  failNext(command: keyof Commands, error: CommandError): void;
  setStatus(status: Partial<DataStatus>): void;
  /** Queries wait for `release` (the first sync, a slow device). */
  hold(): void;
  release(): void;
}

interface Stored {
  id: RecordId;
  values: Record<string, Json>;
  updatedAt: number;
  pending: Set<string>;
  conflicts: Conflict[];
}

export function createMemoryPort(user: string, workspace: () => WorkspaceData): MemoryPort {
  const records = new Map<RecordId, Stored>();
  const ran: { command: keyof Commands; input: unknown }[] = [];
  const undos = new Map<string, () => RecordId[]>();
  const failures = new Map<keyof Commands, CommandError>();
  const watchers = new Set<() => void>();
  let held = false;
  let status: DataStatus = {
    phase: 'live',
    unsent: 0,
    syncedAt: Date.now(),
    counts: NO_COUNTS,
    refused: [],
  };

  const fold = (text: string) => text.normalize('NFD').replace(/\p{M}/gu, '').replace(/[đĐ]/g, 'd').toLowerCase();
  const changed = () => {
    for (const watcher of watchers) watcher();
  };
  const companyName = (id: Json | undefined) =>
    typeof id === 'string' && records.get(id)?.values.deletedAt === undefined
      ? (records.get(id)?.values.name as string | undefined)
      : undefined;
  const memberName = (id: Json | undefined) => workspace().members.find((m) => m.id === id)?.name;

  function toRow(record: Stored): ListRow {
    const name = companyName(record.values.companyId);
    return {
      id: record.id,
      values: { ...record.values },
      updatedAt: record.updatedAt,
      createdAt: idTimeMs(record.id),
      source: record.id.startsWith('company_') ? 'company' : 'contact',
      ...(record.pending.size > 0 && { pending: true }),
      ...(record.conflicts.length > 0 && { conflicts: record.conflicts.map((c) => c.key) }),
      ...(name !== undefined && { companyName: name }),
      ...companyFacts(record),
    };
  }

  const lives = (record: Stored | undefined) => record !== undefined && record.values.deletedAt === undefined;
  /** What a contact's row says of its company, and a company's of its contacts. */
  function companyFacts({ id, values }: Stored): Partial<ListRow> {
    if (id.startsWith('company_')) {
      const its = [...records.values()].filter((r) => r.values.companyId === id && lives(r));
      const chosen = its.find((r) => r.id === values.primaryContactId);
      return {
        contactCount: its.length,
        ...(chosen && { representative: { id: chosen.id, name: chosen.values.name as string } }),
      };
    }
    if (typeof values.companyId !== 'string') return {};
    const company = records.get(values.companyId);
    if (!company) return { companyUnknown: true };
    return lives(company) && company.values.primaryContactId === id ? { isRepresentative: true } : {};
  }

  const internalRows = (): ListRow[] =>
    workspace()
      .members.filter((m) => m.active)
      .map((m) => ({
        id: m.id,
        source: 'internal',
        createdAt: m.joinedAt,
        updatedAt: m.joinedAt,
        values: {
          name: m.name,
          email: m.email,
          role: m.role,
          ...(m.phone && { phones: [{ id: 'p', value: m.phone }] }),
          ...(m.title && { title: m.title }),
          ...(m.departmentId && { departmentId: m.departmentId }),
        },
      }));

  function matches(row: ListRow, query: ListQuery): boolean {
    if (query.search) {
      const items = [row.values.phones, row.values.emails].flatMap((list) => (list ?? []) as unknown as Item[]);
      const text = fold(
        [
          row.values.name,
          row.values.email,
          row.companyName,
          memberName(row.values.ownerId),
          ...items.map((i) => i.value.replace(/^\+84/, '0')),
        ]
          .filter((part) => typeof part === 'string')
          .join(' '),
      );
      if (
        !fold(query.search)
          .split(/\s+/)
          .every((word) => text.includes(word))
      )
        return false;
    }
    return query.filter === undefined || passes(row, query.filter);
  }

  function passes(row: ListRow, filter: Filter): boolean {
    if ('all' in filter) return filter.all.every((f) => passes(row, f));
    if ('any' in filter) return filter.any.some((f) => passes(row, f));
    if ('not' in filter) return !passes(row, filter.not);
    const value = row.values[filter.field];
    const wanted = filter.value;
    switch (filter.op) {
      case 'in':
        return (wanted as string[]).some((w) => (w === '@me' ? user : w) === value);
      case 'empty':
        return value === undefined || value === '';
      case 'is':
        return Array.isArray(value) ? (value as unknown as Item[]).some((i) => i.value === wanted) : value === wanted;
      default:
        throw new Error(`memory port: no operator ${filter.op}`);
    }
  }

  function countBy(rows: readonly ListRow[], field: string): Record<string, number> {
    const counts: Record<string, number> = {};
    for (const { values } of rows) {
      const value = values[field];
      const key = typeof value === 'string' ? value : '';
      counts[key] = (counts[key] ?? 0) + 1;
    }
    return counts;
  }

  function sortValue(row: ListRow, field: string): string | number | undefined {
    if (field === 'createdAt' || field === 'updatedAt') return row[field];
    if (field === 'companyId') return row.companyName && fold(row.companyName);
    if (field === 'ownerId') return memberName(row.values.ownerId) && fold(memberName(row.values.ownerId)!);
    if (field === 'givenName') return fold(givenName(typeof row.values.name === 'string' ? row.values.name : ''));
    const value = row.values[field];
    if (Array.isArray(value)) return (value as unknown as Item[])[0]?.value;
    return typeof value === 'string' ? fold(value) : typeof value === 'number' ? value : undefined;
  }

  function answer(query: ListQuery): ListResult {
    const sort = query.sort ?? { field: 'createdAt', desc: true };
    const groups = query.sources.map((source: ListSource) => {
      const all =
        source === 'internal' ? internalRows() : [...records.values()].map(toRow).filter((r) => r.source === source);
      const bin = query.where === 'bin';
      const rows = all.filter((r) => (r.values.deletedAt !== undefined) === bin && matches(r, query));
      rows.sort((a, b) => {
        if (bin) return Number(b.values.deletedAt) - Number(a.values.deletedAt);
        const [x, y] = [sortValue(a, sort.field), sortValue(b, sort.field)];
        if (x === undefined || y === undefined) return x === y ? 0 : x === undefined ? 1 : -1;
        return (x < y ? -1 : x > y ? 1 : 0) * (sort.desc ? -1 : 1);
      });
      return { source, rows };
    });
    const rows = groups.flatMap((g) => g.rows);
    return {
      query,
      rows: rows.slice(query.offset, query.offset + query.limit),
      total: rows.length,
      groups: groups.map((g) => ({ source: g.source, total: g.rows.length })),
      ...(query.countBy !== undefined && { counts: countBy(rows, query.countBy) }),
    };
  }

  function subscribe<Q, A>(first: Q, ask: (query: Q) => A, tell: (answer: A) => void, waits = false) {
    let query = first;
    let stopped = false;
    let queued = false;
    const later = () => {
      if (queued) return;
      queued = true;
      setTimeout(() => {
        queued = false;
        if (!stopped && !(waits && held)) tell(ask(query));
      });
    };
    watchers.add(later);
    later();
    return {
      update(next: Q) {
        query = next;
        later();
      },
      stop() {
        stopped = true;
        watchers.delete(later);
      },
    };
  }

  function write(id: RecordId, values: Record<string, Json>, mine: boolean): void {
    const record = records.get(id) ?? { id, values: {}, updatedAt: 0, pending: new Set<string>(), conflicts: [] };
    for (const [key, value] of Object.entries(values)) {
      if (value === null) delete record.values[key];
      else record.values[key] = value;
      if (mine) record.pending.add(key);
    }
    record.updatedAt = Math.max(Date.now(), record.updatedAt + 1);
    records.set(id, record);
  }

  function done(ids: RecordId[], back: () => RecordId[]): Result<Done, CommandError> {
    const undo = newId('undo');
    undos.set(undo, back);
    changed();
    return ok({ ids, undo });
  }

  function putBack(ids: readonly RecordId[]): () => RecordId[] {
    const before = ids.map((id) => ({ id, values: { ...records.get(id)?.values } }));
    return () => {
      for (const { id, values } of before) {
        const record = records.get(id);
        if (record) record.values = values;
      }
      return [...ids];
    };
  }

  function problems(values: Record<string, Json>, all: boolean) {
    const fields = formFields('contact', workspace()).filter((f) => f.required && (all || f.id in values));
    return fields
      .filter((f) => {
        const value = values[f.id];
        return value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0);
      })
      .map((f) => ({ field: f.id, error: { type: 'required' } }));
  }

  const run: { [C in keyof Commands]?: (input: Commands[C]['input']) => Result<Commands[C]['output'], CommandError> } =
    {
      'contact.create'({ values }) {
        const wrong = problems(values, true);
        if (wrong.length > 0) return err({ type: 'invalid', fields: wrong });
        const id = newId('contact');
        write(id, { ...values, createdBy: user }, true);
        return done([id], () => (records.delete(id), [id]));
      },
      'contact.edit'({ id, values }) {
        if (!records.has(id)) return err({ type: 'not-found' });
        const wrong = problems(values, false);
        if (wrong.length > 0) return err({ type: 'invalid', fields: wrong });
        const back = putBack([id]);
        write(id, values, true);
        return done([id], back);
      },
      'contact.edit-many'({ ids, values }) {
        const wrong = problems(values, false);
        if (wrong.length > 0) return err({ type: 'invalid', fields: wrong });
        const back = putBack(ids);
        for (const id of ids) write(id, values, true);
        return done([...ids], back);
      },
      'contact.supplement'({ id, values }) {
        const back = putBack([id]);
        write(id, values, true);
        return done([id], back);
      },
      'contact.delete'({ ids }) {
        const back = putBack(ids);
        for (const id of ids) write(id, { deletedAt: Date.now(), deletedBy: user }, true);
        return done([...ids], back);
      },
      'contact.restore'({ ids }) {
        const back = putBack(ids);
        for (const id of ids) write(id, { deletedAt: null, deletedBy: null }, true);
        return done([...ids], back);
      },
      'company.edit'({ id, values }) {
        const back = putBack([id]);
        write(id, values, true);
        return done([id], back);
      },
      'company.link'({ id, contactIds }) {
        const back = putBack(contactIds);
        for (const contact of contactIds) write(contact, { companyId: id }, true);
        return done([...contactIds], back);
      },
      'company.unlink'({ contactIds }) {
        const back = putBack(contactIds);
        for (const contact of contactIds) write(contact, { companyId: null }, true);
        return done([...contactIds], back);
      },
      'company.represent'({ id, contactId }) {
        const back = putBack([id]);
        write(id, { primaryContactId: contactId }, true);
        return done([id], back);
      },
      'company.delete'({ id }) {
        const back = putBack([id]);
        write(id, { deletedAt: Date.now(), deletedBy: user }, true);
        return done([id], back);
      },
      'company.restore'({ id }) {
        const back = putBack([id]);
        write(id, { deletedAt: null, deletedBy: null }, true);
        return done([id], back);
      },
      'record.settle'({ id, key, value }) {
        const back = putBack([id]);
        write(id, { [key]: value }, true);
        const record = records.get(id)!;
        record.conflicts = record.conflicts.filter((c) => c.key !== key);
        return done([id], back);
      },
      'company.create'({ values }) {
        const id = newId('company');
        write(id, { ...values }, true);
        return done([id], () => (records.delete(id), [id]));
      },
      undo({ token }) {
        const ids = undos.get(token)?.();
        if (!ids) return err({ type: 'not-found' });
        return done(ids, () => ids);
      },
    };

  return {
    ran,
    query: (query, onResult) => subscribe(query, answer, onResult, true),
    open: (first, onRecord) =>
      subscribe(
        first,
        (id): LiveRecord | undefined => {
          const record = records.get(id);
          if (!record) return undefined;
          return { ...toRow(record), pendingFields: [...record.pending], conflictValues: [...record.conflicts] };
        },
        onRecord,
      ),
    status: (onStatus) => {
      const subscription = subscribe(undefined, () => status, onStatus);
      return { update: () => undefined, stop: () => subscription.stop() };
    },
    async run(command, input) {
      ran.push({ command, input });
      await new Promise((resolve) => setTimeout(resolve));
      const failure = failures.get(command);
      failures.delete(command);
      if (failure) return err(failure);
      const act = run[command] as ((input: unknown) => Result<never, CommandError>) | undefined;
      if (!act) throw new Error(`memory port: no command ${command}`);
      return act(input);
    },
    get imports(): never {
      throw new Error('memory port: no imports');
    },
    workspace: (onData) => {
      const subscription = subscribe(undefined, workspace, onData);
      return { update: () => undefined, stop: () => subscription.stop() };
    },
    presence: () => ({ update: () => undefined, stop: () => undefined }),
    idsOf: async (query) => answer({ ...query, offset: 0, limit: Infinity }).rows.map((row) => row.id),
    duplicatesOf: async (question) => {
      const values = 'values' in question ? question.values : (records.get(question.id)?.values ?? {});
      const mine = matchKeys(values);
      return [...records.values()].flatMap((record) => {
        if ('id' in question && record.id === question.id) return [];
        const by = matchKeys(record.values).filter(({ kind, key }) =>
          mine.some((m) => m.kind === kind && m.key === key),
        );
        return by.length > 0 ? [{ row: toRow(record), by: by.map(({ kind }) => kind) }] : [];
      });
    },
    duplicates: () => {
      throw new Error('memory port: no columns');
    },
    fieldUse: () => Promise.reject(new Error('memory port: no columns')),
    writeWorkspace: () => Promise.reject(new Error('memory port: no workspace document')),
    setPluginFields: () => undefined,
    setViewing: () => undefined,
    setGuard: () => undefined,
    reconnect: () => undefined,
    wipe: async () => ok(undefined),
    unsent: async () => [],
    async dismissRefused(key) {
      status = { ...status, refused: status.refused.filter((row) => row.key !== key) };
      changed();
      return true;
    },
    document: async () => undefined,
    close: () => watchers.clear(),
    seed(type, values, atMs = Date.now()) {
      const id = newId(type, atMs);
      write(id, values, false);
      records.get(id)!.updatedAt = atMs;
      changed();
      return id;
    },
    arrive(id, values) {
      write(id, values, false);
      changed();
    },
    conflict(id, conflict) {
      records.get(id)?.conflicts.push(conflict);
      changed();
    },
    confirm() {
      for (const record of records.values()) record.pending.clear();
      changed();
    },
    failNext: (command, error) => void failures.set(command, error),
    setStatus(next) {
      status = { ...status, ...next };
      changed();
    },
    hold: () => void (held = true),
    release() {
      held = false;
      changed();
    },
  };
}
