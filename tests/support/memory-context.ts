import { BUILT_IN_ROLES } from '#core/access/role.ts';
import type { CommandContext, Write } from '#commands/context.ts';
import { fold } from '#core/contact/fold.ts';
import { fieldLookup } from '#core/filter/ops.ts';
import { compile } from '#core/filter/test.ts';
import { createHlcClock, HLC_EPOCH_MS } from '#core/kit/hlc.ts';
import { idType, newId, type RecordId } from '#core/kit/ids.ts';
import { err, ok } from '#core/kit/result.ts';
import { CONTACT_FIELDS } from '#core/record/fields.ts';
import { ruleKey } from '#core/record/field-settings.ts';
import { formFields } from '#core/record/form-fields.ts';
import type { Changes, RecordType, Row } from '#core/record/row.ts';
import type { WorkspaceData } from '#core/record/workspace-data.ts';
import { foldRecord } from '#crdt/fold.ts';
import { createRecord, editRecord, mergeRecord } from '#crdt/record.ts';
import type { AskGuards, GuardIntent, Trouble } from '#data-worker/port.ts';

/** A device of one user in memory: real record documents in a Map, nothing durable, no columns. */
export interface MemoryContext extends CommandContext {
  readonly states: Map<RecordId, Uint8Array>;
  /** Everything guards were asked, one entry a question. */
  readonly asked: (readonly GuardIntent[])[];
  /** Sizes of the transactions so far. */
  readonly commits: number[];
  /** What guards answer; default: allow. */
  guard: AskGuards;
  /** Fails the commit this is called for, where it gives a trouble. */
  trouble: (writes: readonly Write[]) => Trouble | undefined;
  workspace: WorkspaceData;
  /** The device's clock, ms since 1970. */
  time: number;
  /** A colleague's edit that arrives now, made with knowledge of the present state. */
  colleagueWrites(id: RecordId, changes: Changes): void;
  /** A colleague's edit made without knowing what this device wrote since `base`. */
  colleagueWroteOn(id: RecordId, base: Uint8Array, changes: Changes): void;
  rows(type: RecordType): readonly Row[];
}

export const ADA = 'user_ada';
export const BINH = 'user_binh';

export const WORKSPACE: WorkspaceData = {
  name: 'Công ty Thử',
  members: [
    {
      id: ADA,
      name: 'Nguyễn Thị Ada',
      email: 'ada@example.vn',
      role: 'admin',
      departmentId: 'sales',
      active: true,
      joinedAt: HLC_EPOCH_MS,
    },
    {
      id: BINH,
      name: 'Trần Bình',
      email: 'binh@example.vn',
      role: 'member',
      departmentId: 'care',
      active: true,
      joinedAt: HLC_EPOCH_MS,
    },
  ],
  departments: [
    { id: 'sales', name: 'Kinh doanh' },
    { id: 'care', name: 'Chăm sóc khách hàng' },
  ],
  roles: BUILT_IN_ROLES,
  fields: [],
  deletedFields: [],
  fieldRules: {},
  views: [],
  deletedViews: [],
  plugins: {},
  settings: {},
};

/** A workspace in which contacts must have exactly these fields. */
export const requiring = (...ids: string[]): WorkspaceData => ({
  ...WORKSPACE,
  fieldRules: Object.fromEntries(
    CONTACT_FIELDS.map(({ id }) => [ruleKey('contact', id), { required: ids.includes(id) }]),
  ),
});

/** Two devices that exchange states need client ids of their own; 2 is the colleague's. */
export function createMemoryContext(clientId = 1): MemoryContext {
  const states = new Map<RecordId, Uint8Array>();
  const asked: (readonly GuardIntent[])[] = [];
  const commits: number[] = [];
  const clock = createHlcClock(() => context.time);
  const stamp = (clientId: number) => ({ hlc: clock.next(), clientId });
  const rows = (type: RecordType) =>
    [...states].filter(([id]) => idType(id) === type).map(([id, state]) => folded(id, state));
  const rowOf = new WeakMap<Uint8Array, Row>();
  const folded = (id: RecordId, state: Uint8Array): Row => {
    const row = rowOf.get(state) ?? foldRecord(id, state);
    rowOf.set(state, row);
    return row;
  };
  const companies = new Map<string, RecordId>();
  const create = ({ id, changes }: Write) => {
    states.set(id, createRecord(changes, stamp(clientId)));
    if (idType(id) === 'company') companies.set(fold(changes.name as string), id);
  };

  const context: MemoryContext = {
    states,
    asked,
    commits,
    rows,
    user: ADA,
    workspace: WORKSPACE,
    time: Date.UTC(2026, 0, 5, 8),
    guard: async (intents) => intents.map(() => ({ allow: true })),
    trouble: () => undefined,
    directory: {
      memberName: (id) => context.workspace.members.find((m) => m.id === id)?.name,
      departmentName: (id) => context.workspace.departments.find((d) => d.id === id)?.name,
      companyName: (id) => context.row(id)?.values.name as string | undefined,
      memberByName: (name) => context.workspace.members.find((m) => fold(m.name) === fold(name))?.id,
      departmentByName: (name) => context.workspace.departments.find((d) => fold(d.name) === fold(name))?.id,
    },
    fields: (type) => formFields(type, context.workspace),
    now: () => context.time,
    newId: (type) => newId(type, context.time, pooledRandom),
    row(id) {
      const state = states.get(id);
      return state && folded(id, state);
    },
    find(type, filter) {
      const field = fieldLookup(context.fields(type));
      const test = compile(filter, { field, directory: context.directory, me: ADA, myDepartments: ['sales'] });
      return rows(type)
        .filter((row) => test((id) => row.values[id]))
        .map((row) => row.id);
    },
    companyByName: (name) => companies.get(fold(name)),
    async ask(intents) {
      asked.push(structuredClone(intents));
      return context.guard(intents);
    },
    async commit(writes) {
      const trouble = context.trouble(writes);
      if (trouble) return err({ type: 'storage', trouble });
      commits.push(writes.length);
      return ok(
        writes.map((write) => {
          const { id, changes } = write;
          if (write.create) {
            create(write);
            return { id, changes: Object.fromEntries(Object.keys(changes).map((key) => [key, null])), created: true };
          }
          const edited = editRecord(id, states.get(id)!, changes, stamp(clientId));
          states.set(id, edited.state);
          return { id, changes: edited.before, created: false };
        }),
      );
    },
    async commitPack(writes) {
      if (writes.length > 512 || writes.some((w) => !w.create || states.has(w.id)))
        throw new Error('a pack is up to 512 new records');
      const trouble = context.trouble(writes);
      if (trouble) return err({ type: 'storage', trouble });
      commits.push(writes.length);
      writes.forEach(create);
      return ok(undefined);
    },
    colleagueWrites(id, changes) {
      context.time += 1000;
      states.set(id, editRecord(id, states.get(id)!, changes, stamp(2)).state);
    },
    colleagueWroteOn(id, base, changes) {
      context.time += 1000;
      states.set(id, mergeRecord(id, states.get(id), editRecord(id, base, changes, stamp(2)).update));
    },
  };
  return context;
}

/** Asking the system for ten bytes at a time costs more than writing the record. */
let pool = new Uint8Array(0);
let used = 0;
function pooledRandom(length: number): Uint8Array {
  if (used + length > pool.length) {
    pool = crypto.getRandomValues(new Uint8Array(4_000));
    used = 0;
  }
  used += length;
  return pool.subarray(used - length, used);
}
