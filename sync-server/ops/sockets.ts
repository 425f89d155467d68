import { createHash } from 'node:crypto';
import type { Socket } from 'node:net';
import { upgradeWebSocket, type HttpBindings } from '@hono/node-server';
import { Hono, type Context, type MiddlewareHandler } from 'hono';
import type { Logger } from 'pino';
import type { WebSocket } from 'ws';
import { CLOSE, DEVICE_CLOSE, LIMITS, type CloseReason } from '#core/protocol/messages.ts';
import { WORKSPACE_ROOM } from '#core/record/workspace-doc.ts';
import type { AppEnv } from '../api/env.ts';
import { failure } from '../api/failure.ts';
import { roomToken } from '../api/origin.ts';
import type { AccessTokens } from '../auth/access-tokens.ts';
import type { Accounts } from '../auth/accounts.ts';
import type { Account } from '../auth/membership.ts';
import { sessionTokenIn, type Sessions } from '../auth/sessions.ts';
import { may } from '#core/access/access.ts';
import type { People } from '../people/people.ts';
import type { SocketPort, SocketSession } from '../relay/socket-port.ts';
import type { Cluster } from '../relay/cluster.ts';
import type { Rooms } from '../rooms/rooms.ts';
import type { Meters, SocketKind } from '../metrics/meters.ts';
import { createFramer } from './frames.ts';
import { createHeartbeat } from './heartbeat.ts';

/** Sockets of both protocols: who may open one, and that nobody keeps one longer than his session lives. */
export interface Sockets {
  readonly routes: Hono<AppEnv>;
  /** Ends the sockets of a session at once; its device is told why (`SessionEnd`). */
  closeSession(token: string): void;
  /** Tokens of sessions that have one open. */
  online(): ReadonlySet<string>;
  /** How many there are of each protocol, and how much waits to be taken by the network. */
  counts(): Readonly<Record<SocketKind, number>> & { readonly unsentBytes: number };
  /** Ends the sockets of an access token at once. */
  closeToken(id: string): void;
  /** Looks up of every socket whether it may stay: somebody was deactivated. */
  recheck(): void;
  /** Tells every client to come back later, then ends what stays. */
  close(): void;
}

export interface SocketsOptions {
  readonly accounts: Pick<Accounts, 'session' | 'stillSignedIn'>;
  readonly sessions: Pick<Sessions, 'endOf' | 'seen'>;
  readonly tokens: Pick<AccessTokens, 'find' | 'still'>;
  readonly people: () => People | undefined;
  readonly rooms: Rooms;
  /** The replica protocol (sync-server/relay). */
  readonly relay: { connect(socket: SocketPort, session: SocketSession): void };
  /** The other relays on the same database. */
  readonly cluster?: Cluster | undefined;
  /** Counts sockets that ended. */
  readonly meters: Pick<Meters, 'socketClosed'>;
  readonly now: () => number;
  readonly log: Logger;
  /** How long an answer of `stillSignedIn` holds for a socket that sends, and how often a silent one is asked; ms. */
  readonly recheckMs?: number;
  readonly heartbeatMs?: number;
}

interface OpenSocket {
  /** Names it in the log: the id of the request that opened it. */
  readonly connection: string;
  readonly kind: SocketKind;
  readonly socket: WebSocket;
  /** The connection under it. */
  readonly raw: Socket;
  readonly pass: Pass;
  account: Account;
  checkedAt: number;
  /** Under way while the session is looked up anew; what arrives meanwhile waits in `held`, in order. */
  checking: Promise<void> | undefined;
  readonly held: (Uint8Array | undefined)[];
  heldBytes: number;
  onMessage: ((bytes: Uint8Array | undefined) => void) | undefined;
}

