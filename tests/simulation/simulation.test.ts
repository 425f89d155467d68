import { describe, expect, test } from 'vitest';
import { simulate } from './simulation.ts';

describe('seeded simulation: 3 replicas, 1 relay, cut, lost answers, frozen links, crashes, wrong clocks', () => {
  const seeds = Array.from({ length: 30 }, (_, i) => i + 1);
  test.each(seeds)('seed %i', { timeout: 60_000 }, async (seed) => {
    const report = await simulate({ seed, steps: 60 });
    expect(report.acknowledged).toBeGreaterThan(0);
  });

  test.each([101, 102, 103, 104])(
    'L5: the relay is restored from a backup, seed %i',
    { timeout: 60_000 },
    async (seed) => {
      const report = await simulate({ seed, steps: 120, restores: true });
      expect(report.acknowledged).toBeGreaterThan(0);
    },
  );
});
