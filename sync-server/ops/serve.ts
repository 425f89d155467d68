import type { AddressInfo } from 'node:net';
import { dirname } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createAdaptorServer } from '@hono/node-server';
import type { Logger } from 'pino';
import { WebSocketServer } from 'ws';
import { LIMITS } from '#core/protocol/messages.ts';
import { createApp } from '../app.ts';
import { createAccessTokens } from '../auth/access-tokens.ts';
import { createAccounts } from '../auth/accounts.ts';
import { createAuth } from '../auth/auth.ts';
import { createSessions } from '../auth/sessions.ts';
import { createMembership } from '../auth/membership.ts';
import { createPeopleSource } from '../people/source.ts';
import type { Config } from '../config.ts';
import { createMeters } from '../metrics/meters.ts';
import { createStatus } from '../metrics/status.ts';
import { publishErasure } from '../relay/publish-erasure.ts';
import { createRelay } from '../relay/relay.ts';
import { createRecordRights } from '../rooms/record-rights.ts';
import { createRooms } from '../rooms/rooms.ts';
import { startCompaction } from '../upkeep/compact-log.ts';
import { openBackend, type Backend } from './backend.ts';
import { createSockets } from './sockets.ts';

export interface Running {
  /** Where people reach it: PUBLIC_URL, else the address it listens on. */
  readonly url: string;
  readonly port: number;
  /** Answers a request without a socket; for tests. */
  readonly fetch: (request: Request) => Promise<Response>;
  /** Stops taking work, finishes what was taken, closes the database. Within 4 s, whatever clients do. */
  stop(): Promise<void>;
}

export interface ServeOptions {
  readonly config: Config;
  readonly log: Logger;
  readonly version: string;
  readonly now?: () => number;
  /** Where it was opened already; with the same `now`, `log` and `onCrash`. */
  readonly backend?: Promise<Backend>;
  /** Folder of the built app; `build/` beside the relay unless told. */
  readonly webRoot?: string;
  /** How often open sockets are checked against their session; ms. */
  readonly recheckMs?: number;
  readonly heartbeatMs?: number;
  /** The store's thread died: what was taken is safe, but nothing works any more. */
  readonly onCrash?: (error: Error) => void;
}

/**
 * How long a connection without a request stays, ms: longer than proxies keep theirs (60 s of nginx, 75 s of its clients).
 * With Node's 5 s a connection ends just as the next request is sent over it, and that one is lost.
 */
const IDLE = { keepAliveTimeout: 80_000 };

/** A request comes whole within this time, or not at all: who drips it byte by byte holds a connection. ms. */
const SLOW = { headersTimeout: 10_000, requestTimeout: 30_000, connectionsCheckingInterval: 2_000 };

