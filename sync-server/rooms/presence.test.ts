import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { CLOSE } from '#core/protocol/messages.ts';
import { createPresence, PRESENCE_EVERY_MS, RENEW_MS, type Presence, type Present } from './presence.ts';
import type { AwarenessEntry } from './wire.ts';

const an: Present = { user: { id: 'an', name: 'An' } };
const binh: Present = { user: { id: 'binh', name: 'Bình' } };
let sent: AwarenessEntry[] = [];
let presence: Presence<Present>;
const state = (value: object) => JSON.stringify(value);
const entry = (clientId: number, clock: number, value: object): AwarenessEntry => ({
  clientId,
  clock,
  json: state(value),
});

beforeEach(() => {
  vi.useFakeTimers();
  sent = [];
  presence = createPresence({ now: () => Date.now(), send: (entries) => sent.push(...entries) });
});
afterEach(() => {
  presence.stop();
  vi.useRealTimers();
});

test('the session’s user is stamped over what the client says', () => {
  presence.receive(an, [entry(1, 1, { user: { id: 'binh', name: 'Giám đốc' }, viewing: 'x' })]);
  vi.advanceTimersByTime(1);
  expect(sent).toEqual([{ clientId: 1, clock: 1, json: state({ user: an.user, viewing: 'x' }) }]);
  expect(presence.entries()).toEqual(sent);
});

test('5 a second: the latest state goes out, those in between do not', () => {
  for (let i = 1; i <= 50; i++) {
    presence.receive(an, [entry(1, i, { i })]);
    vi.advanceTimersByTime(20);
  }
  vi.advanceTimersByTime(PRESENCE_EVERY_MS);
  expect(sent.length).toBeGreaterThanOrEqual(4);
  expect(sent.length).toBeLessThanOrEqual(6);
  expect(sent.at(-1)?.clock).toBe(50);
});

test('one entry per connection: a second client id is passed over', () => {
  presence.receive(an, [entry(1, 1, {}), entry(2, 1, {}), entry(3, 1, {})]);
  expect(presence.entries().map((one) => one.clientId)).toEqual([1]);
});

test('nobody touches another person’s entry; an older socket of the same person gives way', () => {
  presence.receive(an, [entry(1, 1, {})]);
  presence.receive(binh, [entry(1, 2, { forged: true }), { clientId: 1, clock: 9, json: 'null' }]);
  expect(presence.entries()).toEqual([{ clientId: 1, clock: 1, json: state({ user: an.user }) }]);

  const later: Present = { user: an.user };
  presence.receive(later, [entry(1, 2, { again: true })]);
  presence.leave(an); // the old socket ends at last: the entry is the new one's
  expect(presence.entries()).toEqual([{ clientId: 1, clock: 2, json: state({ again: true, user: an.user }) }]);
  presence.leave(later);
  expect(presence.entries()).toEqual([]);
  expect(sent.at(-1)).toEqual({ clientId: 1, clock: 2, json: 'null' });
});

test('only "still there": gathered, one frame for all', () => {
  const frames: number[] = [];
  presence.stop();
  presence = createPresence({ now: () => Date.now(), send: (entries) => frames.push(entries.length) });
  const people = Array.from({ length: 100 }, (_, i): Present => ({ user: { id: `p${i}`, name: '' } }));
  for (const [i, one] of people.entries()) presence.receive(one, [entry(i, 1, { i })]);
  vi.advanceTimersByTime(1000);
  expect(frames).toEqual([100]);
  for (const [i, one] of people.entries()) {
    presence.receive(one, [entry(i, 2, { i })]);
    vi.advanceTimersByTime(10);
  }
  vi.advanceTimersByTime(RENEW_MS);
  expect(frames).toEqual([100, 100]);
  expect(presence.entries()[0]?.clock).toBe(2);
  // a change is not held up by it
  presence.receive(people[0]!, [entry(0, 3, { i: 'elsewhere' })]);
  vi.advanceTimersByTime(PRESENCE_EVERY_MS);
  expect(frames).toEqual([100, 100, 1]);
});

test('many who move: frames are gathered, so that deliveries do not grow with the square', () => {
  const frames: number[] = [];
  presence.stop();
  presence = createPresence({ now: () => Date.now(), send: (entries) => frames.push(entries.length) });
  const people = Array.from({ length: 200 }, (_, i): Present => ({ user: { id: `p${i}`, name: '' } }));
  for (let second = 0; second < 6; second++) {
    if (second === 1) frames.length = 0; // all of them are here now
    for (const [i, one] of people.entries()) {
      presence.receive(one, [entry(i, second + 1, { second })]);
      vi.advanceTimersByTime(5);
    }
  }
  vi.advanceTimersByTime(1000);
  expect(frames.length).toBeLessThanOrEqual(5 * 6);
  const told = frames.reduce((a, b) => a + b);
  expect(told).toBeGreaterThanOrEqual(1000);
  expect(told).toBeLessThan(1200);
});

test('an older state does not come back', () => {
  presence.receive(an, [entry(1, 5, { now: true })]);
  presence.receive(an, [entry(1, 4, { before: true })]);
  expect(presence.entries()[0]?.clock).toBe(5);
});

test('a hundred frames a second are enough', () => {
  const answers = Array.from({ length: 101 }, (_, i) => presence.receive(an, [entry(1, i + 1, {})]));
  expect(answers.slice(0, 100)).toEqual(Array.from({ length: 100 }, () => undefined));
  expect(answers.at(-1)).toBe(CLOSE.tooMany);
  vi.advanceTimersByTime(1000);
  expect(presence.receive(an, [entry(1, 200, {})])).toBeUndefined();
});