/** What lets a socket in. */
interface Pass {
  /** Names the session or the access token. */
  readonly key: string;
  readonly mayWrite: boolean;
  /** The account it stands for now; undefined once it ended. */
  readonly still: () => Promise<Account | undefined>;
  /** What its device is told once it ended. */
  readonly ended: () => Promise<CloseReason>;
}

/** A good pass, and whose. */
interface Entry {
  readonly pass: Pass;
  readonly account: Account;
}

/** What Hono listens to on a socket. */
const SOCKET_EVENTS = ['message', 'close', 'error'];

/**
 * The listeners Hono adds after this call would hold the request and its answer as long as the socket lives, and wrap
 * every message in an event: from then on messages come straight to us. A function of its own: what it remembers must
 * not stay in the memory of a closure that lives as long as the socket (I12).
 */
function onceHonoListens(socket: WebSocket, onMessage: (data: ArrayBuffer, isBinary: boolean) => void): void {
  const ours = new Set(SOCKET_EVENTS.flatMap((event) => socket.listeners(event)));
  queueMicrotask(() => {
    for (const event of SOCKET_EVENTS) {
      for (const listener of socket.listeners(event)) {
        if (!ours.has(listener)) socket.off(event, listener as () => void);
      }
    }
    socket.on('message', onMessage);
  });
}

const tokenKey = (id: string) => `token ${id}`;

/** What may wait while a socket's session is looked up: a frame of the largest size, or a burst of typing. */
const HELD = { count: 10_000, bytes: LIMITS.frameBytes };

