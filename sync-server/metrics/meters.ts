import type { Logger } from 'pino';
import { CLOSE, DEVICE_CLOSE, REJECT_REASONS } from '#core/protocol/messages.ts';
import type { Hub } from '../relay/hub.ts';
import type { Push, PushOutcome, StorePort } from '../store/port.ts';
import { createDayCount, createDurations } from './recent.ts';
import { createCounter, createHistogram, gauge, type Metric } from './text.ts';

/** The two protocols that have sockets. */
export const SOCKET_KINDS = ['sync', 'rooms'] as const;
export type SocketKind = (typeof SOCKET_KINDS)[number];

/**
 * What the relay measures of itself. It stands around the ports, so that the flow behind them knows nothing of it:
 * commits are measured at the store, fan-out at the hub, sockets where they close.
 */
export interface Meters {
  /** The same store, measured. */
  store(store: StorePort): StorePort;
  /** The same hub, measured. */
  hub(hub: Hub): Hub;
  socketClosed(kind: SocketKind, code: number): void;
  /** What was counted since the relay started. */
  readonly counted: readonly Metric[];
  /** Pushes given to the store and not answered yet. */
  queued(): number;
  /** The same for people. Reasons: `RejectReason`, 'out-of-order'. */
  lately(): Lately;
}

export interface Lately {
  /** ms within which half, and 95 of 100, of the last 1,000 commits were done. */
  readonly commitMs: { readonly median: number; readonly slow: number } | undefined;
  /** In the last 24 hours, the most frequent first. */
  readonly refused: readonly (readonly [reason: string, count: number])[];
  /** In the last 24 hours: devices that had something else than the relay (V7). */
  readonly mismatches: number;
}

/** Seconds. A commit waits for the disk; a fan-out should not wait for anything. */
const COMMIT_BOUNDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];
const FANOUT_BOUNDS = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1];

const OUTCOMES = ['committed', 'repeated', 'out-of-order', 'failed'] as const;
const OUT_OF_ORDER = 'out-of-order';

export function createMeters({ now, log }: { now: () => number; log: Logger }): Meters {
  const pushes = createCounter('lienhe_pushes_total', 'Pushes by what became of them.', labelled('outcome', OUTCOMES));
  const refused = createCounter(
    'lienhe_push_rejections_total',
    'Changes that were refused, by reason; whole pushes for out-of-order.',
    labelled('reason', [...REJECT_REASONS, OUT_OF_ORDER]),
  );
  const commit = createHistogram(
    'lienhe_commit_seconds',
    'From a push handed to the store to its COMMIT.',
    COMMIT_BOUNDS,
  );
  const fanOut = createHistogram('lienhe_fanout_seconds', 'From COMMIT to the last socket written to.', FANOUT_BOUNDS);
  const mismatches = createCounter(
    'lienhe_checksum_mismatches_total',
    'Devices that had something else than the relay (V7); must stay 0.',
    [{}],
  );
  const closed = createCounter('lienhe_sockets_closed_total', 'Sockets that ended, by protocol and why.');
  const lastDay = createDayCount(now);
  const mismatchesLastDay = createDayCount(now);
  const durations = createDurations();
  let queued = 0;

  function committed(asked: readonly Push[], outcomes: readonly PushOutcome[] | undefined): void {
    if (!outcomes) return pushes.add({ outcome: 'failed' }, asked.length);
    outcomes.forEach((outcome, i) => {
      pushes.add({ outcome: outcome.kind });
      const reasons = reasonsOf(outcome);
      for (const reason of reasons) {
        refused.add({ reason });
        lastDay.add(reason);
      }
      const { user, device, n } = asked[i]!;
      if (reasons.length > 0) log.debug({ user, device, n, reasons: [...new Set(reasons)] }, 'changes refused');
    });
  }

  return {
    store: (store) => ({
      ...store,
      async commit(workspace, asked) {
        const startedAt = performance.now();
        queued += asked.length;
        const answer = await store.commit(workspace, asked);
        queued -= asked.length;
        const ms = performance.now() - startedAt;
        if (answer.ok) {
          commit.observe(ms / 1000);
          durations.add(ms);
        }
        committed(asked, answer.ok ? answer.value : undefined);
        return answer;
      },
    }),

    hub: (hub) => ({
      get seq() {
        return hub.seq;
      },
      get size() {
        return hub.size;
      },
      add: (listener) => hub.add(listener),
      remove: (listener) => hub.remove(listener),
      watch: (id, told) => hub.watch(id, told),
      flush: () => hub.flush(),
      publish(published) {
        const committedAt = performance.now();
        const acknowledge = () => {
          if (published.records.length > 0) fanOut.observe((performance.now() - committedAt) / 1000);
          published.acknowledge();
        };
        hub.publish({ ...published, acknowledge });
      },
    }),

    socketClosed(kind, code) {
      closed.add({ kind, reason: reasonOf(code) });
      if (code !== DEVICE_CLOSE.differs || kind !== 'sync') return;
      mismatches.add();
      mismatchesLastDay.add('');
    },

    counted: [pushes, refused, commit, fanOut, mismatches, closed],
    queued: () => queued,
    lately() {
      const [median, slow] = [durations.within(0.5), durations.within(0.95)];
      return {
        commitMs: median === undefined || slow === undefined ? undefined : { median, slow },
        refused: lastDay.all(),
        mismatches: mismatchesLastDay.all()[0]?.[1] ?? 0,
      };
    },
  };
}

