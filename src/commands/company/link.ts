import { COMPANY_KEY, SYSTEM_KEYS } from '#core/record/row.ts';
import * as v from 'valibot';
import { notFound, recordId, recordIds, type Command } from '../command.ts';
import { findRow, findRows } from '../find-rows.ts';
import { differences } from '../keys.ts';
import { writeMany } from '../write.ts';

/**
 * Makes contacts belong to a company (E5), those of another company too. What they were at the other one goes with that
 * link. More than one needs the `bulk` right.
 */
export const linkContacts: Command<'company.link'> = {
  input: v.strictObject({ id: recordId, contactIds: recordIds }),
  rights: ({ contactIds }) => (contactIds.length > 1 ? ['edit', 'bulk'] : ['edit']),
  async run(session, { id, contactIds }) {
    const { context } = session;
    const company = findRow(context, 'company', id);
    if (!company.ok) return company;
    if (company.value.values[SYSTEM_KEYS.deletedAt] !== undefined) return notFound;
    const rows = findRows(context, 'contact', contactIds);
    if (!rows.ok) return rows;
    const coming = rows.value.filter(
      ({ values }) => values[SYSTEM_KEYS.deletedAt] === undefined && values[COMPANY_KEY] !== id,
    );
    return writeMany(
      session,
      coming.map((row) => ({ id: row.id, changes: differences({ ...NO_LINK, [COMPANY_KEY]: id }, row) })),
    );
  },
};

/** Takes contacts off a company's list; nobody is deleted (E6). Those of another company by now stay there. */
export const unlinkContacts: Command<'company.unlink'> = {
  input: v.strictObject({ id: recordId, contactIds: recordIds }),
  rights: ({ contactIds }) => (contactIds.length > 1 ? ['edit', 'bulk'] : ['edit']),
  async run(session, { id, contactIds }) {
    const rows = findRows(session.context, 'contact', contactIds);
    if (!rows.ok) return rows;
    const going = rows.value.filter(({ values }) => values[COMPANY_KEY] === id);
    return writeMany(
      session,
      going.map((row) => ({ id: row.id, changes: differences(NO_LINK, row) })),
    );
  },
};

/** The link and what is said about it: role and department of the person at the company (C2, E1). */
const NO_LINK = { [COMPANY_KEY]: null, roleAtCompany: null, deptAtCompany: null };
