import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Json } from '#core/kit/json.ts';
import { OWN_FIELD_TYPES } from '#core/record/check-field-edit.ts';
import { presentValue } from '#core/record/field-types/field-types.ts';
import type { FieldDef, FieldTypeId } from '#core/record/field.ts';
import { ADA, createMemoryContext, WORKSPACE, type MemoryContext } from '#tests/support/memory-context.ts';
import { createCommands, type CommandRunner } from './run.ts';

/** B9: a field of the workspace's own whose type changes while records hold values of it. */
const ID = 'custom.f0ld';
const choices = [{ id: 'c1', title: 'Vàng' }, { id: 'c2', title: 'Bạc' }]; // prettier-ignore
const SAMPLES: Readonly<Record<(typeof OWN_FIELD_TYPES)[number], Json>> = {
  text: 'một', 'long-text': 'một\nhai', number: 1234.5, money: 5000, date: '2026-02-01', 'date-time': Date.UTC(2026, 1, 1),
  boolean: true, choice: 'c1', choices: ['c1', 'c2'], phones: [{ id: 'a', value: '+84912345678' }],
  emails: [{ id: 'a', value: 'a@b.vn' }], url: 'https://x.vn', member: ADA, rating: 4, address: { street: '1 Lê Lợi', province: '46' },
}; // prettier-ignore

let context: MemoryContext;
let commands: CommandRunner;
let was: Set<FieldTypeId>;
let field: FieldDef;

beforeEach(() => {
  context = createMemoryContext();
  commands = createCommands(context);
  was = new Set();
});
function become(type: FieldTypeId): void {
  if (field && field.type !== type) was.add(field.type);
  const earlier = [...was].filter((one) => one !== type);
  field = {
    id: ID, entity: 'contact', type, title: 'F', order: 90, group: 'details', choices, ...(earlier.length > 0 && { was: earlier }),
  }; // prettier-ignore
  context.workspace = { ...WORKSPACE, fields: [field] };
}
const VALUES = { name: 'An', phones: ['0912345678'], departmentId: 'sales', ownerId: ADA };
async function make(): Promise<string> {
  const made = await commands.run('contact.create', { values: VALUES });
  if (!made.ok) throw new Error(made.error.type);
  return made.value.ids[0]!;
}
async function set(id: string, value: Json): Promise<string> {
  const done = await commands.run('contact.edit', { id, values: { [ID]: value } });
  if (!done.ok) throw new Error(JSON.stringify(done.error));
  return done.value.undo;
}
const stored = (id: string): Json | undefined => context.row(id)!.values[ID];
/** What the record shows, items without their ids. */
function shown(id: string): unknown {
  const value = stored(id);
  if (value === undefined) return null;
  const read = presentValue(value, field, context.directory);
  return bare(read.ok ? read.value : value);
}
const bare = (value: unknown): unknown =>
  Array.isArray(value) ? value.map((one: unknown) => (one as { value?: string }).value ?? one) : value;

describe('B9: writing after a change of type', () => {
  it('takes the place of what was there, wherever the earlier type kept it, and can be undone', async () => {
    become('long-text');
    const id = await make();
    await set(id, 'dòng 1\ndòng 2');
    become('text');
    expect(shown(id)).toBe('dòng 1 dòng 2');
    const undo = await set(id, 'mới');
    expect(stored(id)).toBe('mới');
    await commands.run('undo', { token: undo });
    expect(stored(id)).toBe('dòng 1\ndòng 2');
    become('phones');
    await set(id, ['0987654321']);
    expect(shown(id)).toEqual(['+84987654321']);
    await set(id, null);
    expect(stored(id)).toBeUndefined();
  });

  it('whatever types it had and whatever was written under each: it shows what was written last', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.constantFrom(...OWN_FIELD_TYPES), fc.boolean()), { minLength: 1, maxLength: 8 }),
        async (steps) => {
          was = new Set();
          field = undefined as unknown as FieldDef;
          become(steps[0]![0]);
          const id = await make();
          for (const [type, empty] of steps) {
            become(type);
            const value = empty ? null : SAMPLES[type];
            await set(id, value);
            expect(shown(id)).toEqual(bare(value));
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('C18 C20: values that must go together', () => {
  const create = (more: Record<string, Json>) => commands.run('contact.create', { values: { ...VALUES, ...more } });
  const types = (result: Awaited<ReturnType<typeof create>>) =>
    result.ok
      ? []
      : result.error.type === 'invalid'
        ? result.error.fields.map((f) => `${f.field} ${f.error.type}`)
        : [result.error.type];

  it('support ends on or after the day it starts', async () => {
    expect(types(await create({ supportStart: '2026-02-02', supportEnd: '2026-02-01' }))).toEqual([
      'supportEnd end-before-start',
    ]);
    const made = await create({ supportStart: '2026-02-01', supportEnd: '2026-02-01' });
    if (!made.ok) throw new Error('not made');
    const [id] = made.value.ids;
    const edit = (values: Record<string, Json>) => commands.run('contact.edit', { id: id!, values });
    expect(types(await edit({ supportStart: '2026-03-01' }))).toEqual(['supportStart start-after-end']);
    expect(types(await edit({ supportEnd: null }))).toEqual([]);
    expect(types(await edit({ supportStart: '2026-03-01' }))).toEqual([]);
  });

  it('the portal needs an email address, and keeps one', async () => {
    expect(types(await create({ portalAllowed: true }))).toEqual(['portalAllowed email-needed']);
    const made = await create({ portalAllowed: true, emails: ['a@b.vn'] });
    if (!made.ok) throw new Error('not made');
    const [id] = made.value.ids;
    expect(types(await commands.run('contact.edit', { id: id!, values: { emails: [] } }))).toEqual([
      'emails portal-needs-email',
    ]);
    expect(types(await commands.run('contact.edit', { id: id!, values: { title: 'Kế toán' } }))).toEqual([]);
  });
});
