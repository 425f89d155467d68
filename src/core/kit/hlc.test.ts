import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createHlcClock, HLC_EPOCH_MS, hlcFromMs, hlcToMs, HLC_MAX_AHEAD_MS, isHlc } from './hlc.ts';

describe('hybrid logical clock', () => {
  test('values strictly increase, whatever the wall clock does and whatever was received', () => {
    const tick = fc.oneof(
      fc.record({ jump: fc.integer({ min: -86_400_000, max: 86_400_000 }) }),
      fc.record({ received: fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }) }),
    );
    fc.assert(
      fc.property(fc.array(tick, { maxLength: 60 }), (ticks) => {
        let now = 1_750_000_000_000;
        const clock = createHlcClock(() => now);
        let last = clock.next();
        for (const t of ticks) {
          if ('jump' in t) now += t.jump;
          else clock.receive(t.received);
          const next = clock.next();
          expect(next).toBeGreaterThan(last);
          expect(isHlc(next)).toBe(true);
          last = next;
        }
      }),
    );
  });

  test('a value knows of those received before it', () => {
    const clock = createHlcClock(() => 1_750_000_000_000);
    const theirs = hlcFromMs(1_750_000_030_000);
    clock.receive(theirs);
    expect(clock.next()).toBeGreaterThan(theirs);
  });

  test('a value from far in the future is not believed', () => {
    const clock = createHlcClock(() => 1_750_000_000_000);
    clock.receive(hlcFromMs(1_750_000_000_000 + HLC_MAX_AHEAD_MS + 1000));
    expect(hlcToMs(clock.next())).toBe(1_750_000_000_000);
  });

  test('a device clock hours ahead or behind gives the relay time once it is known', () => {
    for (const error of [-7_200_000, 7_200_000]) {
      const clock = createHlcClock(() => 1_750_000_000_000 + error);
      clock.next();
      clock.setRelayTime(1_750_000_000_000);
      expect(Math.abs(hlcToMs(clock.next()) - 1_750_000_000_000)).toBeLessThanOrEqual(HLC_MAX_AHEAD_MS);
    }
  });

  test('survives 5,000 values in one millisecond', () => {
    const clock = createHlcClock(() => HLC_EPOCH_MS + 5);
    const values = Array.from({ length: 5000 }, () => clock.next());
    expect(new Set(values).size).toBe(5000);
  });

  test('wall-clock round trip', () => {
    fc.assert(
      fc.property(fc.integer({ min: HLC_EPOCH_MS, max: HLC_EPOCH_MS + 2_000_000_000_000 }), (ms) => {
        expect(hlcToMs(hlcFromMs(ms))).toBe(ms);
        expect(Number.isSafeInteger(hlcFromMs(ms))).toBe(true);
      }),
    );
  });
});
