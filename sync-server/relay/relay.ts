import { CLOSE, type CloseReason } from '#core/protocol/messages.ts';
import type { StorePort } from '../store/port.ts';
import type { Cluster } from './cluster.ts';
import { createFeed, type Feed } from './feed.ts';
import { createHub, type Committed, type Hub } from './hub.ts';
import type { RelayLog } from './log.ts';
import { createSettling } from './settling.ts';
import { createSession, type RelaySession } from './session.ts';
import type { SocketPort, SocketSession } from './socket-port.ts';
import type { Rate } from './token-bucket.ts';

export interface RelayOptions {
  readonly store: StorePort;
  readonly log: RelayLog;
  /** The other relays on the same database, where there may be any. */
  readonly cluster?: Cluster | undefined;
  /** Puts a meter around the hub of a workspace. */
  readonly meterHub?: (hub: Hub) => Hub;
  /** The relay's clock, ms since 1970. Devices set theirs by it. */
  readonly now: () => number;
  /** How long a socket may stay silent before it says hello; 10,000 ms unless told. */
  readonly helloMs?: number;
  /** ms between two words to a live device; well below the 45 s after which it connects anew. */
  readonly heartbeatMs?: number;
  /** Messages one socket may send; `MESSAGES` unless told. */
  readonly messages?: Rate;
}

/** What one socket may send unless told: a day's edits made offline come at once, each a push of its own. */
const MESSAGES: Rate = { perSecond: 500, burst: 1_500 };

export interface Relay {
  /** Takes over a socket whose session the web server has checked. Must be called before its first message. */
  connect(socket: SocketPort, who: SocketSession): void;
  /** Ends the sockets that match, for instance of a person who was removed (`CLOSE.signedOut`). */
  closeSessions(match: (who: SocketSession) => boolean, reason: CloseReason): void;
  /** Roles, departments or memberships changed: every socket of the workspace follows at once. */
  refresh(workspace: string): void;
  /** What is committed in a workspace, for its rooms. */
  hub(workspace: string): Pick<Hub, 'publish' | 'watch'>;
  /** How many sockets there are, and how many of them are caught up. */
  sockets(): { readonly open: number; readonly live: number };
  /** Takes nothing more, commits and acknowledges what was taken, then closes every socket with 1001. */
  close(): Promise<void>;
}

/**
 * The replica protocol's server half (sync.md §3, §5; PROTOCOL.md). Knows nothing of HTTP: the web server hands it
 * sockets with a session, tests and the simulation hand it fakes.
 */
export function createRelay({
  store,
  log,
  cluster,
  meterHub = (hub) => hub,
  now,
  helloMs = 10_000,
  heartbeatMs = 20_000,
  messages,
}: RelayOptions): Relay {
  const sessions = new Set<RelaySession>();
  // hubs outlive their sockets: their `seq` says what was fanned out, also while nobody listens
  const hubs = new Map<string, Hub>();
  const feeds = new Map<string, Feed>();
  const settling = createSettling({ store, hub: (workspace) => hubOf(workspace), log, now });
  let closing: Promise<void> | undefined;

  const hubOf = (workspace: string): Hub => {
    const found = hubs.get(workspace);
    if (found) return found;
    const hub = following(workspace, meterHub(cluster ? feedOf(workspace, cluster) : createHub()));
    hubs.set(workspace, hub);
    return hub;
  };

  /** A hub that has the rest of a large change's consequences appended (P6). */
  function following(workspace: string, hub: Hub): Hub {
    const publish = (committed: Committed) => {
      hub.publish(committed);
      if (committed.unsettled) settling.go(workspace);
    };
    return {
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
      publish,
    };
  }

  function feedOf(workspace: string, others: Cluster): Feed {
    const feed = createFeed({
      hub: createHub(),
      workspace,
      store,
      log,
      onAppend: (seq) => others.publish({ kind: 'entries', workspace, seq }),
      onRestored: () => closeSessions((who) => who.workspace === workspace, CLOSE.retry),
    });
    feeds.set(workspace, feed);
    return feed;
  }

  const stopHearing = cluster?.on((message) => {
    if (message.kind === 'entries') feeds.get(message.workspace)?.hint(message.seq);
  });
  const stopDoubting = cluster?.onDoubt(() => {
    for (const feed of feeds.values()) void feed.check();
  });

  function closeSessions(match: (who: SocketSession) => boolean, reason: CloseReason): void {
    for (const session of [...sessions]) if (match(session.who)) session.close(reason);
  }

  async function closeAll(): Promise<void> {
    await Promise.all([...[...sessions].map((session) => session.drain()), settling.stop()]);
    for (const hub of hubs.values()) hub.flush();
    for (const session of [...sessions]) session.close(CLOSE.goingAway);
    stopHearing?.();
    stopDoubting?.();
    for (const feed of feeds.values()) feed.close();
  }

  return {
    connect(socket, who) {
      if (closing) return socket.close(CLOSE.goingAway.code, CLOSE.goingAway.reason);
      const session = createSession({
        socket,
        who,
        store,
        hub: hubOf(who.workspace),
        log,
        now,
        helloMs,
        heartbeatMs,
        messages: messages ?? MESSAGES,
        onEnd: () => sessions.delete(session),
      });
      sessions.add(session);
      settling.look(who.workspace);
    },
    closeSessions,
    refresh(workspace) {
      for (const session of [...sessions]) if (session.who.workspace === workspace) session.refresh();
    },
    hub: hubOf,
    sockets: () => ({
      open: sessions.size,
      live: [...hubs.values()].reduce((sum, hub) => sum + hub.size, 0),
    }),
    close: () => (closing ??= closeAll()),
  };
}
