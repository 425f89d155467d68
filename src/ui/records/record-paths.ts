import type { RecordId } from '#core/kit/ids.ts';
import { recordType, type RecordType } from '#core/record/row.ts';

/** Where the list of a type stands; its create form, its bin and its records stand below it. */
export const LIST_PATHS: Readonly<Record<RecordType, string>> = {
  contact: '/contacts',
  company: '/companies',
  lead: '/leads',
};

/** The page of a record; colleagues, whose ids say no type, are shown among the contacts. */
export const recordPath = (id: RecordId): string => `${LIST_PATHS[recordType(id) ?? 'contact']}/${id}`;
