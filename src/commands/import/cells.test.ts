import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CONTACT_FIELDS } from '#core/record/fields.ts';
import { fieldType } from '#core/record/field-types/field-types.ts';
import { createMemoryContext } from '#tests/support/memory-context.ts';
import { cellReader, isCleanLine, readPhones } from './cells.ts';

const { directory } = createMemoryContext();
const fieldOf = (id: string) => CONTACT_FIELDS.find((f) => f.id === id)!;
const chars = 'aZ09 #.@-đĐơƯễỆôŒſǅɏ×÷ß\u0300\u0301\t\n\u00a0\u200b\u00ad\u1e9e漢🙂'.split(/(?:)/u);

describe('cellReader', () => {
  it('gives for texts what the field type gives, short cut or not', () => {
    const text = fc.oneof(
      fc.array(fc.constantFrom(...chars)).map((c) => c.join('')),
      fc.string({ unit: 'grapheme' }),
    );
    fc.assert(
      fc.property(text, (cell) => {
        for (const id of ['name', 'address', 'description']) {
          const field = fieldOf(id);
          expect(cellReader(field, directory)(cell)).toEqual(fieldType(field.type).parse(cell, field, directory));
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('takes the short cut for every code unit only where the field type changes nothing', () => {
    const field = fieldOf('name');
    for (let code = 0; code < 0x10000; code++) {
      const cell = `a${String.fromCharCode(code)}b`;
      if (!isCleanLine(cell)) continue;
      expect(fieldType('text').check(cell, field)).toEqual({ ok: true, value: cell });
      expect(fieldType('long-text').check(cell, field)).toEqual({ ok: true, value: cell });
    }
    expect(isCleanLine('Nguyễn Thị Ánh, 12 Lê Lợi')).toBe(true);
  });

  it('names the errors of formulas', () => {
    for (const cell of ['#N/A', '#REF!', ' #DIV/0! ', '#VALUE!']) {
      expect(cellReader(fieldOf('address'), directory)(cell)).toEqual({
        ok: false,
        error: { type: 'value-invalid', input: cell },
      });
    }
    expect(cellReader(fieldOf('address'), directory)('#12 Lê Lợi')).toEqual({
      ok: true,
      value: { legacyText: '#12 Lê Lợi' },
    });
  });

  it('refuses what no field can hold', () => {
    for (const cell of [{}, [], new Date(NaN), Symbol.iterator]) expect(readPhones(cell).ok).toBe(false);
    expect(cellReader(fieldOf('ownerId'), directory)({})).toMatchObject({
      ok: false,
      error: { type: 'member-unknown' },
    });
  });
});
