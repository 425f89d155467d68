import { standForLeader } from './leader-lock.ts';
import type { FromWorker, ToWorker } from './messages.ts';
import { portWire, type OpenWire, type Wire, type WireEvents } from './wire.ts';

/**
 * What tabs say to each other; `to` and `from` are names of tabs, `leader` that of the leading one, `since` when it began
 * (ms since 1970, later than any it knew of).
 */
type Said =
  | { readonly kind: 'join'; readonly from: string }
  | { readonly kind: 'alive?' }
  | { readonly kind: 'leads'; readonly leader: string; readonly since: number }
  | { readonly kind: 'up'; readonly leader: string; readonly from: string; readonly message: ToWorker }
  | { readonly kind: 'down'; readonly to: string; readonly message: FromWorker };

/** How often a tab asks whether its leader is alive; ms. */
const BEAT_MS = 1500;
/**
 * Questions without an answer after which a leader is taken for frozen. Counted at our own beats, so that a tab that was
 * frozen itself, or whose timers the browser slows down, first hears the answers that wait for it.
 */
const PATIENCE = 2;

interface Leading {
  readonly worker: Worker;
  /** The worker's ports of the other tabs. */
  readonly followers: Map<string, MessagePort>;
  /** This tab's own wires. */
  readonly own: Map<Wire, WireEvents>;
}

/**
 * For browsers without SharedWorker: the tab that holds a Web Lock owns a dedicated worker, the others reach it over a
 * BroadcastChannel. When the owner goes its lock passes on, the next tab starts a worker and says so, and everybody
 * connects anew. An owner that answers nothing (the browser froze its page) loses the lock to a tab that noticed; when it
 * thaws it ends its worker, which could not write any more (the replica's owner check), and follows. Without Web Locks
 * every tab owns a worker: then the owner check lets only the last one write.
 */
export function createLeaderWires(name: string, startWorker: () => Worker, beatMs = BEAT_MS): OpenWire {
  if (!navigator.locks) {
    const worker = startWorker();
    return (events) => portWire(portTo(worker), events);
  }
  const me = crypto.randomUUID();
  const channel = new BroadcastChannel(`lienhe-data-${name}`);
  let leading: Leading | undefined;
  /** Who leads, and since when: whoever began earlier was replaced, and may not know it yet. */
  let leader: string | undefined;
  let since = 0;
  /** As follower: the wire that is in use. */
  let current: { readonly events: WireEvents; waiting: ToWorker[] } | undefined;
  let unanswered = 0;

  const say = (said: Said) => channel.postMessage(said);

  const lock = standForLeader(`lienhe-leader-${name}`, {
    onWon() {
      leading = { worker: startWorker(), followers: new Map(), own: new Map() };
      leader = me;
      since = Math.max(Date.now(), since + 1);
      say({ kind: 'leads', leader, since });
      moved(); // what this tab had with the former leader is over
    },
    onLost: resign,
  });

  setInterval(() => {
    if (leading || !current) return;
    if (unanswered >= PATIENCE) {
      unanswered = 0;
      return lock.steal();
    }
    unanswered++;
    say({ kind: 'alive?' });
  }, beatMs);

  /** Somebody else leads: two workers would take the replica from each other. */
  function resign(): void {
    const left = leading;
    if (!left) return;
    leading = undefined;
    if (leader === me) leader = undefined;
    left.worker.terminate();
    for (const port of left.followers.values()) port.close();
    for (const [wire, events] of [...left.own]) {
      wire.close();
      events.onGone();
    }
  }

  /** The wire in use leads nowhere any more. */
  function moved(): void {
    const left = current;
    current = undefined;
    left?.events.onGone();
  }

  function followerPort({ worker, followers }: Leading, tab: string): MessagePort {
    const port = portTo(worker);
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
        if (!leading) return;
        followerPort(leading, data.from);
        return say({ kind: 'leads', leader: me, since });
      case 'alive?':
        return leading && say({ kind: 'leads', leader: me, since });
      case 'leads': {
        if (data.since < since) return;
        ({ since } = data);
        unanswered = 0;
        const isNew = data.leader !== leader;
        ({ leader } = data);
        if (leading) return resign();
        // a wire of the former leader is over; one that waited for the first leader has found it
        if (isNew && current?.waiting.length === 0) moved();
        return send();
      }
      case 'up':
        if (data.leader === me && leading)
          (leading.followers.get(data.from) ?? followerPort(leading, data.from)).postMessage(data.message);
        return;
      case 'down':
        if (data.to === me && !leading) current?.events.onMessage(data.message);
        return;
    }
  };

  /** Sends what waited for a leader. */
  function send(): void {
    if (!current || !leader || leading) return;
    for (const message of current.waiting.splice(0)) say({ kind: 'up', leader, from: me, message });
  }

  function ownWire(events: WireEvents, { worker, own }: Leading): Wire {
    const wire = portWire(portTo(worker), events);
    own.set(wire, events);
    return {
      post: (message) => wire.post(message),
      close() {
        own.delete(wire);
        wire.close();
      },
    };
  }

  return (events): Wire => {
    if (leading) return ownWire(events, leading);
    const mine = { events, waiting: [] as ToWorker[] };
    current = mine;
    unanswered = 0;
    say({ kind: 'join', from: me });
    return {
      post(message) {
        if (current !== mine) return;
        mine.waiting.push(message);
        send();
      },
      close() {
        if (current === mine) current = undefined;
        if (leader && !leading) say({ kind: 'up', leader, from: me, message: { type: 'bye' } });
      },
    };
  };
}

function portTo(worker: Worker): MessagePort {
  const { port1, port2 } = new MessageChannel();
  worker.postMessage({ type: 'port' }, [port2]);
  return port1;
}