const labelled = (label: string, values: readonly string[]) => values.map((value) => ({ [label]: value }));

/** A push that was answered before is not counted again. */
function reasonsOf(outcome: PushOutcome): readonly string[] {
  if (outcome.kind === 'out-of-order') return [OUT_OF_ORDER];
  if (outcome.kind === 'repeated') return [];
  return outcome.results.flatMap((result) => (result.kind === 'rejected' ? [result.reason] : []));
}

const REASONS = new Map<number, string>([
  ...Object.values(CLOSE).map(({ code, reason }) => [code, reason] as const),
  [DEVICE_CLOSE.differs, 'differs'],
  [1000, 'left'],
  [1005, 'left'],
  [1006, 'lost'],
]);

/** Never the text a client sent: a label's values must stay few. */
const reasonOf = (code: number): string => REASONS.get(code) ?? 'other';

/** What stands now, beside what was counted. */
export interface Standing {
  readonly sockets: Readonly<Record<SocketKind, number>>;
  /** Sync sockets that have everything; the others still pull. */
  readonly live: number;
  /** Written to sockets and not taken by the network yet. */
  readonly unsentBytes: number;
  readonly queued: number;
  /** Absent where the store did not answer, or there is no workspace yet. */
  readonly head: number | undefined;
  readonly storageOk: boolean;
  /** Absent where the database is elsewhere. */
  readonly freeBytes: number | undefined;
  /** ms since 1970. */
  readonly startedAt: number;
}

export const gauges = (standing: Standing): Metric[] => {
  const one = (name: string, help: string, value: number | undefined) =>
    value === undefined ? [] : [gauge(name, help, [{ value }])];
  return [
    gauge(
      'lienhe_connections',
      'Open sockets by protocol.',
      SOCKET_KINDS.map((kind) => ({ labels: { kind }, value: standing.sockets[kind] })),
    ),
    ...one('lienhe_devices_live', 'Devices that have everything; the other sync connections catch up.', standing.live),
    ...one('lienhe_log_head', 'Number of the last entry of the log.', standing.head),
    ...one('lienhe_commit_queue_depth', 'Pushes that wait for their COMMIT.', standing.queued),
    ...one('lienhe_socket_unsent_bytes', 'Bytes that wait to be taken by the network.', standing.unsentBytes),
    ...one('lienhe_storage_ok', 'Did the last write succeed?', Number(standing.storageOk)),
    ...one('lienhe_disk_free_bytes', 'Room on the disk of the SQLite file.', standing.freeBytes),
    ...one('process_resident_memory_bytes', 'Resident memory.', process.memoryUsage.rss()),
    ...one('process_start_time_seconds', 'When the relay started, since 1970.', standing.startedAt / 1000),
  ];
};
