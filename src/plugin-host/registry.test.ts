import { describe, expect, it } from 'vitest';
import { command, type Contribution } from '#plugin-api';
import { createRegistry, readContributions } from './registry.ts';

const verb = (id: string, order?: number): Contribution =>
  command({
    id,
    title: id,
    at: ['list'],
    run: () => Promise.reject(new Error('unused')),
    ...(order !== undefined && { order }),
  });

const read = (plugin: string, contributions: readonly Contribution[]) =>
  readContributions(
    plugin,
    contributions,
    () => false,
    (where, message) => {
      throw new Error(`${where}: ${message}`);
    },
  );

describe('registry', () => {
  it('orders by (order, plugin id, id), whatever the order of adding', () => {
    const registry = createRegistry();
    registry.add(read('zeta', [verb('b'), verb('a'), verb('first', -1)]));
    registry.add(read('alpha', [verb('z'), verb('last', 5)]));
    expect(registry.list(command).map(({ key }) => key)).toEqual([
      'zeta.command@1.first',
      'alpha.command@1.z',
      'zeta.command@1.a',
      'zeta.command@1.b',
      'alpha.command@1.last',
    ]);
  });

  it('replaces lists and never changes the one a reader holds', () => {
    const registry = createRegistry();
    registry.add(read('a', [verb('one')]));
    const held = registry.list(command);
    registry.add(read('b', [verb('two')]));
    registry.remove(({ plugin }) => plugin === 'a');
    expect(held.map(({ key }) => key)).toEqual(['a.command@1.one']);
    expect(registry.list(command).map(({ key }) => key)).toEqual(['b.command@1.two']);
  });

  it('keeps the list of a point nobody touched', () => {
    const registry = createRegistry();
    registry.add(read('a', [verb('one')]));
    const held = registry.list(command);
    registry.remove(({ plugin }) => plugin === 'b');
    expect(registry.list(command)).toBe(held);
  });

  it('leaves out what is no contribution and says so', () => {
    const errors: string[] = [];
    const bad = [
      null,
      7,
      { point: 'command@1', spec: {} },
      { point: 'command', spec: { id: 'x' } },
      verb('good'),
      verb('good'),
    ];
    const entries = readContributions(
      'p',
      bad as unknown as Contribution[],
      () => false,
      (_, message) => errors.push(message),
    );
    expect(entries.map(({ id }) => id)).toEqual(['good']);
    expect(errors).toHaveLength(5);
    expect(errors.at(-1)).toBe('duplicate id: good');
  });
});
