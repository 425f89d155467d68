import { Transform } from 'node:stream';

/** Cuts a stream into slices of 1 to 7 bytes, each an event of its own: frames arrive torn (sync.md §7). */
export function tornIntoSlices(): Transform {
  let size = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      for (let at = 0; at < chunk.length; at += size) {
        size = (size % 7) + 1;
        this.push(chunk.subarray(at, at + size));
      }
      done();
    },
  });
}

/** Makes the device behind it say this protocol version in its hello, as another build does; undefined = its own. */
export function sayVersion(version: () => number | undefined): Transform {
  let waitsFor: 'request' | 'hello' | 'nothing' = 'request';
  let held: Buffer = Buffer.alloc(0);
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      held = Buffer.concat([held, chunk]);
      const head = held.indexOf('\r\n\r\n') + 4;
      if (waitsFor === 'request' && head >= 4) {
        waitsFor = held.subarray(0, head).includes('GET /sync') ? 'hello' : 'nothing';
        this.push(held.subarray(0, head));
        held = held.subarray(head);
      }
      const wanted = version();
      if (wanted === undefined) waitsFor = 'nothing';
      if (waitsFor === 'hello' && wanted !== undefined && replaceVersion(held, wanted)) waitsFor = 'nothing';
      if (waitsFor !== 'nothing') return done();
      const bytes = held;
      held = Buffer.alloc(0);
      done(null, bytes);
    },
  });
}

/** In the first frame, a masked one (RFC 6455 §5.2). False while it is not all there. */
function replaceVersion(frame: Buffer, version: number): boolean {
  const size = (frame[1] ?? 0) & 0x7f;
  const mask = size < 126 ? 2 : size === 126 ? 4 : 10;
  const payload = mask + 4;
  if (frame.length < payload + 2) return false;
  // hello := 0 • version • …
  frame[payload + 1] = version ^ frame[mask + 1]!;
  return true;
}
