import type { FromWorker, ToWorker } from './messages.ts';
import { portWire, type OpenWire, type Wire, type WireEvents } from './wire.ts';

/** What tabs say to each other; `to` and `from` are names of tabs, `leader` that of the leading one. */
type Said =
  | { readonly kind: 'join'; readonly from: string }
  | { readonly kind: 'leads'; readonly leader: string }
  | { readonly kind: 'up'; readonly leader: string; readonly from: string; readonly message: ToWorker }
  | { readonly kind: 'down'; readonly to: string; readonly message: FromWorker };

/**
 * For browsers without SharedWorker: the tab that holds a Web Lock owns a dedicated worker, the others reach it over a
 * BroadcastChannel. When the owner goes its lock passes on, the next tab starts a worker and says so, and everybody
 * connects anew. Without Web Locks every tab would own a worker: then the replica's owner check lets only the last write.
 */
export function createLeaderWires(name: string, startWorker: () => Worker): OpenWire {
  const me = crypto.randomUUID();
  const channel = new BroadcastChannel(`lienhe-data-${name}`);
  let worker: Worker | undefined;
  /** As leader: the worker's ports of the other tabs. */
  const followers = new Map<string, MessagePort>();
  /** As follower: who leads, and the wire that is in use. */
  let leader: string | undefined;
  let current: { readonly events: WireEvents; waiting: ToWorker[] } | undefined;

  const say = (said: Said) => channel.postMessage(said);

  function lead(): void {
    worker = startWorker();
    leader = me;
    say({ kind: 'leads', leader: me });
    moved(); // what this tab had with the former leader is over
  }

  /** The wire in use leads nowhere any more. */
  function moved(): void {
    const left = current;
    current = undefined;
    left?.events.onGone();
  }

  function portTo(running: Worker): MessagePort {
    const { port1, port2 } = new MessageChannel();
    running.postMessage({ type: 'port' }, [port2]);
    return port1;
  }

  function followerPort(running: Worker, tab: string): MessagePort {
    const port = portTo(running);
    port.onmessage = ({ data }: MessageEvent<FromWorker>) => say({ kind: 'down', to: tab, message: data });
    const former = followers.get(tab);
    former?.postMessage({ type: 'bye' } satisfies ToWorker);
    former?.close();
    followers.set(tab, port);
    return port;
  }

  channel.onmessage = ({ data }: MessageEvent<Said>) => {
    switch (data.kind) {
      case 'join':
        if (!worker) return;
        followerPort(worker, data.from);
        return say({ kind: 'leads', leader: me });
      case 'leads': {
        if (worker || data.leader === leader) return send();
        leader = data.leader;
        // a wire of the former leader is over; one that waited for the first leader has found it
        if (current && current.waiting.length === 0) moved();
        return send();
      }
      case 'up':
        if (data.leader === me && worker)
          (followers.get(data.from) ?? followerPort(worker, data.from)).postMessage(data.message);
        return;
      case 'down':
        if (data.to === me && !worker) current?.events.onMessage(data.message);
        return;
    }
  };

  /** Sends what waited for a leader. */
  function send(): void {
    if (!current || !leader || worker) return;
    for (const message of current.waiting.splice(0)) say({ kind: 'up', leader, from: me, message });
  }

  if (navigator.locks) {
    void navigator.locks.request(`lienhe-leader-${name}`, () => {
      lead();
      return new Promise<never>(() => undefined);
    });
  } else lead();

  return (events): Wire => {
    if (worker) return portWire(portTo(worker), events);
    const mine = { events, waiting: [] as ToWorker[] };
    current = mine;
    say({ kind: 'join', from: me });
    return {
      post(message) {
        if (current !== mine) return;
        mine.waiting.push(message);
        send();
      },
      close() {
        if (current === mine) current = undefined;
        if (leader && !worker) say({ kind: 'up', leader, from: me, message: { type: 'bye' } });
      },
    };
  };
}
