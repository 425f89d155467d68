import type { Filter } from '#core/filter/filter.ts';
import type { RecordId } from '#core/kit/ids.ts';
import { connectDataWorker } from '#data-worker/connect.ts';
import type { WorkerConfig } from '#data-worker/messages.ts';
import type { Commands, DataPort, DataStatus, ListResult } from '#data-worker/port.ts';

/** A tab without a screen: the app's data worker, and what a bench asks of it. Times are ms since 1970. */
export interface DevicePage {
  start(config: WorkerConfig): Promise<void>;
  /** The time at which it is live and has this many contacts, all sent. */
  whenSynced(contacts: number): Promise<number>;
  /** The time at which so many contacts match. */
  whenCount(filter: Filter, total: number): Promise<number>;
  ids(filter: Filter, limit: number): Promise<RecordId[]>;
  /** Throws where the command fails. */
  run<C extends keyof Commands>(command: C, input: Commands[C]['input']): Promise<void>;
  /** `count` edits of one field over these contacts in turn, `atOnce` commands at a time; each writes another value. */
  edit(ids: readonly RecordId[], field: string, count: number, atOnce: number): Promise<void>;
  /** Edits one contact again and again, one after the other, until `stop`; ms each took to be sent and acknowledged. */
  editUntilStopped(id: RecordId): void;
  stop(): Promise<number[]>;
  reconnect(): void;
  unsent(): number;
}

declare global {
  interface Window {
    device: DevicePage;
  }
}

let port: DataPort;
let status: DataStatus | undefined;
const listeners = new Set<() => void>();
let stopping = false;
let editing: Promise<number[]> | undefined;

const clock = () => performance.timeOrigin + performance.now();

function when(is: () => boolean): Promise<number> {
  return new Promise((resolve) => {
    const look = () => {
      if (!is()) return;
      listeners.delete(look);
      resolve(clock());
    };
    listeners.add(look);
    look();
  });
}

function find(filter: Filter, limit: number, accept: (result: ListResult) => boolean): Promise<ListResult> {
  return new Promise((resolve) => {
    let done = false;
    const query = port.query({ sources: ['contact'], filter, offset: 0, limit }, (result) => {
      if (done || !accept(result)) return;
      done = true;
      resolve(result);
      queueMicrotask(() => query.stop());
    });
  });
}

async function run<C extends keyof Commands>(command: C, input: Commands[C]['input']): Promise<void> {
  const done = await port.run(command, input);
  if (!done.ok) throw new Error(`${command}: ${JSON.stringify(done.error)}`);
}

window.device = {
  async start(config) {
    port = await connectDataWorker(config);
    port.status((next) => {
      status = next;
      for (const look of [...listeners]) look();
    });
    port.workspace(() => undefined); // as the app does: the first subscription opens it
  },
  whenSynced: (contacts) =>
    when(() => status?.phase === 'live' && status.unsent === 0 && status.counts.contact === contacts),
  async whenCount(filter, total) {
    await find(filter, 1, (result) => result.total === total);
    return clock();
  },
  async ids(filter, limit) {
    const { rows } = await find(filter, limit, () => true);
    return rows.map((row) => row.id);
  },
  run,
  async edit(ids, field, count, atOnce) {
    const round = clock();
    for (let at = 0; at < count; at += atOnce) {
      const some = Array.from({ length: Math.min(atOnce, count - at) }, (_, i) => at + i);
      await Promise.all(
        some.map((n) =>
          run('contact.edit', { id: ids[n % ids.length]!, values: { [field]: `Sửa ${n} lúc ${round}` } }),
        ),
      );
    }
  },
  editUntilStopped(id) {
    stopping = false;
    editing = (async () => {
      const times: number[] = [];
      for (let n = 0; !stopping; n++) {
        const began = clock();
        await run('contact.edit', { id, values: { title: `Đang sửa ${n}` } });
        times.push((await when(() => status?.unsent === 0)) - began);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      return times;
    })();
  },
  async stop() {
    stopping = true;
    return (await editing) ?? [];
  },
  reconnect: () => port.reconnect(),
  unsent: () => status?.unsent ?? 0,
};
