import { describe, expect, test } from 'vitest';
import { simulate } from './simulation.ts';

describe('seeded simulation: 3 replicas, 1 relay, cut, lost answers, frozen links, crashes, wrong clocks', () => {
  const seeds = Array.from({ length: 30 }, (_, i) => i + 1);
  test.each(seeds)('I1 I3 I10: seed %i', { timeout: 60_000 }, async (seed) => {
    const report = await simulate({ seed, steps: 60 });
    expect(report.acknowledged).toBeGreaterThan(0);
  });

  test.each([201, 202, 203, 204, 205, 206])(
    'L6, V5: the log is compacted under devices that are away, and the relay is restored, seed %i',
    { timeout: 60_000 },
    async (seed) => {
      const report = await simulate({ seed, steps: 100, compaction: true, restores: seed % 2 === 0 });
      expect(report.acknowledged).toBeGreaterThan(0);
      expect(report.faults['compactLog']).toBeGreaterThan(0);
    },
  );

  test.each([101, 102, 103, 104])(
    'I1 L5: the relay is restored from a backup, seed %i',
    { timeout: 60_000 },
    async (seed) => {
      const report = await simulate({ seed, steps: 120, restores: true });
      expect(report.acknowledged).toBeGreaterThan(0);
    },
  );
});
