import { createServer, request, type IncomingMessage } from 'node:http';
import { connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Cable } from './relay.ts';

/** One answer's body or one WebSocket frame from the relay. */
export interface Recorded {
  /** `GET /api/session`, `WS /sync`. */
  readonly where: string;
  readonly bytes: Uint8Array;
}

/** Stands between a browser and the relay and keeps every byte the relay says: also to workers, which no page can see. */
export interface RecordingProxy extends Cable {
  /** What was said since the beginning, or since `forget`. */
  recorded(): readonly Recorded[];
  forget(): void;
}

export async function createRecordingProxy(targetPort: number): Promise<RecordingProxy> {
  const target = { host: '127.0.0.1', port: targetPort };
  const open = new Set<Socket | Duplex>();
  let pulled = false;
  let recorded: Recorded[] = [];

  const server = createServer((asked, answer) => {
    const where = `${asked.method} ${asked.url}`;
    // as it is, so that its text can be read
    const headers = { ...asked.headers, 'accept-encoding': 'identity' };
    const forwarded = request({ ...target, method: asked.method, path: asked.url, headers }, (got) => {
      answer.writeHead(got.statusCode ?? 502, got.headers);
      const parts: Uint8Array[] = [];
      got.on('data', (part: Uint8Array) => {
        parts.push(part);
        answer.write(part);
      });
      got.on('end', () => {
        const head = Buffer.from(`${where}\n${JSON.stringify(got.headers)}\n`);
        recorded.push({ where, bytes: Buffer.concat([head, ...parts]) });
        answer.end();
      });
    });
    forwarded.on('error', () => answer.destroy());
    asked.pipe(forwarded);
  });
  server.on('connection', (socket) => {
    open.add(socket);
    socket.on('close', () => open.delete(socket));
    if (pulled) socket.destroy();
  });
  server.on('upgrade', (asked: IncomingMessage, near: Duplex, head: Buffer) => {
    const where = `WS ${asked.url}`;
    const far = connect(target.port, target.host);
    const frames = createFrameReader((bytes) => recorded.push({ where, bytes }));
    const lines = asked.rawHeaders.flatMap((name, i, all) => (i % 2 === 0 ? [`${name}: ${all[i + 1]}`] : []));
    far.write(`${asked.method} ${asked.url} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`);
    far.write(head);
    far.on('data', (part: Uint8Array) => frames(part));
    for (const [a, b] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(a);
      a.on('error', () => b.destroy());
      a.on('close', () => {
        open.delete(a);
        b.destroy();
      });
      a.pipe(b);
    }
  });
  const port = await new Promise<number>((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port));
  });
  const breakAll = () => open.forEach((socket) => socket.destroy());
  return {
    url: `http://127.0.0.1:${port}`,
    recorded: () => recorded,
    forget: () => void (recorded = []),
    pull() {
      pulled = true;
      breakAll();
    },
    plug: () => void (pulled = false),
    freeze: () => open.forEach((socket) => socket.unpipe().pause()),
    close() {
      breakAll();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

/** Takes a WebSocket server's stream, handshake first, and gives the payload of every frame (RFC 6455 §5.2). */
function createFrameReader(onFrame: (payload: Uint8Array) => void): (part: Uint8Array) => void {
  let rest: Buffer = Buffer.alloc(0);
  let greeted = false;
  return (part) => {
    rest = Buffer.concat([rest, part]);
    if (!greeted) {
      const end = rest.indexOf('\r\n\r\n');
      if (end < 0) return;
      rest = rest.subarray(end + 4);
      greeted = true;
    }
    while (rest.length >= 2) {
      const short = rest[1]! & 127;
      const start = short === 126 ? 4 : short === 127 ? 10 : 2;
      if (rest.length < start) return;
      const length = short === 126 ? rest.readUInt16BE(2) : short === 127 ? Number(rest.readBigUInt64BE(2)) : short;
      if (rest.length < start + length) return;
      onFrame(Uint8Array.from(rest.subarray(start, start + length)));
      rest = rest.subarray(start + length);
    }
  };
}
