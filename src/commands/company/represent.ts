import { COMPANY_KEY, REPRESENTATIVE_KEY, SYSTEM_KEYS } from '#core/record/row.ts';
import * as v from 'valibot';
import { notFound, recordId, type Command } from '../command.ts';
import { findRow } from '../find-rows.ts';
import { differences } from '../keys.ts';
import { write } from '../write.ts';

/** Says which of its contacts a company's representative is, in place of whoever was it (E7); null = nobody. */
export const chooseRepresentative: Command<'company.represent'> = {
  input: v.strictObject({ id: recordId, contactId: v.nullable(recordId) }),
  type: 'company',
  rights: () => ['edit'],
  async run(session, { id, contactId }) {
    const { context } = session;
    const company = findRow(context, 'company', id);
    if (!company.ok) return company;
    if (contactId !== null) {
      const contact = findRow(context, 'contact', contactId);
      if (!contact.ok) return contact;
      const { values } = contact.value;
      if (values[COMPANY_KEY] !== id || values[SYSTEM_KEYS.deletedAt] !== undefined) return notFound;
    }
    return write(session, [{ id, changes: differences({ [REPRESENTATIVE_KEY]: contactId }, company.value) }]);
  },
};
