import type { Json } from '../../kit/json.ts';
import type { Result } from '../../kit/result.ts';
import type { Directory, FieldDef, FieldError, FieldType, FieldTypeId } from '../field.ts';
import { address } from './address.ts';
import { boolean, choice, choices } from './choices.ts';
import { date, dateTime } from './dates.ts';
import { emailsType, phonesType } from './items.ts';
import { money, number, rating } from './numbers.ts';
import { readAs, withEarlierTypes } from './read-as.ts';
import { company, department, member } from './references.ts';
import { longText, text, url } from './text.ts';

const LETTERS = '0123456789abcdefghijklmnopqrstuvwxyz';

/** A short random id for an item of one record's collection (36^8 of them; they need not be unique beyond it). */
function randomItemId(): string {
  let id = '';
  for (const byte of crypto.getRandomValues(new Uint8Array(8))) id += LETTERS[byte % 36];
  return id;
}

type Types = (id: FieldTypeId) => FieldType;

function presentTypes(newItemId: () => string): Types {
  const types: Readonly<Record<FieldTypeId, FieldType>> = {
    text, 'long-text': longText, url, number, money, rating, date, 'date-time': dateTime, boolean, choice, choices,
    member, department, company, phones: phonesType(newItemId), emails: emailsType(newItemId), address,
  }; // prettier-ignore
  return (id) => types[id];
}

/** The types of fields by id. `newItemId` names new phones and emails. */
export const createFieldTypes = (newItemId: () => string): Types => withEarlierTypes(presentTypes(newItemId));

const ours = presentTypes(randomItemId);

/** What a type of field can do. */
export const fieldType: Types = withEarlierTypes(ours);

/** A stored value as the field's type has it now; only a field whose type was changed can fail (B9). */
export const presentValue = (value: Json, field: FieldDef, directory: Directory): Result<Json, FieldError> =>
  readAs(value, field, directory, ours);
