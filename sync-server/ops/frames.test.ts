import type { Writable } from 'node:stream';
import { expect, test } from 'vitest';
import * as ws from 'ws';
import { createFramer, frameOf } from './frames.ts';

/** In `ws`, though not in its types. */
const { Receiver } = ws as unknown as { Receiver: new (options: object) => Writable };

/** What a full implementation of the protocol reads in these bytes. */
function read(bytes: Buffer): Promise<Uint8Array> {
  const receiver = new Receiver({ isServer: false });
  return new Promise((resolve, reject) => {
    receiver.on('message', (data: Uint8Array, isBinary: boolean) => {
      if (isBinary) resolve(new Uint8Array(data));
      else reject(new Error('text'));
    });
    receiver.on('error', reject);
    receiver.write(bytes);
  });
}

test.each([0, 1, 125, 126, 127, 65_535, 65_536, 300_000])('%i bytes are one binary message', async (length) => {
  const message = Uint8Array.from({ length }, (_, i) => i);
  expect(await read(frameOf(message))).toEqual(message);
});

test('a message is framed once for many sockets', () => {
  const framed = createFramer();
  const message = new Uint8Array([1, 2, 3]);
  const frame = framed(message);
  expect(framed(message)).toBe(frame);
  expect(framed(new Uint8Array([1, 2, 3]))).not.toBe(frame);
});
