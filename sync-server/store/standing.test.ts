import { describe, expect, it } from 'vitest';
import { BUILT_IN_ROLES, type RecordRight, type RoleDef } from '#core/access/role.ts';
import { newId } from '#core/kit/ids.ts';
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
