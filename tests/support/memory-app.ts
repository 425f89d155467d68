import { BUILT_IN_ROLES } from '#core/access/role.ts';
import type { RecordId } from '#core/kit/ids.ts';
import type { Presence, WorkspaceData } from '#core/record/workspace-data.ts';
import type { Contribution, PointId } from '#plugin-api';
import type { Entry, Me, Notice, UiApp } from '#ui/app-context.ts';
import { createMemoryPort, type MemoryPort } from './memory-port.ts';

export interface MemoryApp extends UiApp {
  readonly port: MemoryPort;
  readonly notices: readonly Notice[];
  readonly viewing: readonly (RecordId | undefined)[];
  readonly reported: readonly unknown[];
  setPresence(present: readonly Presence[]): void;
  contribute(plugin: string, contributions: readonly Contribution[]): void;
}

const MEMBERS = [
  ['u1', 'Trần Thị Lan', 'lan@example.vn', 'd1'],
  ['u2', 'Nguyễn Văn Hùng', 'hung@example.vn', 'd2'],
  ['u3', 'Phạm Quốc Bảo', 'bao@example.vn', 'd1'],
] as const;

export const memoryWorkspace = (): WorkspaceData => ({
  name: 'Công ty Ánh Dương',
  members: MEMBERS.map(([id, name, email, departmentId], i) => ({
    id,
    name,
    email,
    departmentId,
    role: i === 0 ? 'admin' : 'member',
    active: true,
    joinedAt: Date.UTC(2026, 0, i + 1),
    phone: `+8490000000${i}`,
  })),
  departments: [
    { id: 'd1', name: 'Kinh doanh' },
    { id: 'd2', name: 'Chăm sóc khách hàng' },
  ],
  roles: BUILT_IN_ROLES,
  fields: [],
  deletedFields: [],
  fieldRules: {},
  views: [],
  deletedViews: [],
  plugins: {},
  settings: {},
});

/** Everything a page may use, in memory: who is signed in is Lan (`u1`, an admin). */
export function createMemoryApp(data: WorkspaceData = memoryWorkspace(), notify?: (notice: Notice) => void): MemoryApp {
  const me: Me = {
    id: 'u1',
    name: 'Trần Thị Lan',
    email: 'lan@example.vn',
    role: 'admin',
    workspaceId: 'w1',
    workspaceName: data.name,
  };
  const notices: Notice[] = [];
  const viewing: (RecordId | undefined)[] = [];
  const reported: unknown[] = [];
  let present: readonly Presence[] = [];
  let entries: ReadonlyMap<PointId, readonly Entry<unknown>[]> = new Map();
  const presenceListeners = new Set<(present: readonly Presence[]) => void>();
  const pluginListeners = new Set<() => void>();
  const unused = (): never => {
    throw new Error('memory app: not there');
  };
  return {
    me,
    port: createMemoryPort(me.id, () => data),
    notices,
    viewing,
    reported,
    members: () => data.members,
    notify(notice) {
      notices.push(notice);
      notify?.(notice);
    },
    signOut: async () => undefined,
    workspace: {
      data: () => data,
      onData: () => () => undefined,
      presence: () => present,
      onPresence(listener) {
        presenceListeners.add(listener);
        return () => presenceListeners.delete(listener);
      },
      setViewing: (id) => void viewing.push(id),
      write: unused,
    },
    plugins: {
      contributions: <Spec>(point: { id: PointId }) => (entries.get(point.id) ?? []) as readonly Entry<Spec>[],
      list: () => [],
      onChange(listener) {
        pluginListeners.add(listener);
        return () => pluginListeners.delete(listener);
      },
      ctx: (plugin) => ({
        plugin,
        locale: 'vi',
        signal: new AbortController().signal,
        own: () => undefined,
        records: { get: async () => undefined, find: async () => [] },
        run: async () => undefined,
        navigate: () => undefined,
        notify: () => undefined,
        log: () => undefined,
      }),
      async call(_entry, run) {
        try {
          return await run();
        } catch (error) {
          reported.push(error);
          return undefined;
        }
      },
      report: (_entry, error) => void reported.push(error),
      setOffOnDevice: unused,
    },
    setPresence(next) {
      present = next;
      for (const listener of presenceListeners) listener(next);
    },
    contribute(plugin, contributions) {
      const next = new Map(entries);
      for (const { point, spec } of contributions) {
        const key = `${plugin}.${point}.${(spec as { id?: string }).id ?? ''}`;
        next.set(point, [...(next.get(point) ?? []), { plugin, key, spec }]);
      }
      entries = next;
      for (const listener of pluginListeners) listener();
    },
  };
}
