import type { VisibilityPreset } from '../access/role.ts';
import type { FieldDef } from './field.ts';
import { COMPANY_FIELDS, CONTACT_FIELDS, LEAD_FIELDS } from './fields.ts';
import type { RecordType } from './row.ts';

/** What the whole app, the devices' columns and the relay know of one type of record (ADR 17). */
export interface RecordTypeDef {
  /** The default fields; the workspace's and the plugins' come on top (`form-fields.ts`). */
  readonly fields: readonly FieldDef[];
  /** Fields a search looks into; `names` = fields of ids, searched by the names behind them (B12). */
  readonly search: {
    readonly texts: readonly string[];
    readonly items: readonly string[];
    readonly phones: readonly string[];
    readonly names: readonly string[];
  };
  /** Orders of the list that are made ahead of the first question: field, newest or greatest first. */
  readonly orders: readonly (readonly [field: string, desc: boolean])[];
  /** What the built-in roles besides the administrator's see of it until somebody changes them. */
  readonly seen: VisibilityPreset;
  /** A role that was written before there was this type treats it as this other one. */
  readonly rightsOf?: RecordType;
}

export const RECORD_TYPE_DEFS: Readonly<Record<RecordType, RecordTypeDef>> = {
  contact: {
    fields: CONTACT_FIELDS,
    search: { texts: ['name'], items: ['emails'], phones: ['phones'], names: ['ownerId', 'companyId'] },
    orders: [
      ['createdAt', true],
      ['name', false],
      ['updatedAt', true],
      ['companyId', false],
      ['ownerId', false],
    ],
    seen: 'departments',
  },
  company: {
    fields: COMPANY_FIELDS,
    search: { texts: ['name', 'taxCode'], items: ['emails'], phones: ['phones'], names: ['ownerId'] },
    orders: [
      ['createdAt', true],
      ['name', false],
    ],
    seen: 'all',
  },
  lead: {
    fields: LEAD_FIELDS,
    search: { texts: ['name', 'companyName'], items: ['emails'], phones: ['phones'], names: ['ownerId'] },
    orders: [
      ['createdAt', true],
      ['name', false],
    ],
    seen: 'departments',
    rightsOf: 'contact',
  },
};
