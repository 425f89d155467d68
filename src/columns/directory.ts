import { fold } from '#core/contact/fold.ts';
import { normalizePhone } from '#core/contact/phones.ts';
import type { Json } from '#core/kit/json.ts';
import type { Directory } from '#core/record/field.ts';
import type { Row } from '#core/record/row.ts';
import type { Department, Member } from '#core/record/workspace-data.ts';

/** Names of members and departments, and of companies by way of `companyName`. The first of equal names is found. */
export function createDirectory(
  members: readonly Member[],
  departments: readonly Department[],
  companyName: (id: string) => string | undefined,
): Directory {
  const memberNames = new Map(members.map(({ id, name }) => [id, name]));
  const departmentNames = new Map(departments.map(({ id, name }) => [id, name]));
  // active members first: a name of somebody who left is only theirs where nobody else has it
  const found = [...members].sort((a, b) => Number(b.active) - Number(a.active));
  const membersByName = new Map([...found].reverse().map(({ id, name }) => [fold(name).trim(), id]));
  const departmentsByName = new Map([...departments].reverse().map(({ id, name }) => [fold(name).trim(), id]));
  return {
    memberName: (id) => memberNames.get(id),
    departmentName: (id) => departmentNames.get(id),
    companyName,
    memberByName: (name) => membersByName.get(fold(name).trim()),
    departmentByName: (name) => departmentsByName.get(fold(name).trim()),
  };
}

/** A member as an internal contact (A2). */
export function memberRow(member: Member): Row {
  const values: Record<string, Json> = { name: member.name, email: member.email, role: member.role };
  if (member.title !== undefined && member.title !== '') values['title'] = member.title;
  if (member.departmentId !== undefined) values['departmentId'] = member.departmentId;
  if (member.phone !== undefined && member.phone.trim() !== '') {
    const phone = normalizePhone(member.phone);
    values['phones'] = [{ id: 'phone', value: phone.ok ? phone.value.value : member.phone.trim() }];
  }
  return { id: member.id, values, updatedAt: member.joinedAt };
}