/** Puts the relay together and listens. Rejects where the port, the folder or the database cannot be had. */
export async function serveRelay(options: ServeOptions): Promise<Running> {
  const { config, log, version, now = Date.now } = options;
  const webRoot = options.webRoot ?? fileURLToPath(new URL('../../build', import.meta.url));
  const backend = await (options.backend ?? openBackend({ config, now, log, onCrash: options.onCrash }));
  const { attempts, accountsDb: db, secret, cluster } = backend;
  const meters = createMeters({ now, log });
  const store = meters.store(backend.store);
  const auth = await createAuth({ db, secret, publicUrl: config.publicUrl ?? `http://localhost:${config.port}`, log });
  const membership = createMembership(db, now);
  const people = createPeopleSource(store, membership);
  const workspace = await membership.workspace();
  if (workspace) {
    const opened = await people.open(workspace.id);
    if (!opened.ok) throw new Error(`people could not be read: ${opened.error.type}`);
  }
  const sessions = createSessions({ auth, account: (id) => accounts.account(id), now });
  const accounts = createAccounts(
    auth,
    membership,
    people,
    (job) => db.inTurn(job),
    now,
    (token, agent) => sessions.seen(token, agent),
  );
  const tokens = createAccessTokens({ auth, account: (id) => accounts.account(id), now });
  const relay = createRelay({ store, log, cluster, meterHub: (hub) => meters.hub(hub), now });
  const rights = createRecordRights(store, (user) => people.current()!.person(user));
  const rooms = createRooms({
    store,
    hub: (workspaceId) => relay.hub(workspaceId),
    accounts,
    people: people.current,
    rights,
    cluster,
    now,
    log,
  });
  const { recheckMs, heartbeatMs } = options;
  const sockets = createSockets({
    accounts,
    sessions,
    tokens,
    people: people.current,
    rooms,
    relay,
    cluster,
    meters,
    now,
    log,
    ...(recheckMs === undefined ? {} : { recheckMs }),
    ...(heartbeatMs === undefined ? {} : { heartbeatMs }),
  });
  const status = createStatus({
    meters,
    relay,
    sockets,
    sessions,
    store,
    workspace: async () => (await membership.workspace())?.id,
    folder: config.databaseUrl === undefined ? dirname(config.databaseFile) : undefined,
    version,
    now,
  });
  const origin = { publicUrl: config.publicUrl, host: config.host };
  const app = createApp({
    accounts,
    sessions,
    tokens,
    attempts,
    people: people.current,
    rooms,
    sockets,
    store,
    onErased: (workspaceId, id, erasure) => publishErasure(relay.hub(workspaceId), id, erasure),
    status,
    metricsToken: config.metricsToken,
    trustedProxies: config.trustedProxies,
    origin,
    version,
    webRoot,
    now,
    log,
  });

  people.onChange((workspaceId) => {
    sockets.recheck();
    relay.refresh(workspaceId);
    void rooms.recheck(workspaceId);
    void rooms.projectMembers(workspaceId);
    cluster?.publish({ kind: 'people', workspace: workspaceId });
  });
  const refreshPeople = () => {
    people.refresh().catch((error: unknown) => log.warn({ err: error }, 'people could not be read'));
  };
  cluster?.on((message) => message.kind === 'people' && refreshPeople());
  cluster?.onDoubt(refreshPeople);

  const compaction = startCompaction({ store, keepMs: config.keepLogMs, now, log });

  const wss = new WebSocketServer({ noServer: true, maxPayload: LIMITS.frameBytes, perMessageDeflate: false });
  const server = createAdaptorServer({
    fetch: app.fetch,
    websocket: { server: wss },
    serverOptions: { ...IDLE, ...SLOW },
  });
  await listen(server, config.port, config.host).catch(async (error: unknown) => {
    await compaction.stop();
    await backend.close();
    throw error;
  });
  const { port } = server.address() as AddressInfo;

  async function stop(): Promise<void> {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    await Promise.race([relay.close(), after(2000, undefined, { ref: false })]);
    await Promise.race([rooms.close(), after(1000, undefined, { ref: false })]);
    sockets.close();
    const ended = after(500, undefined, { ref: false }).then(() => {
      for (const socket of wss.clients) socket.terminate(); // those that do not answer the closing handshake
      if ('closeAllConnections' in server) server.closeAllConnections();
    });
    await Promise.race([closed, ended]);
    await Promise.race([compaction.stop(), after(500, undefined, { ref: false })]);
    await backend.close();
  }

  let stopping: Promise<void> | undefined;
  return {
    url: config.publicUrl ?? `http://${nameOf(config.host)}:${port}`,
    port,
    fetch: async (request) => app.fetch(request),
    stop: () => (stopping ??= stop()),
  };
}

function listen(server: ReturnType<typeof createAdaptorServer>, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

/** A name a browser can open: "all addresses" is none. */
const nameOf = (host: string): string =>
  host === '0.0.0.0' || host === '::' ? 'localhost' : host.includes(':') ? `[${host}]` : host;
