import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '..', '..');
const INVARIANTS = Array.from({ length: 12 }, (_, i) => `I${i + 1}`);

/** Files that hold tests; the contract suites are run by files of their own. */
const TESTS = ['{src,plugins,sync-server}/**/*.test.ts', 'tests/**/*.{test,e2e}.ts', 'tests/contract/*.ts'];

/** The invariants a file's titles begin with: `test('I1 L4: …`. */
function shownBy(file: string): Set<string> {
  const source = readFileSync(join(ROOT, file), 'utf8');
  const titles = source.matchAll(/\(\s*['"`]((?:I\d+ )*I\d+)[ :,]/g);
  return new Set([...titles].flatMap((title) => title[1]!.split(' ')));
}

const doc = readFileSync(join(ROOT, 'docs', 'invariants.md'), 'utf8');
const rows = [...doc.matchAll(/^\| (I\d+) +\|(.*)$/gm)].map((row) => ({
  invariant: row[1]!,
  files: [...row[2]!.matchAll(/`([\w./-]+\.ts)`/g)].map((file) => file[1]!),
}));

describe('I1–I12 (sync.md §6)', () => {
  test.each(INVARIANTS)('%s is shown by a test that is named by it', (invariant) => {
    const files = globSync(TESTS, { cwd: ROOT, exclude: ['**/node_modules/**'] });
    expect(files.filter((file) => shownBy(file).has(invariant))).not.toEqual([]);
  });

  test('the table in docs/invariants.md has all of them, and its files hold what it says', () => {
    expect(rows.map((row) => row.invariant)).toEqual(INVARIANTS);
    for (const { invariant, files } of rows) {
      expect(files, invariant).not.toEqual([]);
      for (const file of files) expect([...shownBy(file)], `${invariant} in ${file}`).toContain(invariant);
    }
  });
});
