import fc from 'fast-check';
import * as encoding from 'lib0/encoding';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  decodeClientMessage,
  decodePack,
  decodeRelayMessage,
  encodeClientMessage,
  encodePack,
  encodeRelayMessage,
} from './codec.ts';
import { CLOSE, LIMITS, REJECT_REASONS, type ChangeResult, type ClientMessage, type RelayMessage } from './messages.ts';

const page = readFileSync(new URL('./PROTOCOL.md', import.meta.url), 'utf8');

const uint = fc.oneof(fc.nat(300), fc.maxSafeNat());
const text = fc.string({ unit: 'grapheme', maxLength: 40 });
const bytes = fc.uint8Array({ maxLength: 200 });
const cursor = fc.record({ incarnation: text, seq: uint });
const stored = fc.record({ id: text, seq: uint, state: bytes });
const result: fc.Arbitrary<ChangeResult> = fc.oneof(
  fc.record({ kind: fc.constant('ok' as const) }),
  fc.record({ kind: fc.constant('adjusted' as const), state: bytes }),
  fc.record(
    { kind: fc.constant('rejected' as const), reason: fc.constantFrom(...REJECT_REASONS), state: bytes },
    { requiredKeys: ['kind', 'reason'] },
  ),
);
const clientMessage: fc.Arbitrary<ClientMessage> = fc.oneof(
  fc.record({
    type: fc.constant('hello' as const),
    version: uint.map((n) => Math.max(2, n)),
    build: text,
    device: text,
    cursor,
    touched: fc.array(text),
    complete: fc.array(text),
  }),
  fc.record({ type: fc.constant('push' as const), n: uint, changes: fc.array(fc.record({ id: text, update: bytes })) }),
  fc.record({ type: fc.constant('got' as const), seq: uint }),
  fc.record({ type: fc.constant('want' as const), ids: fc.array(text) }),
);
const relayMessage: fc.Arbitrary<RelayMessage> = fc.oneof(
  fc.record({
    type: fc.constant('welcome' as const),
    version: uint,
    workspace: text,
    user: text,
    now: uint,
    head: cursor,
    lastN: uint,
    coming: uint,
    reset: fc.boolean(),
  }),
  fc.record({ type: fc.constant('page' as const), seq: uint, count: uint, deflated: fc.boolean(), pack: bytes }),
  fc.record({
    type: fc.constant('changes' as const),
    records: fc.array(stored),
    seq: uint,
    drops: fc.array(text),
  }),
  fc.record({ type: fc.constant('groups' as const), dropped: fc.array(text), complete: fc.array(text) }),
  fc.record({
    type: fc.constant('keep-only' as const),
    records: fc.array(fc.record({ id: text, digest: uint })),
  }),
  fc.record({
    type: fc.constant('caught-up' as const),
    seq: uint,
    sums: fc.array(fc.record({ key: text, count: uint, sum: uint })),
  }),
  fc.record({ type: fc.constant('ack' as const), n: uint, seq: uint, results: fc.array(result) }),
);

describe('round trip', () => {
  it('what a device writes, the relay reads', () => {
    fc.assert(
      fc.property(clientMessage, (m) => {
        expect(decodeClientMessage(encodeClientMessage(m))).toEqual({ ok: true, value: m });
      }),
    );
  });
  it('what the relay writes, a device reads', () => {
    fc.assert(
      fc.property(relayMessage, (m) => {
        expect(decodeRelayMessage(encodeRelayMessage(m))).toEqual({ ok: true, value: m });
      }),
    );
  });
  it('packs', () => {
    fc.assert(
      fc.property(fc.array(stored), (r) => {
        expect(decodePack(encodePack(r))).toEqual({ ok: true, value: r });
      }),
    );
  });
  it('ignores what a later version adds at the end', () => {
    fc.assert(
      fc.property(clientMessage, bytes, (m, more) => {
        expect(decodeClientMessage(new Uint8Array([...encodeClientMessage(m), ...more]))).toEqual({
          ok: true,
          value: m,
        });
      }),
    );
  });
});

