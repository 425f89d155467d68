import { describe, expect, it } from 'vitest';
import { BUILT_IN_ROLES, RECORD_RIGHTS, type RecordRight, type RoleDef } from '#core/access/role.ts';
import { newId } from '#core/kit/ids.ts';
import type { Changes } from '#core/record/row.ts';
import { foldRecord } from '#crdt/fold.ts';
import { createRecord, editRecord } from '#crdt/record.ts';
import { createTallies, standingOf } from './standing.ts';
import { mayChange } from './rights.ts';

const [older, younger] = [newId('contact', 1000), newId('contact', 2000)];
const stamp = (n: number) => ({ hlc: n * 65_536, clientId: 5 });
const made = createRecord({ name: 'Hoa', ownerId: 'user_1' }, stamp(10));
const merged = editRecord(younger, made, { mergedInto: older }, stamp(20)).state;

describe('a contact that was merged into another', () => {
  it('stays where it is and in the checksum (V7), and is not counted', () => {
    const [before, after] = [standingOf(younger, made), standingOf(younger, merged)];
    expect(after.partition).toBe(before.partition);
    expect([before.live, after.live]).toEqual([true, false]);
    const tallies = createTallies();
    tallies.move(before, after);
    expect(tallies.all.get(after.partition)).toEqual({
      records: 0,
      live: -1,
      sum: after.fingerprint - before.fingerprint,
    });
  });

  it('counts like any other where the register points to a younger one, which means nothing', () => {
    const wrong = editRecord(older, made, { mergedInto: younger }, stamp(20)).state;
    expect(standingOf(older, wrong).live).toBe(true);
  });

  it('was merged by somebody who may edit it and sees it (P4)', () => {
    const asks = (rights: readonly RecordRight[], sees: boolean) => {
      const role: RoleDef = {
        ...BUILT_IN_ROLES[0]!,
        id: 'r',
        types: { contact: { visible: { preset: 'all' }, rights } },
      };
      const person = { id: 'user_2', role, departments: [] };
      const view = { sees: () => sees, all: sees };
      const stood = (state: Uint8Array) => ({ state, standing: standingOf(younger, state) });
      return mayChange(person, view, younger, stood(made), stood(merged));
    };
    expect([asks(['edit'], true), asks(['delete'], true), asks(['edit'], false)]).toEqual([true, false, false]);
  });
});

describe('a converted lead (C26)', () => {
  const id = newId('lead', 3000);
  const write = (state: Uint8Array, changes: Changes, n: number) => editRecord(id, state, changes, stamp(n)).state;
  const open = createRecord({ name: 'Hạnh', status: 'qualified', ownerId: 'user_1' }, stamp(10));
  const to = (contact: string | null) => ({ convertedContactId: contact, convertedCompanyId: null });
  const converted = write(open, to(older), 20);

  const mayTurn = (before: Uint8Array, after: Uint8Array, rights: readonly RecordRight[] = RECORD_RIGHTS) => {
    const role: RoleDef = {
      ...BUILT_IN_ROLES[0]!,
      id: 'r',
      types: { lead: { visible: { preset: 'all' }, rights } },
    };
    const person = { id: 'user_2', role, departments: [] };
    const stood = (state: Uint8Array) => ({ state, standing: standingOf(id, state) });
    return mayChange(person, { sees: () => true, all: true }, id, stood(before), stood(after));
  };

  it('is shown as such; its status of before is there when the conversion is undone', () => {
    expect(foldRecord(id, converted).values).toMatchObject({ status: 'converted', convertedContactId: older });
    // somebody who knew nothing of it set the status later
    expect(foldRecord(id, write(converted, { status: 'contacting' }, 30)).values.status).toBe('converted');
    expect(foldRecord(id, write(converted, to(null), 30)).values.status).toBe('qualified');
    // said by hand it means nothing
    expect(foldRecord(id, write(open, { status: 'converted' }, 30)).values.status).toBeUndefined();
  });

  it('is not edited, by nobody; it may name another contact, be undone, and go to the bin and back', () => {
    expect(mayTurn(open, write(open, { name: 'Hạnh Đỗ' }, 30))).toBe(true);
    expect(mayTurn(open, converted)).toBe(true);
    expect(mayTurn(converted, write(converted, { name: 'Khác' }, 30))).toBe(false);
    expect(mayTurn(converted, write(converted, { 'text:description': 'Khác' }, 30))).toBe(false);
    expect(mayTurn(converted, write(converted, { name: 'Khác', ...to(younger) }, 30))).toBe(false);
    expect(mayTurn(converted, write(converted, to(younger), 30))).toBe(true);
    expect(mayTurn(converted, write(converted, to(null), 30))).toBe(true);
    const binned = write(converted, { deletedAt: 5, deletedBy: 'user_2' }, 30);
    expect([mayTurn(converted, binned), mayTurn(binned, write(binned, { deletedAt: null }, 40))]).toEqual([true, true]);
  });

  it('is converted by those who may edit leads, deleted by those who may delete them', () => {
    expect([mayTurn(open, converted, ['edit']), mayTurn(open, converted, ['delete', 'create'])]).toEqual([true, false]);
    const binned = write(converted, { deletedAt: 5 }, 30);
    expect([mayTurn(converted, binned, ['delete']), mayTurn(converted, binned, ['edit'])]).toEqual([true, false]);
  });
});
