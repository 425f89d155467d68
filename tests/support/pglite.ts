import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';

/** SSLRequest and GSSENCRequest: what a client may ask before it starts. PostgreSQL's protocol, "Message Formats". */
const ENCRYPTION = [80877103, 80877104];
/** AuthenticationOk, ReadyForQuery (idle). */
const WELCOME = Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 0, 0x5a, 0, 0, 0, 5, 0x49]);
const [PARSE, BIND, DESCRIBE, CLOSE, QUERY, SYNC, TERMINATE] = [...'PBDCQSX'].map((letter) => letter.charCodeAt(0));
const READY = 'Z'.charCodeAt(0);

/** PostgreSQL in this process, for `pg` over a socket in a temporary folder: one session for all who connect. */
export interface PgliteServer {
  /** Empties the database; answers its address. */
  database(): Promise<string>;
  remove(): Promise<void>;
}

/**
 * Connections take turns, from the first statement to the end of the transaction; a transaction of one holds up the
 * others. So nothing that needs two at a time can be tried here: snapshots beside commits, several relays, notices.
 */
export async function startPglite(): Promise<PgliteServer> {
  const db = await PGlite.create();
  const folder = mkdtempSync(join(tmpdir(), 'lienhe-pglite-'));
  let turns: Promise<unknown> = Promise.resolve();
  const sockets = new Set<Socket>();
  let connections = 0;

  /** Resolves when this connection's turn has come; `end` gives it on. */
  function turn(): { readonly come: Promise<unknown>; end(): void } {
    const { promise, resolve } = Promise.withResolvers<void>();
    const come = turns;
    turns = promise;
    return { come, end: resolve };
  }

  function serve(socket: Socket): void {
    const prefix = `c${++connections}_`;
    let rest = Buffer.alloc(0);
    let started = false;
    let unit: Buffer[] = [];
    let mine: ReturnType<typeof turn> | undefined;
    let work: Promise<unknown> = Promise.resolve();
    sockets.add(socket);

    async function run(bytes: Buffer): Promise<void> {
      mine ??= turn();
      await mine.come;
      const answer = Buffer.from(await db.execProtocolRaw(bytes));
      if (socket.writable) socket.write(answer);
      // ReadyForQuery ends each answer, and says whether a transaction is open
      if (answer.at(-6) === READY && answer.at(-1) === 'I'.charCodeAt(0)) release();
    }

    function release(): void {
      mine?.end();
      mine = undefined;
    }

    function take(message: Buffer): void {
      if (!started) {
        if (ENCRYPTION.includes(message.readInt32BE(4))) return void socket.write('N');
        started = true;
        return void socket.write(WELCOME);
      }
      const [type] = message;
      if (type === TERMINATE) return void socket.end();
      unit.push(named(message, prefix));
      if (type !== SYNC && type !== QUERY) return;
      const bytes = Buffer.concat(unit);
      unit = [];
      work = work.then(() => run(bytes)).catch((error: unknown) => socket.destroy(error as Error));
    }

    socket.on('data', (chunk: Buffer) => {
      rest = Buffer.concat([rest, chunk]);
      for (;;) {
        const head = started ? 1 : 0; // the first message has no type
        if (rest.length < head + 4) return;
        const length = head + rest.readInt32BE(head);
        if (rest.length < length) return;
        const message = rest.subarray(0, length);
        rest = rest.subarray(length);
        take(message);
      }
    });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      sockets.delete(socket);
      // a connection that goes in the middle of a transaction takes it back
      void work.then(async () => {
        if (!mine) return;
        await db.exec('ROLLBACK').catch(() => undefined);
        release();
      });
    });
  }

  const server = createServer(serve);
  await new Promise<void>((resolve) => server.listen(join(folder, '.s.PGSQL.5432'), resolve));
  return {
    async database() {
      const mine = turn();
      await mine.come;
      await db
        .exec('DROP SCHEMA public CASCADE; CREATE SCHEMA public')
        .then(() => db.exec('DISCARD ALL')) // prepared statements, settings and locks of those who were here
        .finally(() => mine.end());
      return `postgresql://postgres@localhost/postgres?host=${folder}`;
    },
    async remove() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
      await db.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The message with the statement it names under the connection's own name: in one session all share them. */
function named(message: Buffer, prefix: string): Buffer {
  const [type] = message;
  let at = 5; // after type and length
  if (type === BIND)
    at = message.indexOf(0, at) + 1; // after the portal's name
  else if (type === DESCRIBE || type === CLOSE) {
    if (message[at++] !== 'S'.charCodeAt(0)) return message;
  } else if (type !== PARSE) return message;
  if (message[at] === 0) return message; // the unnamed one
  const changed = Buffer.concat([message.subarray(0, at), Buffer.from(prefix), message.subarray(at)]);
  changed.writeInt32BE(changed.length - 1, 1);
  return changed;
}