describe('hostile bytes', () => {
  const decoders = [decodeClientMessage, decodeRelayMessage, decodePack];
  const SLOWEST_MS = 50;

  /** Never throws; and answers in time: the least of three runs, so that a busy machine fails nobody. */
  function answers(input: Uint8Array): void {
    for (const decoder of decoders) {
      let least = Infinity;
      for (let run = 0; run < 3 && least > SLOWEST_MS; run++) {
        const start = performance.now();
        const decoded = decoder(input);
        least = Math.min(least, performance.now() - start);
        if (!decoded.ok) expect(['malformed', 'unknown-type']).toContain(decoded.error.type);
      }
      expect(least).toBeLessThan(SLOWEST_MS);
    }
  }

  it('random bytes are answered, never thrown at', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 500 }), answers), { numRuns: 2000 });
  });

  it('a message with bytes changed, cut or doubled is answered', () => {
    const frame = fc.oneof(clientMessage.map(encodeClientMessage), relayMessage.map(encodeRelayMessage));
    const damaged = fc
      .tuple(frame, fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 4 }), fc.nat())
      .map(([f, hits, cut]) => {
        const copy = Uint8Array.from(f);
        for (const [at, value] of hits) copy[at % copy.length] = value;
        return cut % 3 === 0 ? copy.subarray(0, cut % (copy.length + 1)) : copy;
      });
    fc.assert(fc.property(damaged, answers), { numRuns: 2000 });
  });

  it('every message cut short is malformed, never taken for a shorter one', () => {
    fc.assert(
      fc.property(clientMessage, fc.nat(), (m, n) => {
        const frame = encodeClientMessage(m);
        expect(decodeClientMessage(frame.subarray(0, n % frame.length))).toEqual({
          ok: false,
          error: { type: 'malformed' },
        });
      }),
    );
  });

  it('reads nothing beyond its own bytes in a larger buffer', () => {
    const frame = encodeClientMessage({ type: 'push', n: 1, changes: [{ id: 'x', update: new Uint8Array(20) }] });
    const shared = new Uint8Array(200).fill(65);
    shared.set(frame, 50);
    for (let length = 0; length < frame.length; length++) {
      expect(decodeClientMessage(shared.subarray(50, 50 + length)).ok).toBe(false);
    }
    expect(decodeClientMessage(shared.subarray(50, 50 + frame.length)).ok).toBe(true);
  });

  it('an integer padded until it is no number is malformed', () => {
    const padded = new Uint8Array(400).fill(0x80);
    padded[0] = 2;
    padded[399] = 0;
    expect(decodeClientMessage(padded)).toEqual({ ok: false, error: { type: 'malformed' } });
  });

  it('a largest frame of whatever costs most is answered in time', () => {
    const filled = (value: number, ...head: number[]) => {
      const frame = new Uint8Array(LIMITS.frameBytes).fill(value);
      frame.set(head);
      return frame;
    };
    for (const value of [0, 0x7f, 0x80, 0xff]) {
      for (const head of [[], [1, 1], [1, 1, 0x80, 0x04], [1, 1, 0xff, 0xff, 0xff, 0x01]]) {
        const start = performance.now();
        decodeClientMessage(filled(value, ...head));
        expect(performance.now() - start).toBeLessThan(SLOWEST_MS * 4); // one run of 4 MB, on a busy machine
      }
    }
  });

  it('a push of more changes than allowed is refused before they are read', () => {
    const change = { id: '', update: new Uint8Array() };
    const push = (count: number) =>
      encodeClientMessage({ type: 'push', n: 1, changes: Array.from({ length: count }, () => change) });
    expect(decodeClientMessage(push(LIMITS.pushChanges)).ok).toBe(true);
    expect(decodeClientMessage(push(LIMITS.pushChanges + 1))).toEqual({ ok: false, error: { type: 'malformed' } });
  });

  it('names a type it does not know', () => {
    expect(decodeClientMessage(new Uint8Array([4]))).toEqual({ ok: false, error: { type: 'unknown-type', code: 4 } });
    expect(decodeRelayMessage(new Uint8Array([7]))).toEqual({ ok: false, error: { type: 'unknown-type', code: 7 } });
  });
});

