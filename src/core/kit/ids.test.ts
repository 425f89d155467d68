import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { deterministicId, idTimeMs, idType, isId, newId } from './ids.ts';

describe('TypeIDs', () => {
  test('the example of the specification encodes as published', () => {
    // 0188bac7-4afa-78aa-bc3b-bd1eef28d881 ↔ 01h2xcejqtf2nbrexx3vqjhp41 (TypeID specification, README)
    const uuid = '0188bac74afa78aabc3bbd1eef28d881';
    const bytes = Uint8Array.from(uuid.match(/../g)!, (hex) => parseInt(hex, 16));
    const time = parseInt(uuid.slice(0, 12), 16);
    expect(newId('user', time, () => bytes.slice(6))).toBe('user_01h2xcejqtf2nbrexx3vqjhp41');
  });

  test('carry their type and time, and sort by time', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 47 }), fc.integer({ min: 1, max: 2 ** 40 }), (ms, later) => {
        const id = newId('contact', ms);
        expect(isId(id, 'contact')).toBe(true);
        expect(idType(id)).toBe('contact');
        expect(idTimeMs(id)).toBe(ms);
        expect(newId('contact', ms + later) > id).toBe(true);
      }),
    );
  });

  test('refuse what is no id', () => {
    const good = newId('contact');
    for (const bad of [
      '',
      'contact_',
      'contact',
      good.toUpperCase(),
      `${good}0`,
      good.slice(1),
      'contact_81h2xcejqtf2nbrexx3vqjhp41',
      null,
      5,
    ]) {
      expect(bad === good.slice(1) ? isId(bad, 'contact') : isId(bad)).toBe(false);
    }
    expect(isId(good, 'company')).toBe(false);
    expect(idTimeMs('nonsense')).toBeNaN();
  });

  test('machines make one id of one event', async () => {
    const one = await deterministicId('call', 'line1/abc', 1_700_000_000_000);
    expect(await deterministicId('call', 'line1/abc', 1_700_000_000_000)).toBe(one);
    expect(await deterministicId('call', 'line1/abd', 1_700_000_000_000)).not.toBe(one);
    expect(isId(one, 'call')).toBe(true);
    expect(idTimeMs(one)).toBe(1_700_000_000_000);
  });
});
