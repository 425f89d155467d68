import { expect, test } from 'vitest';
import { createAttempts } from './attempts.ts';

const key = (name: string, max = 2, windowMs = 1000) => ({ name, max, windowMs });

test('the fullest key decides, a window ends by itself, forgetting opens it', () => {
  let now = 0;
  const attempts = createAttempts(() => now);
  const keys = [key('a'), key('b', 3, 5000)];
  attempts.count(keys);
  attempts.count(keys);
  expect(attempts.waitMs(keys)).toBe(1000);
  expect(attempts.waitMs([key('b', 3, 5000)])).toBe(0);
  now = 999;
  expect(attempts.waitMs(keys)).toBe(1);
  now = 1000;
  expect(attempts.waitMs(keys)).toBe(0);
  attempts.count(keys);
  expect(attempts.waitMs(keys)).toBe(4000);
  attempts.forget([key('b')]);
  expect(attempts.waitMs(keys)).toBe(0);
});

test('a flood of names does not grow without end', () => {
  const attempts = createAttempts(() => 0);
  for (let i = 0; i < 120_000; i++) attempts.count([key(`name ${i}`, 1)]);
  expect(attempts.waitMs([key('name 0', 1)])).toBe(0); // the oldest were given up
  expect(attempts.waitMs([key('name 119999', 1)])).toBe(1000);
});
