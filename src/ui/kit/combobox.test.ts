import { describe, expect, it } from 'vitest';
import { createCombo, type ComboOption } from './combobox.svelte.ts';

const lan: ComboOption = { value: '1', label: 'Lan' };
const minh: ComboOption = { value: '2', label: 'Minh' };

describe('the lines of a combobox', () => {
  it('drops an answer that comes after a later question', async () => {
    const answers: ((options: ComboOption[]) => void)[] = [];
    const combo = createCombo({
      options: () => new Promise((resolve) => answers.push(resolve)),
      mayCreate: () => false,
    });
    const first = combo.ask('l');
    const second = combo.ask('la');
    answers[1]!([lan]);
    await second;
    answers[0]!([minh]);
    await first;
    expect(combo.lines).toEqual([{ kind: 'option', option: lan }]);
    expect(combo.busy).toBe(false);
  });
  it('offers to add a name that none has, whatever its case', async () => {
    const combo = createCombo({ options: () => [lan], mayCreate: () => true });
    await combo.ask('lan');
    expect(combo.lines).toHaveLength(1);
    await combo.ask(' Lân ');
    expect(combo.lines.at(-1)).toEqual({ kind: 'create', name: 'Lân' });
  });
  it('begins at the chosen one and goes round the ends', async () => {
    const combo = createCombo({ options: () => [lan, minh], mayCreate: () => false });
    await combo.ask('', '2');
    expect(combo.active).toBe(1);
    combo.move(1);
    expect(combo.active).toBe(0);
    combo.move(-1);
    expect(combo.active).toBe(1);
  });
  it('says when the options could not be had, and recovers', async () => {
    let broken = true;
    const combo = createCombo({
      options: () => (broken ? Promise.reject(new Error('worker gone')) : [lan]),
      mayCreate: () => false,
    });
    await combo.ask('l');
    expect(combo.failed).toBe(true);
    broken = false;
    await combo.ask('la');
    expect([combo.failed, combo.lines.length]).toEqual([false, 1]);
  });
});
