import * as fc from 'fast-check';
import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';
import { describe, expect, test } from 'vitest';
import { ByteReader, UnreadableBytes } from './byte-reader.ts';
import { ByteWriter } from './byte-writer.ts';

const text = fc.string({ unit: 'binary', maxLength: 200 });
// the reader refuses the key __proto__, which lib0 takes
const json = fc
  .jsonValue({ maxDepth: 4, stringUnit: 'binary' })
  .filter((value) => !JSON.stringify(value).includes('__proto__'));
const uint = fc.oneof(
  fc.nat(),
  fc.maxSafeNat(),
  fc.constantFrom(0, 127, 128, 2 ** 31, 2 ** 32, Number.MAX_SAFE_INTEGER),
);

/** The same calls on our writer and on lib0's. */
function both(write: (out: Pick<ByteWriter, 'varUint' | 'varString' | 'varBytes' | 'any' | 'byte'>) => void) {
  const ours = new ByteWriter(1);
  write(ours);
  const out = encoding.createEncoder();
  write({
    byte: (value) => encoding.writeUint8(out, value),
    varUint: (value) => encoding.writeVarUint(out, value),
    varString: (value) => encoding.writeVarString(out, value),
    varBytes: (value) => encoding.writeVarUint8Array(out, value),
    any: (value) => encoding.writeAny(out, value as encoding.AnyEncodable),
  });
  return { ours: ours.take(), lib0: encoding.toUint8Array(out) };
}

describe('bytes', () => {
  test('the writer writes what lib0 writes', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(uint, text, json, fc.uint8Array())), (items) => {
        const { ours, lib0 } = both((out) => {
          for (const [number, string, value, bytes] of items) {
            out.varUint(number);
            out.varString(string);
            out.any(value);
            out.varBytes(bytes);
            out.byte(7);
          }
        });
        expect(ours).toEqual(lib0);
      }),
      { numRuns: 500 },
    );
  });

  test('numbers of every kind, and half a surrogate pair', () => {
    for (const value of [0, -0, 1, -1, 63, 64, -64, 2 ** 31 - 1, -(2 ** 31), 2 ** 31, 0.5, 0.1, 1e300, -1e-300]) {
      const { ours, lib0 } = both((out) => out.any(value));
      expect(ours).toEqual(lib0);
    }
    for (const value of ['\ud83d', 'a\ude00b', 'x'.repeat(127), 'ă'.repeat(64), 'ẵ'.repeat(6000)]) {
      const { ours, lib0 } = both((out) => out.varString(value));
      expect(ours).toEqual(lib0);
    }
  });

  test('the reader reads what lib0 reads', () => {
    fc.assert(
      fc.property(uint, text, json, fc.uint8Array(), (number, string, value, bytes) => {
        const { lib0 } = both((out) => {
          out.varUint(number);
          out.varString(string);
          out.any(value);
          out.varBytes(bytes);
        });
        const input = decoding.createDecoder(lib0);
        const reader = new ByteReader(lib0);
        expect(reader.varUint()).toBe(decoding.readVarUint(input));
        expect(reader.varString()).toBe(decoding.readVarString(input));
        expect(reader.any(0)).toEqual(decoding.readAny(input));
        expect(reader.varBytes()).toEqual(decoding.readVarUint8Array(input));
        expect(reader.atEnd()).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  test('text: random bytes are read exactly as a strict decoder reads them, else refused', () => {
    const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
    const pieces = fc.array(
      fc.oneof(
        fc.uint8Array({ maxLength: 4 }),
        fc.string({ unit: 'binary', maxLength: 4 }).map((s) => new TextEncoder().encode(s)),
        fc.constantFrom(
          new Uint8Array([0xed, 0xa0, 0x80]),
          new Uint8Array([0xc0, 0x80]),
          new Uint8Array([0xe0, 0x80, 0x80]),
        ),
      ),
      { maxLength: 8 },
    );
    fc.assert(
      fc.property(pieces, (parts) => {
        const bytes = Uint8Array.from(parts.flatMap((part) => [...part]));
        const framed = new ByteWriter();
        framed.varBytes(bytes);
        const read = () => new ByteReader(framed.take()).varString();
        let expected: string | undefined;
        try {
          expected = strict.decode(bytes);
        } catch {
          expected = undefined;
        }
        if (expected === undefined) expect(read).toThrow(UnreadableBytes);
        else expect(read()).toBe(expected);
      }),
      { numRuns: 2000 },
    );
  });

  test('the key __proto__ is refused', () => {
    const { lib0 } = both((out) => out.any(JSON.parse('{"__proto__":1}')));
    expect(() => new ByteReader(lib0).any(0)).toThrow(UnreadableBytes);
  });

  test('a text that ends inside a character is refused, also where more bytes follow', () => {
    expect(() => new ByteReader(new Uint8Array([1, 0xc3, 0xa9])).varString()).toThrow(UnreadableBytes);
    expect(() => new ByteReader(new Uint8Array([2, 0xe1, 0xba, 0xb5])).varString()).toThrow(UnreadableBytes);
  });
});
