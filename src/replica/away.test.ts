import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { AwayState } from './database.ts';
import { passed } from './away.ts';

const DAY = 24 * 60 * 60 * 1000;

test('it adds up from the last sync, over restarts, and begins anew with the next sync', () => {
  const synced = 1000 * DAY;
  let state = passed(undefined, synced, synced + 2 * DAY);
  expect(state.ms).toBe(2 * DAY);
  state = passed(state, synced, synced + 5 * DAY);
  expect(state.ms).toBe(5 * DAY);
  state = passed(state, synced + 6 * DAY, synced + 7 * DAY);
  expect(state.ms).toBe(DAY);
});

test('a clock that was ahead at the sync and was put right counts from then on', () => {
  const ahead = 2000 * DAY;
  let state = passed(undefined, ahead, 1000 * DAY);
  expect(state.ms).toBe(0);
  state = passed(state, ahead, 1003 * DAY);
  expect(state.ms).toBe(3 * DAY);
});

test('whatever the clock does, time away never shrinks and misses no step forward', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -100, max: 100 }), { maxLength: 40 }), (steps) => {
      let now = 10_000;
      let forward = 0;
      let state: AwayState = passed(undefined, now, now);
      for (const step of steps) {
        now += step;
        forward += Math.max(0, step);
        const next = passed(state, 10_000, now);
        expect(next.ms).toBeGreaterThanOrEqual(state.ms);
        expect(next.ms).toBe(forward);
        state = next;
      }
    }),
  );
});
