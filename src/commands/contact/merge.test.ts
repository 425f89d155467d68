import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { areDistinct } from '#core/contact/duplicates.ts';
import { mergedInto, mergesOf, standsFor } from '#core/contact/merged.ts';
import type { RecordId } from '#core/kit/ids.ts';
import type { Json } from '#core/kit/json.ts';
import type { Item, Values } from '#core/record/row.ts';
import { canonicalState, mergeRecord } from '#crdt/record.ts';
import type { Commands, Done, FormValues } from '#data-worker/port.ts';
import { ADA, createMemoryContext, type MemoryContext } from '#tests/support/memory-context.ts';
import { createCommands, type CommandRunner } from '../run.ts';

interface Device {
  readonly context: MemoryContext;
  readonly commands: CommandRunner;
}
function device(clientId: number): Device {
  const context = createMemoryContext(clientId);
  return { context, commands: createCommands(context) };
}
async function done<C extends keyof Commands>(
  { commands }: Device,
  name: C,
  input: Commands[C]['input'],
): Promise<Commands[C]['output']> {
  const result = await commands.run(name, input);
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
}
async function make(on: Device, values: FormValues): Promise<RecordId> {
  on.context.time += 1000;
  const base = { phones: ['0912 345 678'], departmentId: 'sales', ownerId: ADA };
  return (await done(on, 'contact.create', { values: { ...base, ...values } })).ids[0]!;
}
const values = ({ context }: Device, id: RecordId): Values => context.row(id)!.values;
const list = (on: Device, id: RecordId, field = 'phones') =>
  ((values(on, id)[field] ?? []) as unknown as readonly Item[]).map((item) => item.value);
const merge = (on: Device, a: RecordId, b: RecordId, take: string[] = []): Promise<Done> =>
  done(on, 'contact.merge', { ids: [a, b], take });
const unmerge = (on: Device, id: RecordId, from: RecordId) => done(on, 'contact.unmerge', { id, from });
/** All a contact says but the bookkeeping of merges. */
const said = (on: Device, id: RecordId) => ({ ...values(on, id), merges: undefined, mergedInto: undefined });

/** What the relay does between two devices that are online again. */
function exchange(a: Device, b: Device): void {
  for (const id of new Set([...a.context.states.keys(), ...b.context.states.keys()])) {
    const [one, other] = [a.context.states.get(id), b.context.states.get(id)];
    const both = one && other ? mergeRecord(id, one, other) : (one ?? other)!;
    a.context.states.set(id, both);
    b.context.states.set(id, one && other ? mergeRecord(id, other, one) : both);
    expect(canonicalState(id, a.context.states.get(id)!)).toBe(canonicalState(id, b.context.states.get(id)!));
  }
}

describe('contact.merge (D15)', () => {
  it('keeps the older one with the numbers of both and the values that were chosen, in one transaction', async () => {
    const on = device(1);
    const old = await make(on, { name: 'Lê Thị Hoa', title: 'Kế toán', emails: ['hoa@example.vn'] });
    const young = await make(on, {
      name: 'Lê Hoa',
      phones: ['+84912345678', '0987 654 321'],
      title: 'Kế toán trưởng',
      description: 'Gọi buổi sáng',
    });
    const commits = on.context.commits.length;
    await merge(on, young, old, ['title', 'description']);
    expect(on.context.commits.slice(commits)).toEqual([2]);
    expect(values(on, old)).toMatchObject({
      name: 'Lê Thị Hoa',
      title: 'Kế toán trưởng',
      description: 'Gọi buổi sáng',
    });
    expect(list(on, old)).toEqual(['+84912345678', '+84987654321']);
    expect(mergedInto(young, values(on, young))).toBe(old);
    expect(values(on, young)).toMatchObject({ name: 'Lê Hoa', title: 'Kế toán trưởng' });
  });

  it('merges nothing with itself, nor what is merged or deleted', async () => {
    const on = device(1);
    const [a, b, c] = [await make(on, { name: 'A' }), await make(on, { name: 'B' }), await make(on, { name: 'C' })];
    await done(on, 'contact.delete', { ids: [c] });
    const run = (ids: readonly [string, string]) => on.commands.run('contact.merge', { ids, take: ['title'] });
    for (const ids of [
      [a, a],
      [a, c],
      [b, 'contact_none'],
    ] as const)
      expect((await run(ids)).ok).toBe(false);
    expect((await run([a, b])).ok).toBe(true);
    expect((await run([a, b])).ok).toBe(false);
  });

  it('is undone by its token as well, and done again', async () => {
    const on = device(1);
    const a = await make(on, { name: 'A', title: 'x' });
    const b = await make(on, { name: 'B', title: 'y', phones: ['0987 654 321'] });
    const before = [structuredClone(values(on, a)), structuredClone(values(on, b))];
    const merged = await merge(on, a, b, ['title']);
    const undone = await done(on, 'undo', { token: merged.undo });
    expect([values(on, a), values(on, b)]).toEqual(before);
    await done(on, 'undo', { token: undone.undo });
    expect(values(on, a).title).toBe('y');
    expect(mergesOf(values(on, a))).toHaveLength(1);
  });
});