/** Rules of the grammar block in PROTOCOL.md: name → right-hand side. */
function readGrammar(): Map<string, string> {
  const block = /```grammar\n([\s\S]*?)```/.exec(page)![1]!;
  return new Map(
    block
      .split('\n')
      .filter((line) => line.includes(':='))
      .map((line) => line.split(':=').map((side) => side.trim()) as [string, string]),
  );
}

/** Writes a value by the grammar alone. A choice is made by the value's `type` or `kind`. */
function writeByGrammar(
  grammar: Map<string, string>,
  rule: string,
  value: unknown,
  out = encoding.createEncoder(),
): encoding.Encoder {
  const wrapped = /^(many|optional)\((.+)\)$/.exec(rule);
  if (wrapped?.[1] === 'many') {
    const items = value as unknown[];
    encoding.writeVarUint(out, items.length);
    for (const item of items) writeByGrammar(grammar, wrapped[2]!, item, out);
  } else if (wrapped) {
    encoding.writeVarUint(out, value === undefined ? 0 : 1);
    if (value !== undefined) writeByGrammar(grammar, wrapped[2]!, value, out);
  } else if (rule === 'varUint') encoding.writeVarUint(out, value as number);
  else if (rule === 'flag') encoding.writeVarUint(out, value ? 1 : 0);
  else if (rule === 'varString') encoding.writeVarString(out, value as string);
  else if (rule === 'varBytes') encoding.writeVarUint8Array(out, value as Uint8Array);
  else if (rule === 'reason') encoding.writeVarUint(out, reasonsOf(grammar).indexOf(value as string));
  else {
    const right = grammar.get(rule);
    if (right === undefined) throw new Error(`no rule ${rule} in PROTOCOL.md`);
    if (right.includes(' | ')) {
      const { type, kind } = value as { type?: string; kind?: string };
      const choice = right.split(' | ').find((name) => name === (type ?? kind));
      if (!choice) throw new Error(`${rule} has no ${type ?? kind}`);
      return writeByGrammar(grammar, choice, value, out);
    }
    for (const part of right.split(' • ')) {
      const [name, kind] = part.split(':') as [string, string?];
      if (kind) writeByGrammar(grammar, kind, (value as Record<string, unknown>)[name], out);
      else if (/^\d+$/.test(name)) encoding.writeVarUint(out, Number(name));
      else writeByGrammar(grammar, name, value, out);
    }
  }
  return out;
}

const reasonsOf = (grammar: Map<string, string>) =>
  grammar
    .get('reason')!
    .split(' | ')
    .map((reason) => reason.split('='))
    .sort((a, b) => Number(a[1]) - Number(b[1]))
    .map(([name]) => name!);

describe('PROTOCOL.md says what the code does', () => {
  const grammar = readGrammar();
  const written = (rule: string, value: unknown) => encoding.toUint8Array(writeByGrammar(grammar, rule, value));

  it('messages of a device', () => {
    fc.assert(
      fc.property(clientMessage, (m) => {
        expect(written('clientMessage', m)).toEqual(encodeClientMessage(m));
      }),
    );
  });
  it('messages of the relay', () => {
    fc.assert(
      fc.property(relayMessage, (m) => {
        expect(written('relayMessage', m)).toEqual(encodeRelayMessage(m));
      }),
    );
  });
  it('packs', () => {
    fc.assert(
      fc.property(fc.array(stored), (r) => {
        expect(written('pack', r)).toEqual(encodePack(r));
      }),
    );
  });
  it('reasons of a rejection', () => {
    expect(reasonsOf(grammar)).toEqual([...REJECT_REASONS]);
  });
  it('reasons for closing', () => {
    const rows = [...page.matchAll(/^\|\s*(\d{4})\s*\|\s*([a-z-]+)\s*\|/gm)].map(([, code, reason]) => ({
      code: Number(code),
      reason,
    }));
    expect(rows).toEqual(Object.values(CLOSE));
  });
});
