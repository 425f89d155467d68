import type { Json } from '../kit/json.ts';
import type { Result } from '../kit/result.ts';
import type { RecordType } from './row.ts';

/** A text of the UI: plain, or one per locale. */
export type Text = string | { readonly vi: string; readonly en: string };

export const FIELD_TYPE_IDS = [
  'text', 'long-text', 'number', 'money', 'date', 'date-time', 'boolean', 'choice', 'choices',
  'phones', 'emails', 'url', 'member', 'department', 'company', 'rating', 'address',
] as const; // prettier-ignore
export type FieldTypeId = (typeof FIELD_TYPE_IDS)[number];

/** Part of a form: main facts first, the rest folded on phones. */
export const FIELD_GROUPS = ['main', 'details', 'more'] as const;
export type FieldGroup = (typeof FIELD_GROUPS)[number];

export interface FieldChoice {
  readonly id: string;
  readonly title: Text;
  /** Not offered any more; records that hold it still show it. */
  readonly off?: boolean;
}

/** One field of a record type: it is a form input, a list column, a filter and an import target at once. */
export interface FieldDef {
  /** Permanent; stored in documents. Plugin fields are `<plugin>.<field>`, the workspace's own `custom.<id>`. */
  readonly id: string;
  readonly entity: RecordType;
  readonly type: FieldTypeId;
  readonly title: Text;
  readonly required?: boolean;
  /** Position in forms and details; ties by id. */
  readonly order: number;
  readonly group: FieldGroup;
  /** Shown as a list column by default (D1). */
  readonly column?: boolean;
  readonly choices?: readonly FieldChoice[];
  /** Types it had before (B9): records may still hold values of those, see `readAs`. */
  readonly was?: readonly FieldTypeId[];
  /** Headings under which files bring it, besides both titles; compared without accents and case. */
  readonly synonyms?: readonly string[];
}

/** Names of what a value refers to, for showing, sorting and matching. */
export interface Directory {
  memberName(id: string): string | undefined;
  departmentName(id: string): string | undefined;
  companyName(id: string): string | undefined;
  /** The other way, for imports and filters; compared without accents and case. */
  memberByName(name: string): string | undefined;
  departmentByName(name: string): string | undefined;
}

export type FieldError =
  | { readonly type: 'required' }
  | { readonly type: 'too-long'; readonly max: number }
  | {
      readonly type:
        | 'phone-invalid'
        | 'email-invalid'
        | 'number-invalid'
        | 'date-invalid'
        | 'url-invalid'
        | 'choice-unknown'
        | 'member-unknown'
        | 'department-unknown'
        | 'value-invalid';
      readonly input: string;
    };

/**
 * What a type of field can do; everything that shows, checks, sorts, filters or imports a value asks here.
 * Values: text|url|choice|member|department|company → string; number|money|rating|date-time → number (date-time: ms
 * since 1970); date → 'YYYY-MM-DD'; boolean → true|false; choices → string[]; phones|emails → `Item[]`; address →
 * `Address`.
 */
export interface FieldType {
  readonly id: FieldTypeId;
  /** Checks a value that is to be written, trims and normalises it (NFC); `null` empties the field. */
  check(value: Json, field: FieldDef): Result<Json, FieldError>;
  /** Reads what a person typed or a file holds (cells are strings, numbers, booleans or Dates). '' → null. */
  parse(input: unknown, field: FieldDef, directory: Directory): Result<Json, FieldError>;
  /** Text of one value for a cell, a search or an export; '' for none. */
  toText(value: Json, field: FieldDef, directory: Directory, locale: 'vi' | 'en'): string;
  /** Value by which lists sort: numbers ascend, texts ascend by code unit; undefined sorts last. */
  sortKey(value: Json, field: FieldDef, directory: Directory): string | number | undefined;
}
