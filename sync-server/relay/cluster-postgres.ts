import pg from 'pg';
import { messageKey, type Cluster, type ClusterMessage } from './cluster.ts';
import type { RelayLog } from './log.ts';

const CHANNEL = 'lienhe';
/** Bytes of one notification; PostgreSQL takes less than 8,000. */
const PAYLOAD_BYTES = 7_900;
/** How the connections of relays are recognised in `pg_stat_activity`; followed by the relay's id. */
const APPLICATION = 'lienhe-relay ';
const RECONNECT_MS = 500;

export interface PostgresClusterOptions {
  readonly url: string;
  readonly log: RelayLog;
  /** How often it is looked whether relays are gone and hints were lost; ms. */
  readonly pollMs?: number;
}

interface Payload {
  readonly node: string;
  readonly messages: readonly ClusterMessage[];
}

/**
 * LISTEN and NOTIFY on one connection of its own. A relay that dies is noticed by its connection: PostgreSQL ends it,
 * and it is missing in the list at the next poll. A notification is sent after the commit it tells of and not inside:
 * inside, PostgreSQL would let one commit with a notification happen at a time in the whole database.
 */
export function openPostgresCluster({ url, log, pollMs = 2_000 }: PostgresClusterOptions): Cluster {
  const node = crypto.randomUUID();
  const listeners = new Set<(message: ClusterMessage, node: string) => void>();
  const doubters = new Set<() => void>();
  const mourners = new Set<(node: string) => void>();
  const waiting = new Map<string, ClusterMessage>();
  const seen = new Set<string>();
  let client: pg.Client | undefined;
  let sending: Promise<void> | undefined;
  let closed = false;
  let reconnect: ReturnType<typeof setTimeout> | undefined;
  const poll = setInterval(() => void look(), pollMs);
  poll.unref();
  void connect();

  async function connect(): Promise<void> {
    const fresh = new pg.Client({
      connectionString: url,
      application_name: APPLICATION + node,
      connectionTimeoutMillis: 5000,
      keepAlive: true,
    });
    fresh.on('error', (error) => lost(fresh, error));
    fresh.on('end', () => lost(fresh, undefined));
    fresh.on('notification', ({ payload }) => receive(payload ?? ''));
    try {
      await fresh.connect();
      // a hint need not survive a crash; the tcp settings let the server notice a machine that lost its power
      await fresh.query(`SET synchronous_commit = off; SET tcp_keepalives_idle = 10; SET tcp_keepalives_interval = 5;
                         SET tcp_keepalives_count = 3; LISTEN ${CHANNEL}`);
      if (closed) return await fresh.end();
      client = fresh;
      for (const doubt of doubters) doubt();
      send();
    } catch (error) {
      lost(fresh, error);
    }
  }

  function lost(which: pg.Client, error: unknown): void {
    if (closed || (client !== undefined && client !== which) || reconnect) return;
    log.warn({ err: error }, 'connection to the other relays lost');
    client = undefined;
    which.end().catch(() => undefined); // it is broken already
    reconnect = setTimeout(() => {
      reconnect = undefined;
      void connect();
    }, RECONNECT_MS);
  }

  function receive(payload: string): void {
    const { node: from, messages } = JSON.parse(payload) as Payload;
    if (from === node) return;
    seen.add(from);
    for (const message of messages) for (const listener of listeners) listener(message, from);
  }

  function send(): void {
    sending ??= sendAll()
      .catch((error: unknown) => log.warn({ err: error }, 'other relays not told'))
      .finally(() => (sending = undefined));
  }

  async function sendAll(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve)); // what one turn of the loop says goes together
    while (client && waiting.size > 0) {
      const on = client;
      await on.query({ name: 'notify', text: `SELECT pg_notify('${CHANNEL}', $1)`, values: [take()] });
    }
  }

  /** As many of the waiting messages as fit in one notification. */
  function take(): string {
    const messages: ClusterMessage[] = [];
    let bytes = JSON.stringify({ node, messages }).length;
    for (const [key, message] of waiting) {
      const more = Buffer.byteLength(JSON.stringify(message)) + 1;
      if (messages.length > 0 && bytes + more > PAYLOAD_BYTES) break;
      waiting.delete(key);
      if (bytes + more > PAYLOAD_BYTES) continue; // too long to tell at all: a hint less
      bytes += more;
      messages.push(message);
    }
    return JSON.stringify({ node, messages } satisfies Payload);
  }

  async function look(): Promise<void> {
    for (const doubt of doubters) doubt();
    if (!client || seen.size === 0) return;
    try {
      const { rows } = await client.query<{ application_name: string }>(
        'SELECT application_name FROM pg_stat_activity WHERE datname = current_database() AND starts_with(application_name, $1)',
        [APPLICATION],
      );
      const alive = new Set(rows.map((row) => row.application_name.slice(APPLICATION.length)));
      for (const one of [...seen]) {
        if (alive.has(one)) continue;
        seen.delete(one);
        for (const mourn of mourners) mourn(one);
      }
    } catch (error) {
      log.warn({ err: error }, 'other relays could not be listed');
    }
  }

  const add = <T>(to: Set<T>, one: T) => {
    to.add(one);
    return () => void to.delete(one);
  };
  return {
    publish(message) {
      waiting.set(messageKey(message), message);
      if (client) send();
    },
    on: (listener) => add(listeners, listener),
    onDoubt: (listener) => add(doubters, listener),
    onGone: (listener) => add(mourners, listener),
    async close() {
      await sending;
      closed = true;
      clearInterval(poll);
      clearTimeout(reconnect);
      await client?.end();
    },
  };
}
