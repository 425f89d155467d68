import type { Result } from '#core/kit/result.ts';
import { decodeRelayMessage, encodeClientMessage } from '#core/protocol/codec.ts';
import { createInFlight, LARGEST_PUSH, loadOf, type InFlight, type PushLoad } from '#core/protocol/in-flight.ts';
import { CLOSE, DEVICE_CLOSE, PROTOCOL_VERSION } from '#core/protocol/messages.ts';
import { createBackOff } from './back-off.ts';
import { takeRun, type Received } from './inbox.ts';
import type { RelaySide } from './remote.ts';
import type { Schedule } from './snapshot.ts';
import type { OpenSocket, ReplicaSocket } from './socket.ts';
import type { StorageTrouble } from './trouble.ts';

/**
 * Keeps the replica connected: hello → welcome → pages → caught up → live, with pushes beside them from the welcome on.
 * Messages are applied in the order they came, each durable before the next; whatever goes wrong ends the connection
 * and starts another one from the cursor, which is always right to do.
 */
export interface Link {
  start(): void;
  /** Now, whatever the back-off or an ended session says: the network is back, somebody signed in or asked. */
  reconnect(): void;
  /** The outbox has something new. */
  push(): void;
  status(): LinkStatus;
  stop(): void;
}

export type LinkPhase =
  'offline' | 'connecting' | 'first-sync' | 'catching-up' | 'live' | 'signed-out' | 'upgrade-required';

export interface LinkStatus {
  readonly phase: LinkPhase;
  /** During a first sync: records stored and to come. */
  readonly progress?: { readonly done: number; readonly total: number };
  /** The relay cannot store. */
  readonly relayFull?: boolean;
}

export interface LinkOptions {
  readonly relay: RelaySide;
  readonly open: OpenSocket;
  readonly build: string;
  readonly schedule: Schedule;
  /** ms; for pacing only. */
  readonly now: () => number;
  /** 0 ≤ x < 1. */
  readonly random: () => number;
  readonly onStatus: () => void;
  /** The relay wants this device's copy erased (sync.md §5). */
  readonly onWipe?: () => void;
  /** A message that could not be applied for another reason than the storage; for the log. */
  readonly onError: (error: unknown) => void;
}

/** An attempt that has not been welcomed by then is given up (half-open links, portals that swallow). */
const WELCOME_MS = 15_000;
/** A live link that says nothing for so long may be half open: another one is made. */
const SILENCE_MS = 45_000;
/** A link heard so recently is believed when somebody asks to reconnect. */
const FRESH_MS = 20_000;
/** Pushes a second, on average and at once: below what the relay allows one socket. */
const PUSHES = { perSecond: 400, burst: 1_200 };

/** One connection; it is dropped as a whole, so that nothing of an old one can reach a new one. */
interface Connection {
  readonly socket: ReplicaSocket;
  welcomed: boolean;
  live: boolean;
  first: boolean;
  done: number;
  total: number;
  /** Greatest push sent on it. */
  sent: number;
  /** Pushes sent on it and not acknowledged, oldest first. */
  readonly unanswered: PushLoad[];
  readonly inFlight: InFlight;
  pumping: boolean;
  /** Asked to pump while it was pumping: something may have come after it looked. */
  pumpAgain: boolean;
  /** When something was last received. */
  heardAt: number;
  /** What came and is not applied yet; messages of a page with its records on their way out of the pack. */
  readonly inbox: Received[];
  working: boolean;
  cancelTimer: () => void;
}

type State =
  | { readonly kind: 'stopped' }
  | { readonly kind: 'final'; readonly phase: 'signed-out' | 'upgrade-required' }
  | { readonly kind: 'waiting'; readonly cancel: () => void }
  /** `quiet` = it replaces a silent link, which shows as live until this fails. */
  | { readonly kind: 'connected'; readonly connection: Connection; readonly quiet: boolean };

