import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createDeadline, Overrun } from './deadline.ts';
import { createWriteQueue, type Waiting } from './write-queue.ts';

interface Write extends Waiting {
  readonly n: number;
}
let n = 0;
const write = (user: string, count = 1, bytes = 100 * count): Write => ({ user, bytes, count, n: ++n });
const users = (group: readonly Write[]) => group.map((one) => one.user);

function setUp() {
  const clock = { now: 0 };
  return { clock, queue: createWriteQueue<Write>(() => clock.now) };
}

describe('turns among writers (I9)', () => {
  test('alone, everything goes together as far as it fits, large or small', () => {
    const { queue } = setUp();
    for (let i = 0; i < 6; i++) queue.add(write('an', 500, 1024 * 1024));
    expect(queue.next()).toHaveLength(4);
    expect(queue.next()).toHaveLength(2);
    expect(queue.next()).toEqual([]);
    expect(queue.restMs()).toBeUndefined();
  });

  test('with others about, small ones share a transaction and a large one has its own, in turns', () => {
    const { queue } = setUp();
    for (let i = 0; i < 3; i++) queue.add(write('mallory', 500, 2_000_000));
    queue.add(write('an'));
    queue.add(write('binh'));
    queue.add(write('an'));
    expect(users(queue.next())).toEqual(['an', 'binh', 'an']);
    expect(users(queue.next())).toEqual(['mallory']);
    queue.add(write('binh'));
    expect(users(queue.next())).toEqual(['binh']);
    expect(users(queue.next())).toEqual(['mallory']);
  });

  test('who held the database for long rests for twice that time, and the others write meanwhile', () => {
    const { queue, clock } = setUp();
    queue.add(write('an'));
    queue.add(write('mallory'));
    const first = queue.next();
    expect(users(first)).toEqual(['an', 'mallory']);
    queue.took(first, [1, 300], 301);
    queue.add(write('mallory'));
    expect(queue.next()).toEqual([]);
    expect(queue.restMs()).toBe(600);
    queue.add(write('an'));
    expect(users(queue.next())).toEqual(['an']);
    clock.now += 600;
    queue.add(write('an'));
    expect(users(queue.next())).toEqual(['mallory']); // what took long goes apart
    expect(users(queue.next())).toEqual(['an']);
  });

  test('it is idle when nothing waits and nobody is about any more', () => {
    const { queue, clock } = setUp();
    expect(queue.isIdle()).toBe(true);
    queue.add(write('an'));
    clock.now += 60_000;
    expect(queue.isIdle()).toBe(false);
    queue.took(queue.next(), [1], 1);
    queue.add(write('an'));
    queue.took(queue.next(), [1], 1);
    expect(queue.isIdle()).toBe(false); // whoever rests is not forgotten
    clock.now += 5_001;
    expect(queue.isIdle()).toBe(true);
  });

  test('an engine that cannot tell them apart: the time is shared out by size', () => {
    const { queue } = setUp();
    queue.add(write('an'));
    queue.add(write('mallory', 60, 10));
    const group = queue.next();
    queue.took(group, [], 400);
    queue.add(write('mallory'));
    queue.add(write('an'));
    expect(users(queue.next())).toEqual(['an']);
    expect(queue.next()).toEqual([]);
  });

  test('whatever comes when: nothing is lost, nothing twice, and everybody’s writes keep their order', () => {
    const step = fc.oneof(
      fc.record({ user: fc.constantFrom('a', 'b', 'c'), count: fc.constantFrom(1, 10, 600) }),
      fc.record({ took: fc.integer({ min: 0, max: 900 }) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const { queue, clock } = setUp();
        const added: Write[] = [];
        const done: Write[] = [];
        const run = (ms: number) => {
          const group = queue.next();
          clock.now += ms;
          done.push(...group);
          queue.took(
            group,
            group.map(() => ms),
            ms,
          );
        };
        for (const one of steps) {
          if ('took' in one) run(one.took);
          else {
            const made = write(one.user, one.count);
            added.push(made);
            queue.add(made);
          }
        }
        for (let rest = queue.restMs(); rest !== undefined; rest = queue.restMs()) {
          clock.now += rest;
          run(1);
        }
        for (const user of ['a', 'b', 'c']) {
          const of = (list: readonly Write[]) => list.filter((one) => one.user === user).map((one) => one.n);
          expect(of(done)).toEqual(of(added));
        }
      }),
    );
  });
});

describe('deadline (P3)', () => {
  test('ends a loop in the middle, and all that comes after it once the time is used up', () => {
    const roomy = createDeadline({ eachMs: 50, totalMs: 60_000 });
    const forever = () => {
      for (;;);
    };
    expect(() => roomy.run(1e6, forever)).toThrow(Overrun);
    expect(roomy.run(1e6, () => 'quick')).toBe('quick');
    const used = createDeadline({ eachMs: 50, totalMs: 80 });
    expect(() => used.run(1e6, forever)).toThrow(Overrun);
    expect(() => used.run(1e6, forever)).toThrow(Overrun);
    expect(() => used.run(1, () => 'late')).toThrow(Overrun);
  });

  test('what the work throws comes through as it is', () => {
    const error = new RangeError('x');
    const deadline = createDeadline({ eachMs: 1000, totalMs: 1000 });
    expect(() =>
      deadline.run(1e6, () => {
        throw error;
      }),
    ).toThrow(error);
  });
});
