import { SILENT_LISTED, SILENT_MS, type SyncStatus } from '#core/sync-status/sync-status.ts';
import type { Sessions } from '../auth/sessions.ts';
import type { Sockets } from '../ops/sockets.ts';
import type { Relay } from '../relay/relay.ts';
import type { StorePort } from '../store/port.ts';
import { freeBytes } from './disk.ts';
import { gauges, type Meters } from './meters.ts';
import { metricsText } from './text.ts';

/** How the relay fares: for monitoring programs as metrics, for administrators as facts. */
export interface Status {
  /** Prometheus text format 0.0.4. */
  metrics(): Promise<string>;
  forAdministrators(workspace: string): Promise<SyncStatus>;
}

export interface StatusOptions {
  readonly meters: Meters;
  readonly relay: Pick<Relay, 'sockets'>;
  readonly sockets: Pick<Sockets, 'counts' | 'online'>;
  readonly sessions: Pick<Sessions, 'silent'>;
  readonly store: Pick<StorePort, 'head' | 'log' | 'health'>;
  /** The one workspace; undefined before the set-up. */
  readonly workspace: () => Promise<string | undefined>;
  /** Folder of the SQLite file; undefined where the database is elsewhere. */
  readonly folder: string | undefined;
  readonly version: string;
  readonly now: () => number;
}

export function createStatus(options: StatusOptions): Status {
  const { meters, relay, sockets, sessions, store, workspace, folder, version, now } = options;
  const startedAt = now();
  const free = async () => (folder === undefined ? undefined : freeBytes(folder));

  async function headOf(id: string | undefined): Promise<number | undefined> {
    const head = id === undefined ? undefined : await store.head(id);
    return head?.ok ? head.value.seq : undefined;
  }

  return {
    async metrics() {
      const { sync, rooms, unsentBytes } = sockets.counts();
      const standing = gauges({
        sockets: { sync, rooms },
        live: relay.sockets().live,
        unsentBytes,
        queued: meters.queued(),
        head: await headOf(await workspace()),
        storageOk: store.health().storage === 'ok',
        freeBytes: await free(),
        startedAt,
      });
      return metricsText([...standing, ...meters.counted]);
    },

    async forAdministrators(id) {
      const { open, live } = relay.sockets();
      const entries = (await headOf(id)) ?? 0;
      const last = entries > 0 ? await store.log(id, entries - 1, 1) : undefined;
      const { commitMs, refused, mismatches } = meters.lately();
      return {
        relay: { version, startedAt },
        devices: { connected: open, behind: Math.max(0, open - live) },
        rooms: { connected: sockets.counts().rooms },
        log: { entries, lastAt: last?.ok ? (last.value[0]?.at ?? null) : null },
        commits: commitMs ? { medianMs: commitMs.median, slowMs: commitMs.slow } : null,
        waiting: meters.queued(),
        refused: refused.map(([reason, count]) => ({ reason, count })),
        mismatches,
        storage: { state: store.health().storage, freeBytes: (await free()) ?? null },
        silent: await sessions.silent(now() - SILENT_MS, SILENT_LISTED),
      };
    },
  };
}