export function createLink(options: LinkOptions): Link {
  const { relay, schedule, now } = options;
  const backOff = createBackOff(options.random);
  let state: State = { kind: 'stopped' };
  let relayFull = false;
  let tokens: number = PUSHES.burst;
  let filledAt = now();

  const set = (next: State) => {
    state = next;
    options.onStatus();
  };
  const isCurrent = (connection: Connection) => state.kind === 'connected' && state.connection === connection;

  function connect(quiet = false): void {
    // events may come before the connection is there to belong to
    const made: { connection?: Connection } = {};
    let closedEarly: [number, string] | undefined;
    const socket = options.open({
      onOpen: () => made.connection && isCurrent(made.connection) && greet(made.connection),
      onMessage: (bytes) => made.connection && isCurrent(made.connection) && receive(made.connection, bytes),
      onClose: (code, reason) => {
        if (made.connection) ended(made.connection, code, reason);
        else closedEarly = [code, reason];
      },
    });
    const connection: Connection = {
      socket,
      welcomed: false,
      live: false,
      first: false,
      done: 0,
      total: 0,
      sent: 0,
      unanswered: [],
      inFlight: createInFlight(),
      pumping: false,
      pumpAgain: false,
      heardAt: now(),
      inbox: [],
      working: false,
      cancelTimer: () => undefined,
    };
    made.connection = connection;
    set({ kind: 'connected', connection, quiet });
    watch(connection, WELCOME_MS);
    if (closedEarly) ended(connection, ...closedEarly);
  }

  /** Gives the connection up unless something comes within this time. */
  function watch(connection: Connection, ms: number): void {
    connection.cancelTimer();
    connection.cancelTimer = schedule(() => {
      if (!isCurrent(connection)) return;
      const wasLive = connection.live;
      drop(connection);
      if (wasLive) connect(true);
      else retry();
    }, ms);
  }

  function greet(connection: Connection): void {
    const hello = relay.hello();
    connection.first = hello.cursor.seq === 0;
    connection.socket.send(
      encodeClientMessage({ type: 'hello', version: PROTOCOL_VERSION, build: options.build, ...hello }),
    );
  }

  function receive(connection: Connection, bytes: Uint8Array | undefined): void {
    connection.heardAt = now();
    const decoded = bytes ? decodeRelayMessage(bytes) : undefined;
    if (!decoded?.ok) {
      if (decoded?.error.type === 'unknown-type') return; // a later relay may say more; what we know still holds
      drop(connection);
      return retry();
    }
    watch(connection, connection.live ? SILENCE_MS : Math.max(WELCOME_MS, SILENCE_MS));
    const message = decoded.value;
    // reading the next pages overlaps with storing this one, but not with the first: somebody waits for it
    const ahead = message.type === 'page' && connection.done > 0;
    const unpacked = ahead ? relay.unpack(message) : undefined;
    unpacked?.catch(() => undefined); // awaited below; it may fail before its turn comes
    connection.inbox.push({ message, unpacked });
    void work(connection);
  }

  /** Applies what came, in order, one after another. */
  async function work(connection: Connection): Promise<void> {
    if (connection.working) return;
    connection.working = true;
    try {
      while (connection.inbox.length > 0 && isCurrent(connection))
        await apply(connection, takeRun(connection.inbox, connection.done > 0));
    } catch (error) {
      options.onError(error);
      if (!isCurrent(connection)) return;
      drop(connection);
      retry();
    } finally {
      connection.working = false;
    }
  }

  async function apply(connection: Connection, run: readonly [Received, ...Received[]]): Promise<void> {
    const { message } = run[0];
    switch (message.type) {
      case 'welcome': {
        if (!stored(connection, await relay.welcome(message))) return;
        connection.welcomed = true;
        connection.total = message.coming;
        relayFull = false;
        options.onStatus();
        return pump(connection);
      }
      case 'page': {
        const pages = await Promise.all(
          run.map(async (r) => {
            const page = r.message as typeof message;
            return { message: page, records: await (r.unpacked ?? relay.unpack(page)) };
          }),
        );
        if (!stored(connection, await relay.pages(pages))) return;
        for (const page of pages) {
          connection.done += page.message.count;
          connection.socket.send(encodeClientMessage({ type: 'got', seq: page.message.seq }));
        }
        return options.onStatus();
      }
      case 'changes':
        stored(connection, await relay.changes(run.map((r) => r.message as typeof message)));
        return;
      case 'groups':
        stored(connection, await relay.groups(message));
        return;
      case 'keep-only': {
        const lacking = await relay.keepOnly(message);
        if (!stored(connection, lacking) || !lacking.ok) return;
        return connection.socket.send(encodeClientMessage({ type: 'want', ids: lacking.value }));
      }
      case 'caught-up': {
        const caughtUp = await relay.caughtUp(message);
        if (!stored(connection, caughtUp)) return;
        if (caughtUp.ok && caughtUp.value.again) {
          drop(connection, DEVICE_CLOSE.differs);
          return connect();
        }
        connection.live = true;
        backOff.reset();
        watch(connection, SILENCE_MS);
        options.onStatus();
        return pump(connection);
      }
      case 'ack': {
        const result = await relay.acks(run.map((r) => r.message as typeof message));
        if (!stored(connection, result)) return;
        for (const push of connection.unanswered.splice(0, run.length)) connection.inFlight.remove(push); // in order
        if (result.ok && result.value.outdated) {
          drop(connection);
          return connect();
        }
        return pump(connection);
      }
    }
  }

  /** False when the device could not store it: the relay will send it again on the next connection. */
  function stored(connection: Connection, result: Result<unknown, StorageTrouble>): boolean {
    if (!isCurrent(connection)) return false;
    if (result.ok) return true;
    drop(connection);
    retry();
    return false;
  }

  /** Sends what is in the outbox, in order, as far as flow control allows (P8). */
  async function pump(connection: Connection): Promise<void> {
    connection.pumpAgain = true;
    if (connection.pumping || !connection.welcomed) return;
    connection.pumping = true;
    try {
      while (isCurrent(connection) && connection.inFlight.fits(LARGEST_PUSH)) {
        if (!takeToken(connection)) return;
        connection.pumpAgain = false;
        const next = await relay.pushAfter(connection.sent);
        if (!stored(connection, next) || !next.ok) return;
        if (!next.value) {
          if (connection.pumpAgain) continue;
          return;
        }
        const { n, changes } = next.value;
        connection.sent = n;
        const load = loadOf(changes);
        connection.inFlight.add(load);
        connection.unanswered.push(load);
        connection.socket.send(
          encodeClientMessage({ type: 'push', n, changes: changes.map(({ id, update }) => ({ id, update })) }),
        );
        tokens--;
      }
    } catch (error) {
      options.onError(error);
      if (!isCurrent(connection)) return;
      drop(connection);
      retry();
    } finally {
      connection.pumping = false;
    }
  }

  function takeToken(connection: Connection): boolean {
    const at = now();
    tokens = Math.min(PUSHES.burst, tokens + (Math.max(0, at - filledAt) * PUSHES.perSecond) / 1000);
    filledAt = at;
    if (tokens >= 1) return true;
    schedule(() => void pump(connection), 1000 / PUSHES.perSecond);
    return false;
  }

  function drop(connection: Connection, code?: number): void {
    connection.cancelTimer();
    if (isCurrent(connection)) state = { kind: 'stopped' };
    connection.socket.close(code);
  }

  function retry(): void {
    const cancel = schedule(() => connect(), backOff.next());
    set({ kind: 'waiting', cancel });
  }

  function ended(connection: Connection, code: number, reason: string): void {
    if (!isCurrent(connection)) return;
    connection.cancelTimer();
    relayFull = reason === 'relay-full';
    switch (code) {
      case CLOSE.signedOut.code:
      case CLOSE.forbidden.code:
        return set({ kind: 'final', phase: 'signed-out' });
      case CLOSE.wipe.code:
        set({ kind: 'final', phase: 'signed-out' });
        return options.onWipe?.();
      case CLOSE.upgradeRequired.code:
        return set({ kind: 'final', phase: 'upgrade-required' });
      default:
        return retry();
    }
  }

  function phase(): LinkPhase {
    switch (state.kind) {
      case 'stopped':
      case 'waiting':
        return 'offline';
      case 'final':
        return state.phase;
      case 'connected': {
        const { connection, quiet } = state;
        if (connection.live || quiet) return 'live';
        if (!connection.welcomed) return 'connecting';
        // an empty workspace has nothing to wait for: no banner that pushes the page down for a moment
        return connection.first && connection.total > 0 ? 'first-sync' : 'catching-up';
      }
    }
  }

  return {
    start() {
      if (state.kind === 'stopped') connect();
    },
    reconnect() {
      if (state.kind === 'waiting') state.cancel();
      else if (state.kind === 'connected') {
        // a link that was just heard is left alone; a silent one may be half open (a computer that slept)
        const { connection } = state;
        if (connection.welcomed && now() - connection.heardAt < FRESH_MS) return;
        drop(connection);
        return connect(connection.live);
      }
      backOff.reset();
      connect();
    },
    push() {
      if (state.kind === 'connected') void pump(state.connection);
    },
    status() {
      const shown = phase();
      const connection = state.kind === 'connected' ? state.connection : undefined;
      return {
        phase: shown,
        ...(shown === 'first-sync' && connection
          ? { progress: { done: connection.done, total: Math.max(connection.total, connection.done) } }
          : {}),
        ...(relayFull ? { relayFull } : {}),
      };
    },
    stop() {
      if (state.kind === 'waiting') state.cancel();
      if (state.kind === 'connected') drop(state.connection);
      state = { kind: 'stopped' };
    },
  };
}