describe('contact.unmerge: at any time, on any device', () => {
  it('gives both back; what was edited since the merge stays', async () => {
    const [on, other] = [device(1), device(3)];
    const a = await make(on, { name: 'A', title: 'x', address: '1 Hàng Bài' });
    const b = await make(on, { name: 'B', title: 'y', address: '2 Hàng Bài', phones: ['0987 654 321'] });
    await merge(on, a, b, ['title', 'address']);
    exchange(on, other);
    other.context.time = on.context.time + 90 * 86_400_000;
    await done(other, 'contact.edit', { id: a, values: { title: 'Giám đốc' } });
    await unmerge(other, a, b);
    expect(values(other, a)).toMatchObject({ name: 'A', title: 'Giám đốc', address: { legacyText: '1 Hàng Bài' } });
    expect(list(other, a)).toEqual(['+84912345678']);
    expect(mergedInto(b, values(other, b))).toBeUndefined();
    expect(values(other, b)).toMatchObject({ name: 'B', title: 'y', address: { legacyText: '2 Hàng Bài' } });
    expect(mergesOf(values(other, a))).toEqual([]);
    exchange(on, other);
    expect((await on.commands.run('contact.unmerge', { id: a, from: b })).ok).toBe(false);
  });

  it('property: merges undone in any order leave everything as it was', async () => {
    const fields = ['title', 'address', 'description'] as const;
    const contact = fc.record({
      title: fc.constantFrom('x', 'y', ''),
      address: fc.constantFrom('p', 'q', ''),
      description: fc.constantFrom('', 'một', 'hai'),
      phone: fc.constantFrom('0912 345 671', '0912 345 672', '0912 345 673'),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.tuple(contact, contact, contact, contact),
        fc.array(fc.subarray([...fields]), { minLength: 3, maxLength: 3 }),
        fc.constantFrom([1, 2, 3], [3, 2, 1], [2, 1, 3], [2, 3, 1], [1, 3, 2], [3, 1, 2]),
        async (contacts, takes, order) => {
          const on = device(1);
          const ids: RecordId[] = [];
          for (const [i, { phone, ...rest }] of contacts.entries())
            ids.push(await make(on, { name: `N${i}`, phones: [phone], ...rest }));
          const before = ids.map((id) => structuredClone(said(on, id)));
          for (const i of [1, 2, 3]) {
            on.context.time += 1000;
            await merge(on, ids[0]!, ids[i]!, takes[i - 1]);
          }
          for (const i of order) {
            on.context.time += 1000;
            await unmerge(on, ids[0]!, ids[i]!);
            expect(said(on, ids[i]!)).toEqual(before[i]);
          }
          expect(said(on, ids[0]!)).toEqual(before[0]);
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('two people merge offline (P7)', () => {
  it('the same two, each wanting the other’s values: one stays with the numbers of both, and one undo gives both back', async () => {
    const [on, other] = [device(1), device(3)];
    const a = await make(on, { name: 'A', title: 'x' });
    const b = await make(on, { name: 'B', title: 'y', phones: ['0987 654 321'] });
    exchange(on, other);
    const before = [said(on, a), said(on, b)];
    other.context.time = on.context.time + 500;
    await merge(on, a, b);
    await merge(other, b, a, ['title', 'name']);
    exchange(on, other);
    expect(mergedInto(a, values(on, a))).toBeUndefined();
    expect(mergedInto(b, values(on, b))).toBe(a);
    expect(values(on, a)).toMatchObject({ name: 'B', title: 'y' });
    expect(list(on, a)).toEqual(['+84912345678', '+84987654321']);
    await unmerge(on, a, b);
    exchange(on, other);
    expect([said(other, a), said(other, b)]).toEqual(before);
  });

  it('property: whoever merges whom offline, replicas agree, everybody stands for somebody who is there, no number is lost', async () => {
    const step = fc.record({
      who: fc.constantFrom(0, 1),
      a: fc.nat(3),
      b: fc.nat(3),
      undo: fc.boolean(),
      take: fc.subarray(['title', 'name']),
      meet: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 2, maxLength: 10 }), async (steps) => {
        const devices = [device(1), device(3)] as const;
        const ids: RecordId[] = [];
        for (let i = 0; i < 4; i++)
          ids.push(await make(devices[0], { name: `N${i}`, title: `t${i}`, phones: [`0912 345 67${i}`] }));
        exchange(...devices);
        const phones = new Set(ids.flatMap((id) => list(devices[0], id)));
        for (const { who, a, b, undo, take, meet } of steps) {
          const on = devices[who];
          on.context.time = Math.max(...devices.map((d) => d.context.time)) + 1000;
          if (undo) await on.commands.run('contact.unmerge', { id: ids[a]!, from: ids[b]! });
          else await on.commands.run('contact.merge', { ids: [ids[a]!, ids[b]!], take });
          if (meet) exchange(...devices);
        }
        exchange(...devices);
        const valuesOf = (id: RecordId) => values(devices[0], id);
        const there = ids.filter((id) => standsFor(id, valuesOf) === id);
        expect(there.length).toBeGreaterThan(0);
        for (const id of ids) expect(there).toContain(standsFor(id, valuesOf));
        // in the records, the hidden ones included, every number is still there
        expect(new Set(ids.flatMap((id) => list(devices[0], id)))).toEqual(phones);
        for (const id of ids) {
          // whoever is hidden keeps its own number, so that an undo gives it back
          if (!there.includes(id)) expect(list(devices[0], id)).toContain(`+8491234567${ids.indexOf(id)}`);
        }
      }),
      { numRuns: 80 },
    );
  });
});

describe('contact.distinct, contact.supplement', () => {
  it('says it of each pair, once, and takes it back', async () => {
    const on = device(1);
    const ids = [await make(on, { name: 'A' }), await make(on, { name: 'B' }), await make(on, { name: 'C' })];
    const row = (i: number) => on.context.row(ids[i]!)!;
    const told = await done(on, 'contact.distinct', { ids: [ids[2]!, ids[0]!, ids[1]!] });
    expect([areDistinct(row(0), row(1)), areDistinct(row(0), row(2)), areDistinct(row(1), row(2))]).toEqual([
      true,
      true,
      true,
    ]);
    expect((await done(on, 'contact.distinct', { ids })).ids).toEqual([]);
    await done(on, 'undo', { token: told.undo });
    expect(areDistinct(row(0), row(1))).toBe(false);
  });

  it('fills what is empty, adds numbers and addresses, changes nothing that is there, and is undone at once', async () => {
    const on = device(1);
    const id = await make(on, { name: 'Trần Bình', title: 'Giám đốc' });
    const before = structuredClone(values(on, id));
    const typed: Record<string, Json> = {
      name: 'Bình',
      title: 'Trợ lý',
      address: '1 Hàng Bài',
      phones: ['0912.345.678', '0987 654 321'],
      emails: ['Binh@Example.VN'],
      ownerId: null,
      departmentId: 'care',
    };
    const added = await done(on, 'contact.supplement', { id, values: typed });
    expect(values(on, id)).toMatchObject({
      name: 'Trần Bình',
      title: 'Giám đốc',
      address: { legacyText: '1 Hàng Bài' },
      ownerId: ADA,
    });
    expect(values(on, id).departmentId).toBe('sales');
    expect(list(on, id)).toEqual(['+84912345678', '+84987654321']);
    expect(list(on, id, 'emails')).toEqual(['binh@example.vn']);
    await done(on, 'undo', { token: added.undo });
    expect(values(on, id)).toEqual(before);
  });
});
