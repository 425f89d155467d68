import { fold } from '../../contact/fold.ts';
import { viSortKey } from '../../contact/names.ts';
import { ok } from '../../kit/result.ts';
import type { FieldDef, FieldType, Text } from '../field.ts';
import { cleanLine, inputText, invalid } from './text.ts';

const textOf = (text: Text, locale: 'vi' | 'en'): string => (typeof text === 'string' ? text : text[locale]);

const choiceTitle = (field: FieldDef, id: string, locale: 'vi' | 'en'): string => {
  const found = field.choices?.find((choice) => choice.id === id);
  // a choice that was taken out of the settings still shows what was stored
  return found ? textOf(found.title, locale) : id;
};

/** A choice by id, or by its title in either language, without accents and case. */
function choiceOf(field: FieldDef, text: string): string | undefined {
  const choices = field.choices ?? [];
  const folded = fold(text);
  return (
    choices.find((choice) => choice.id === text) ??
    choices.find(
      (choice) => fold(textOf(choice.title, 'vi')) === folded || fold(textOf(choice.title, 'en')) === folded,
    ) ??
    choices.find((choice) => fold(choice.id) === folded)
  )?.id;
}

export const choice: FieldType = {
  id: 'choice',
  check(value, field) {
    if (value === null || value === '') return ok(null);
    if (typeof value !== 'string') return invalid('value-invalid', value);
    return field.choices?.some((c) => c.id === value) === true ? ok(value) : invalid('choice-unknown', value);
  },
  parse(input, field) {
    const text = inputText(input);
    if (text === undefined) return invalid('choice-unknown', input);
    const line = cleanLine(text);
    if (line === '') return ok(null);
    const found = choiceOf(field, line);
    return found === undefined ? invalid('choice-unknown', line) : ok(found);
  },
  toText: (value, field, _directory, locale) => (typeof value === 'string' ? choiceTitle(field, value, locale) : ''),
  sortKey: (value, field) =>
    typeof value === 'string' && value !== '' ? viSortKey(choiceTitle(field, value, 'vi')) : undefined,
};

/** Several choices, each once, in the order of the settings. */
export const choices: FieldType = {
  id: 'choices',
  check(value, field) {
    if (value === null) return ok(null);
    if (!Array.isArray(value)) return invalid('value-invalid', value);
    const unknown = value.find((id) => field.choices?.some((c) => c.id === id) !== true) as unknown;
    if (unknown !== undefined) return invalid('choice-unknown', unknown);
    const kept = (field.choices ?? []).map((c) => c.id).filter((id) => value.includes(id));
    return ok(kept.length === 0 ? null : kept);
  },
  parse(input, field) {
    if (Array.isArray(input)) return choices.check(input as string[], field);
    const text = inputText(input);
    if (text === undefined) return invalid('choice-unknown', input);
    const whole = choiceOf(field, cleanLine(text)); // a title may hold a comma
    if (whole !== undefined) return ok([whole]);
    const ids: string[] = [];
    for (const part of text.split(/[,;|\n]/)) {
      const line = cleanLine(part);
      if (line === '') continue;
      const found = choiceOf(field, line);
      if (found === undefined) return invalid('choice-unknown', line);
      ids.push(found);
    }
    return choices.check(ids, field);
  },
  toText: (value, field, _directory, locale) =>
    Array.isArray(value) ? value.map((id) => choiceTitle(field, String(id), locale)).join(', ') : '',
  sortKey: (value, field) =>
    Array.isArray(value) && value.length > 0
      ? viSortKey(value.map((id) => choiceTitle(field, String(id), 'vi')).join(', '))
      : undefined,
};

const YES = new Set(['co', 'x', 'true', '1', 'yes', 'y', 'dung', 'v', '✓', '✔', '☑', 'on', 'da', 'roi']);
const NO = new Set(['khong', 'false', '0', 'no', 'n', 'sai', '-', '☐', 'off', 'chua', 'ko', 'k']);

export const boolean: FieldType = {
  id: 'boolean',
  check: (value) => (value === null || typeof value === 'boolean' ? ok(value) : invalid('value-invalid', value)),
  parse(input) {
    if (typeof input === 'boolean') return ok(input);
    const text = inputText(input);
    if (text === undefined) return invalid('value-invalid', input);
    const folded = fold(cleanLine(text));
    if (folded === '') return ok(null);
    if (YES.has(folded)) return ok(true);
    return NO.has(folded) ? ok(false) : invalid('value-invalid', text);
  },
  toText(value, _field, _directory, locale) {
    if (typeof value !== 'boolean') return '';
    return locale === 'vi' ? (value ? 'Có' : 'Không') : value ? 'Yes' : 'No';
  },
  // absence is false, and sorts with it
  sortKey: (value) => (value === true ? 1 : 0),
};
