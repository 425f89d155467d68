import { rightsOf } from '#core/access/mine.ts';
import type { RecordRight } from '#core/access/role.ts';
import { mergedInto } from '#core/contact/merged.ts';
import type { RecordId } from '#core/kit/ids.ts';
import type { Json } from '#core/kit/json.ts';
import { ok, type Result } from '#core/kit/result.ts';
import { CONVERTED_COMPANY, CONVERTED_CONTACT } from '#core/lead/lead.ts';
import { COMPANY_KEY, SYSTEM_KEYS, type RecordType, type Row } from '#core/record/row.ts';
import type { CommandError, Commands } from '#data-worker/port.ts';
import * as v from 'valibot';
import { forbidden, formValues, invalid, notFound, recordId, type Command, type Session } from '../command.ts';
import { supplementOf } from '../contact/supplement.ts';
import type { Write } from '../context.ts';
import { findEditable, findRow } from '../find-rows.ts';
import { newRecord } from '../save-form.ts';
import { write } from '../write.ts';

type Input = Commands['lead.convert']['input'];

/**
 * Makes a contact of a lead, and a company where a new one is wanted, or gives the lead to a contact that is there (C25,
 * C26): one operation, one undo. The lead names both from then on, which is what makes it read-only.
 */
export const convertLead: Command<'lead.convert'> = {
  input: v.strictObject({
    id: recordId,
    contact: v.strictObject({ id: v.optional(recordId), values: formValues }),
    company: v.optional(v.strictObject({ values: formValues })),
  }),
  type: 'lead',
  rights: () => ['edit'],
  async run(session, input) {
    const { context } = session;
    const lead = findEditable(context, 'lead', input.id);
    if (!lead.ok) return lead;
    if (isDeleted(lead.value)) return notFound;

    const made = input.contact.id === undefined ? newContact(session, input) : presentContact(session, input);
    if (!made.ok) return made;
    const { contactId, companyId, writes } = made.value;
    // both, so that of two conversions made offline the later one wins as a whole
    const changes = { [CONVERTED_CONTACT]: contactId, [CONVERTED_COMPANY]: companyId ?? null };
    const done = await write(session, [...writes, { id: input.id, changes }]);
    return done.ok ? ok({ ...done.value, contactId }) : done;
  },
};

interface Made {
  readonly contactId: RecordId;
  readonly companyId: RecordId | undefined;
  readonly writes: readonly Write[];
}

const isDeleted = ({ values }: Row): boolean => values[SYSTEM_KEYS.deletedAt] !== undefined;
const idIn = (value: Json | undefined): RecordId | undefined => (typeof value === 'string' ? value : undefined);

function newContact(session: Session, { contact, company }: Input): Result<Made, CommandError> {
  if (!may(session, 'contact', 'create')) return forbidden;
  const { values } = contact;
  const its = company ? newCompany(session, company.values, values) : undefined;
  if (its?.ok === false) return its;
  const companyId = its?.value.id ?? idIn(values[COMPANY_KEY]);
  const made = newRecord(session.context, 'contact', {
    ...values,
    ...(companyId !== undefined && { [COMPANY_KEY]: companyId }),
    source: values.source ?? 'system',
  });
  if (!made.ok) return made;
  return ok({ contactId: made.value.id, companyId, writes: [...(its ? [its.value] : []), made.value] });
}

/** A contact that has a company keeps it, and none is made. */
function presentContact(session: Session, { contact, company }: Input): Result<Made, CommandError> {
  const found = findRow(session.context, 'contact', contact.id!);
  if (!found.ok) return found;
  const row = found.value;
  if (isDeleted(row) || mergedInto(row.id, row.values) !== undefined) return notFound;
  const own = idIn(row.values[COMPANY_KEY]);
  const its = company && own === undefined ? newCompany(session, company.values, row.values) : undefined;
  if (its?.ok === false) return its;
  const added = supplementOf(session.context, row, {
    ...contact.values,
    ...(its && { [COMPANY_KEY]: its.value.id }),
  });
  if (!added.ok) return added;
  if (Object.keys(added.value).length > 0 && !may(session, 'contact', 'edit')) return forbidden;
  return ok({
    contactId: row.id,
    companyId: own ?? its?.value.id ?? idIn(added.value[COMPANY_KEY]),
    writes: [...(its ? [its.value] : []), { id: row.id, changes: added.value }],
  });
}

/** It is whose the contact is, unless it says otherwise. What is wrong with it is told as `company.<field>`. */
function newCompany(
  session: Session,
  values: Input['contact']['values'],
  contact: Readonly<Record<string, Json>>,
): Result<Write, CommandError> {
  if (!may(session, 'company', 'create')) return forbidden;
  const { ownerId = null, departmentId = null } = contact;
  const made = newRecord(session.context, 'company', { ownerId, departmentId, ...values });
  return made.ok ? made : invalid(made.error.fields.map(({ field, error }) => ({ field: `company.${field}`, error })));
}

const may = ({ context }: Session, type: RecordType, right: RecordRight): boolean =>
  rightsOf(context.workspace, context.user, type).has(right);
