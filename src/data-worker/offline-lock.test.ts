import { describe, expect, test } from 'vitest';
import type { AwayClock } from '#replica/away.ts';
import { createOfflineLock } from './offline-lock.ts';
import type { FromWorker } from './messages.ts';
import { createReadGate } from './read-gate.ts';

const DAY = 24 * 60 * 60 * 1000;

function setUp() {
  const world = { away: 0, setting: undefined as number | undefined, noted: undefined as number | undefined };
  const timers = new Set<() => void>();
  const moves: boolean[] = [];
  const away: AwayClock = {
    ms: () => world.away,
    days: () => world.noted,
    look(days = world.noted) {
      world.noted = days;
      return Promise.resolve();
    },
  };
  const lock = createOfflineLock({
    days: () => world.setting,
    defaultDays: 14,
    schedule(task) {
      timers.add(task);
      return () => void timers.delete(task);
    },
    onChange: () => moves.push(lock.isOpen()),
    onError: (error) => {
      throw error;
    },
  });
  const tick = () => [...timers].forEach((task) => task());
  return { lock, away, world, tick, moves, timers };
}

describe('offline lock (sync.md §5)', () => {
  test('shut until it is known how long the device was away, then open for the limit, and not a moment longer', () => {
    const { lock, away, world, tick, moves } = setUp();
    lock.starting();
    expect(lock.isOpen()).toBe(false);
    lock.opened(away);
    expect(lock.isOpen()).toBe(true);
    world.away = 14 * DAY;
    tick();
    expect(lock.isOpen()).toBe(true);
    world.away = 14 * DAY + 1;
    expect(lock.isOpen()).toBe(false); // asked in between two ticks
    tick();
    expect(lock.exceeded()).toBe(14);
    world.away = 0; // it synced
    lock.look();
    expect(moves).toEqual([true, false, true]);
  });

  test('by the workspace’s setting, also before the workspace is there; a longer one opens it', () => {
    const { lock, away, world } = setUp();
    world.noted = 3;
    world.away = 4 * DAY;
    lock.opened(away);
    expect(lock.exceeded()).toBe(3);
    world.setting = 30;
    lock.look();
    expect(lock.isOpen()).toBe(true);
    expect(world.noted).toBe(30);
  });

  test('no copy, no lock; nothing runs on after the end', () => {
    const { lock, away, world, timers } = setUp();
    world.away = 99 * DAY;
    lock.none();
    expect(lock.isOpen()).toBe(true);
    lock.opened(away);
    expect(lock.isOpen()).toBe(false);
    lock.stop();
    expect(timers.size).toBe(0);
  });
});

test('what a tab was shown is taken from it while locked, and the latest comes back', () => {
  let isOpen = true;
  const posted: FromWorker[] = [];
  const gate = createReadGate(
    () => isOpen,
    (message) => posted.push(message),
  );
  const query = { sources: ['contact'] as const, offset: 0, limit: 10 };
  const list = (total: number): Extract<FromWorker, { type: 'list' }> => ({
    type: 'list',
    sub: 1,
    result: { query, rows: [], total, groups: [{ source: 'contact', total }] },
  });
  gate.answer(list(5));
  gate.answer({ type: 'record', sub: 2, record: undefined });
  isOpen = false;
  posted.length = 0;
  gate.moved();
  expect(posted).toEqual([list(0), { type: 'record', sub: 2, record: undefined }]);
  gate.answer(list(6));
  gate.forget(2);
  expect(posted).toHaveLength(2);
  isOpen = true;
  gate.moved();
  expect(posted.slice(2)).toEqual([list(6)]);
});
