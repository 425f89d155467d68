import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';

/**
 * A WebSocket client of little more than the bytes: with hundreds of readers on the same two cores a full client would
 * be what is measured. Binary messages up to 64 kB out, whole frames in; answers pings.
 */
export interface RawSocket {
  send(message: Uint8Array): void;
  /** The buffer is good only during the call. */
  onMessage: (message: Buffer) => void;
  readonly closed: Promise<void>;
  end(): void;
}

export function openRaw(url: URL, headers: Readonly<Record<string, string>>): Promise<RawSocket> {
  return new Promise((resolve, reject) => {
    const socket: Socket = connect({ host: url.hostname, port: Number(url.port), noDelay: true });
    let waiting: Buffer = Buffer.alloc(0);
    let upgraded = false;
    const closed = new Promise<void>((done) => socket.once('close', () => done()));
    const raw: RawSocket = {
      send: (message) => void socket.write(masked(2, message)),
      onMessage: () => undefined,
      closed,
      end: () => socket.destroy(),
    };
    socket.on('error', reject);
    socket.once('connect', () => {
      const lines = Object.entries({
        Host: url.host,
        Upgrade: 'websocket',
        Connection: 'Upgrade',
        'Sec-WebSocket-Version': '13',
        'Sec-WebSocket-Key': randomBytes(16).toString('base64'),
        ...headers,
      }).map(([name, value]) => `${name}: ${value}`);
      socket.write(`GET ${url.pathname}${url.search} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`);
    });
    socket.on('data', (chunk: Buffer) => {
      waiting = waiting.length === 0 ? chunk : Buffer.concat([waiting, chunk]);
      if (!upgraded) {
        const end = waiting.indexOf('\r\n\r\n');
        if (end < 0) return;
        const status = waiting.toString('latin1', 0, end).split('\r\n', 1)[0] ?? '';
        if (!status.includes(' 101 ')) {
          socket.destroy();
          return reject(new Error(`refused: ${status}`));
        }
        upgraded = true;
        waiting = waiting.subarray(end + 4);
        resolve(raw);
        // whoever waits for this socket sets its listener first
        return void setImmediate(() => (waiting = read(waiting, socket, raw)));
      }
      waiting = read(waiting, socket, raw);
    });
  });
}

/** Reads the whole frames of a buffer; returns what is left. */
function read(bytes: Buffer, socket: Socket, raw: RawSocket): Buffer {
  let at = 0;
  while (bytes.length - at >= 2) {
    const opcode = bytes[at]! & 15;
    let length = bytes[at + 1]! & 127;
    let head = 2;
    if (length === 126) {
      if (bytes.length - at < 4) break;
      length = bytes.readUInt16BE(at + 2);
      head = 4;
    } else if (length === 127) {
      if (bytes.length - at < 10) break;
      length = Number(bytes.readBigUInt64BE(at + 2));
      head = 10;
    }
    if (bytes.length - at < head + length) break;
    const payload = bytes.subarray(at + head, at + head + length);
    at += head + length;
    if (opcode === 2) raw.onMessage(payload);
    else if (opcode === 8) socket.destroy();
    else if (opcode === 9) socket.write(masked(10, payload));
  }
  return at === 0 ? bytes : bytes.subarray(at);
}

/** A client's frame; the mask is zero, which the protocol allows and costs nothing. */
function masked(opcode: number, payload: Uint8Array): Buffer {
  const head = payload.length < 126 ? 2 : 4;
  const frame = Buffer.alloc(head + 4 + payload.length);
  frame[0] = 128 | opcode;
  frame[1] = 128 | (head === 2 ? payload.length : 126);
  if (head === 4) frame.writeUInt16BE(payload.length, 2);
  frame.set(payload, head + 4);
  return frame;
}
