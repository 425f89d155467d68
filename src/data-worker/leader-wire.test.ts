import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { createLeaderWires } from './leader-wire.ts';
import type { FromWorker, ToWorker } from './messages.ts';
import type { Wire } from './wire.ts';

const BEAT_MS = 40;
const hello = { type: 'hello', config: {}, lock: '' } as unknown as ToWorker;
const readyOf = (worker: number): FromWorker => ({ type: 'ready', lock: `worker ${worker}` });

/** Workers that answer each hello with their own number; the locks and channels are Node's own. */
function createWorkers() {
  const running = new Map<number, MessagePort[]>();
  let started = 0;
  return {
    running,
    start(): Worker {
      const n = ++started;
      const ports: MessagePort[] = [];
      running.set(n, ports);
      const worker: Pick<Worker, 'postMessage' | 'terminate'> = {
        postMessage(_: unknown, transfer: Transferable[] | StructuredSerializeOptions = []) {
          const [port] = transfer as MessagePort[];
          ports.push(port!);
          port!.onmessage = ({ data }: MessageEvent<ToWorker>) =>
            data.type === 'hello' && port!.postMessage(readyOf(n));
        },
        terminate() {
          running.delete(n);
          for (const port of ports) port.close();
        },
      };
      return worker as Worker;
    },
  };
}

/** A tab that connects, and connects again whenever its wire is gone. */
function openTab(name: string, workers: ReturnType<typeof createWorkers>) {
  const open = createLeaderWires(name, () => workers.start(), BEAT_MS);
  const answers: string[] = [];
  let wire: Wire | undefined;
  let gone = 0;
  const connect = () => {
    wire = open({
      onMessage: (message) => message.type === 'ready' && answers.push(message.lock),
      onGone() {
        gone++;
        setTimeout(connect, 5);
      },
    });
    wire.post(hello);
  };
  connect();
  return { answers, gone: () => gone, say: () => wire?.post(hello) };
}

/** A page that holds the lock and says nothing, as a frozen one does. `lost` is called when it is taken away. */
async function holdSilently(name: string, lost = () => undefined as void): Promise<void> {
  await new Promise<void>((resolve) => {
    navigator.locks
      .request(`lienhe-leader-${name}`, () => {
        resolve();
        return new Promise<never>(() => undefined);
      })
      .catch(lost);
  });
}

describe('a leader that is replaced (architecture.md §6)', () => {
  let name: string;
  let workers: ReturnType<typeof createWorkers>;
  beforeEach(() => {
    name = crypto.randomUUID();
    workers = createWorkers();
  });
  const settled = (check: () => void) => vi.waitFor(check, { timeout: 3000, interval: 5 });
  const beats = (n: number) => new Promise((resolve) => setTimeout(resolve, n * BEAT_MS));

  it('a page that holds the lock and answers nothing loses it, and what was said meanwhile is answered', async () => {
    const lost = vi.fn();
    await holdSilently(name, lost);
    const tab = openTab(name, workers);
    await settled(() => expect(tab.answers).toEqual(['worker 1']));
    expect(lost).toHaveBeenCalledOnce();
  });

  it('a leader that answers keeps the lock, however long its followers ask', async () => {
    const first = openTab(name, workers);
    await settled(() => expect(first.answers).toEqual(['worker 1']));
    const followers = [openTab(name, workers), openTab(name, workers)];
    await settled(() => expect(followers.map((tab) => tab.answers)).toEqual([['worker 1'], ['worker 1']]));
    await beats(10);
    expect([...workers.running.keys()]).toEqual([1]);
    expect([first, ...followers].map((tab) => tab.gone())).toEqual([0, 0, 0]);
  });

  it('the old leader ends its worker when it learns of it, and follows; its own line in the queue is open again', async () => {
    const old = openTab(name, workers);
    await settled(() => expect(old.answers).toEqual(['worker 1']));
    let release = (): void => undefined;
    await navigator.locks.request(`lienhe-leader-${name}`, { steal: true }, () => {
      const until = new Promise<void>((resolve) => (release = resolve));
      setTimeout(release, 2 * BEAT_MS);
      return until;
    });
    await settled(() => expect(old.answers).toEqual(['worker 1', 'worker 2']));
    expect([...workers.running.keys()]).toEqual([2]);
  });

  it('several tabs that notice at the same time end with one worker that serves them all', async () => {
    await holdSilently(name);
    const tabs = [openTab(name, workers), openTab(name, workers), openTab(name, workers), openTab(name, workers)];
    await settled(() => {
      expect(workers.running.size).toBe(1);
      const now = `worker ${[...workers.running.keys()][0]}`;
      for (const tab of tabs) expect(tab.answers.at(-1)).toBe(now);
    });
    await beats(8);
    expect(workers.running.size).toBe(1);
    const now = `worker ${[...workers.running.keys()][0]}`;
    for (const tab of tabs) {
      const before = tab.answers.length;
      tab.say();
      await settled(() => expect(tab.answers.slice(before)).toEqual([now]));
    }
  });

  it('what a replaced leader still says when it thaws moves nobody', async () => {
    const channel = new BroadcastChannel(`lienhe-data-${name}`);
    onTestFinished(() => channel.close());
    const leads = openTab(name, workers);
    await settled(() => expect(leads.answers).toEqual(['worker 1']));
    const follows = openTab(name, workers);
    await settled(() => expect(follows.answers).toEqual(['worker 1']));
    channel.postMessage({ kind: 'leads', leader: 'thawed', since: 1 });
    await beats(4);
    expect([leads.gone(), follows.gone()]).toEqual([0, 0]);
    follows.say();
    await settled(() => expect(follows.answers).toEqual(['worker 1', 'worker 1']));
  });
});