export function createSockets(options: SocketsOptions): Sockets {
  const { accounts, sessions, tokens, people, rooms, relay, cluster, meters, now, log, recheckMs = 15_000 } = options;
  const heartbeat = createHeartbeat(options.heartbeatMs);
  const framed = createFramer();
  const open = new Set<OpenSocket>();
  const recheck = setInterval(() => open.forEach((one) => void isFresh(one)), recheckMs);
  recheck.unref();

  /** By token, else by the session's cookie; never by both, so that a page of another site borrows no session. */
  async function passOf(c: Context): Promise<Entry | undefined> {
    const token = roomToken(c.req.path, c.req.query('token'));
    if (token !== undefined) {
      const found = await tokens.find(token);
      if (!found) return undefined;
      const { id, account, mayWrite } = found;
      const ended = () => Promise.resolve<CloseReason>(CLOSE.signedOut);
      return { account, pass: { key: tokenKey(id), mayWrite, still: () => tokens.still(id), ended } };
    }
    const session = await accounts.session(c.req.raw.headers);
    if (!session) return undefined;
    const still = async () => {
      const account = await accounts.stillSignedIn(session.token);
      if (account) {
        // a note that fails (a full disk) ends nobody's connection
        sessions.seen(session.token).catch((error: unknown) => log.warn({ err: error }, 'device could not be noted'));
      }
      return account;
    };
    const ended = () => endOf(session.token);
    return { account: session.account, pass: { key: session.token, mayWrite: true, still, ended } };
  }

  async function endOf(token: string | undefined): Promise<CloseReason> {
    return (await sessions.endOf(token)) === 'wipe' ? CLOSE.wipe : CLOSE.signedOut;
  }

  /** Was what let a socket in good a moment ago? Looks it up anew when not. */
  function isFresh(one: OpenSocket): boolean {
    if (now() - one.checkedAt >= recheckMs)
      one.checking ??= check(one)
        .catch((error: unknown) => log.error({ ...about(one), err: error }, 'held message failed'))
        .finally(() => (one.checking = undefined));
    return one.checking === undefined;
  }

  /** Ends the socket where that is gone; then hands on what arrived meanwhile. */
  async function check(one: OpenSocket): Promise<void> {
    const account = await one.pass.still().catch((error: unknown) => {
      log.error({ ...about(one), err: error }, 'session could not be looked up');
      return 'unknown' as const;
    });
    if (!open.has(one)) return;
    if (account === 'unknown') return end(one, CLOSE.retry);
    if (account?.workspaceId !== one.account.workspaceId) return endSession(one);
    one.account = account;
    one.checkedAt = now();
    one.heldBytes = 0;
    for (const bytes of one.held.splice(0)) if (open.has(one)) one.onMessage?.(bytes);
  }

  function receive(one: OpenSocket, bytes: Uint8Array | undefined): void {
    if (!open.has(one)) return;
    if (isFresh(one)) return one.onMessage?.(bytes);
    one.held.push(bytes);
    one.heldBytes += bytes?.byteLength ?? 0;
    if (one.held.length > HELD.count || one.heldBytes > HELD.bytes) end(one, CLOSE.tooMany);
  }

  /** Whoever has a session belongs to a workspace, whose people are loaded. */
  const personOf = (userId: string) => people()!.person(userId);
  const maySet = (userId: string) => may(personOf(userId), 'settings');

  /** The closing handshake; one that did not read before will not read that either, and gives its memory back now (I12). */
  function shut({ socket, raw }: OpenSocket, { code, reason }: CloseReason | { code: number; reason: string }): void {
    socket.close(code, reason);
    if (raw.writableLength > LIMITS.socketBufferBytes) socket.terminate();
  }

  function end(one: OpenSocket, { code, reason }: CloseReason): void {
    open.delete(one);
    shut(one, { code, reason });
  }

  /** Nothing of it counts from here on; why it ended is looked up for its device. */
  function endSession(one: OpenSocket): void {
    open.delete(one);
    void one.pass
      .ended()
      .catch((error: unknown) => {
        log.error({ ...about(one), err: error }, 'the end of a session could not be looked up');
        return CLOSE.signedOut;
      })
      .then((reason) => shut(one, reason));
  }

  function endHere(matches: (key: string) => boolean): void {
    for (const one of open) if (matches(one.pass.key)) endSession(one);
  }

  /** Other relays are told a hash: what names a session also opens it. */
  function endEverywhere(key: string): void {
    endHere((one) => one === key);
    cluster?.publish({ kind: 'ended', key: hashOf(key) });
  }

  const stopHearing = cluster?.on((message) => {
    if (message.kind === 'ended') endHere((key) => hashOf(key) === message.key);
  });

  /** The web server's socket as the protocols see it; their listeners run only while it is open and the session good. */
  function toPort(one: OpenSocket): SocketPort {
    const { socket, raw } = one;
    return {
      // past `ws`, which frames anew for every socket: whole frames may be written between its own
      send(bytes) {
        if (socket.readyState === socket.OPEN) raw.write(framed(bytes), ignoreClosed);
      },
      close: (code, reason) => shut(one, { code, reason }),
      get bufferedAmount() {
        return raw.writableLength;
      },
      onMessage(listener) {
        one.onMessage = listener;
      },
      onClose(listener) {
        socket.on('close', listener);
      },
    };
  }

  /** Starts serving a socket. Made apart from its request, so that nothing here keeps the request in memory. */
  function begin(
    socket: WebSocket,
    raw: Socket,
    entry: Entry | CloseReason,
    name: Pick<OpenSocket, 'connection' | 'kind'>,
    connect: (one: OpenSocket, port: SocketPort) => void,
  ): OpenSocket | undefined {
    socket.binaryType = 'arraybuffer';
    const onError = (error: Error) => log.debug({ ...name, err: error }, 'socket error'); // ws closes it with the right code
    socket.on('error', onError);
    socket.on('close', (code: number) => meters.socketClosed(name.kind, code));
    if ('code' in entry) {
      // a browser cannot see the status of a refused handshake: only a close code tells "signed out" from "offline"
      socket.close(entry.code, entry.reason);
      return undefined;
    }
    const { pass, account } = entry;
    const one: OpenSocket = {
      ...name,
      socket,
      raw,
      pass,
      account,
      checkedAt: now(),
      checking: undefined,
      held: [],
      heldBytes: 0,
      onMessage: undefined,
    };
    open.add(one);
    socket.on('close', (code: number) => {
      open.delete(one);
      if (code === DEVICE_CLOSE.differs) log.warn(about(one), 'a device had something else than the relay (V7)');
    });
    heartbeat.watch(socket);
    connect(one, toPort(one));
    onceHonoListens(socket, (data, isBinary) => receive(one, isBinary ? new Uint8Array(data) : undefined));
    return one;
  }

  const socketRoute = (
    kind: SocketKind,
    connect: (one: OpenSocket, port: SocketPort, room: string) => void,
  ): MiddlewareHandler<AppEnv> =>
    upgradeWebSocket(async (c: Context<AppEnv>) => {
      const name = { connection: c.var.requestId, kind };
      const entry = await passOf(c);
      const refusal = entry ? CLOSE.signedOut : await endOf(sessionTokenIn(c.req.raw.headers));
      const raw = (c.env as HttpBindings).incoming.socket;
      const room = c.req.param('name') ?? '';
      let one: OpenSocket | undefined;
      return {
        onOpen(_event, { raw: socket }) {
          one = begin(socket as WebSocket, raw, entry ?? refusal, name, (opened, port) => connect(opened, port, room));
        },
        // only what came before it was open
        onMessage({ data }) {
          if (one) receive(one, data instanceof ArrayBuffer ? new Uint8Array(data) : undefined);
        },
      };
    });

  const upgradeOnly: MiddlewareHandler = async (c, next) =>
    c.req.header('upgrade')?.toLowerCase() === 'websocket'
      ? next()
      : failure(c, 426, 'upgrade-required', 'This address takes WebSockets only.');

  const routes = new Hono<AppEnv>();
  routes.get(
    '/sync',
    upgradeOnly,
    socketRoute('sync', ({ account, connection }, port) => {
      const { id: user, workspaceId: workspace } = account;
      relay.connect(port, { user, workspace, connection, person: () => personOf(user) });
    }),
  );
  routes.get(
    '/rooms/:name{.+}',
    upgradeOnly,
    async (c, next) =>
      rooms.has(c.req.param('name')) ? next() : failure(c, 404, 'not-found', 'There is no such room.'),
    socketRoute('rooms', (one, port, name) => {
      const who = {
        connection: one.connection,
        user: { id: one.account.id, name: one.account.name },
        // the workspace's settings need their right; what may be written to a record its commit decides (P4)
        mayWrite: () => one.pass.mayWrite && (name !== WORKSPACE_ROOM || maySet(one.account.id)),
      };
      rooms.join(one.account.workspaceId, name, port, who).catch((error: unknown) => {
        log.error({ ...about(one), err: error }, 'room join failed');
        end(one, CLOSE.retry);
      });
    }),
  );

  return {
    routes,
    recheck() {
      for (const one of open) one.checkedAt = -Infinity;
      for (const one of open) isFresh(one);
    },
    closeSession: (token) => endEverywhere(token),
    closeToken: (id) => endEverywhere(tokenKey(id)),
    counts() {
      const sum = { sync: 0, rooms: 0, unsentBytes: 0 };
      for (const { kind, raw } of open) {
        sum[kind]++;
        sum.unsentBytes += raw.writableLength;
      }
      return sum;
    },
    online: () => new Set([...open].map((one) => one.pass.key)),
    close() {
      stopHearing?.();
      clearInterval(recheck);
      heartbeat.stop();
      for (const one of open) end(one, CLOSE.goingAway);
    },
  };
}

/** What every line of the log about a socket names. */
const about = ({ connection, kind, account }: OpenSocket) => ({ connection, kind, user: account.id });

const hashOf = (key: string) => createHash('sha256').update(key).digest('base64url');

/** A socket that closes while we send is no error: its owner hears of it through `onClose`. */
const ignoreClosed = (): void => undefined;
