import type { Text } from '#core/record/field.ts';

export type Locale = 'vi' | 'en';

/** The UI's language, for the whole tab. Vietnamese unless the person chose otherwise on this device. */
class LocaleState {
  current = $state<Locale>('vi');
}
export const locale = new LocaleState();

/** A text of a field, plugin or point in the language of the UI. */
export const textOf = (text: Text): string => (typeof text === 'string' ? text : text[locale.current]);

type Params = Readonly<Record<string, string | number>>;
type Entry = { readonly vi: string; readonly en: string };

/**
 * A catalogue of one area of the UI; every key has both languages, by type. `{name}` is replaced by a parameter;
 * numbers are written as the language writes them ("1.284" / "1,284").
 * English plurals: `{n|contact|contacts}` chooses by `n`; Vietnamese has none.
 */
export function defineTexts<const C extends Readonly<Record<string, Entry>>>(catalogue: C) {
  return (key: keyof C & string, params: Params = {}): string => format(catalogue[key]![locale.current], params);
}

/** Made once: a formatter costs as much as drawing a row. */
const numbers = { vi: new Intl.NumberFormat('vi'), en: new Intl.NumberFormat('en') };
const dateTime = (tag: string) =>
  new Intl.DateTimeFormat(tag, { dateStyle: 'short', timeStyle: 'short', timeZone: 'Asia/Ho_Chi_Minh' });
const dateTimes = { vi: dateTime('vi-VN'), en: dateTime('en-GB') };

/** A whole number as the UI's language writes it. */
export const formatNumber = (n: number): string => numbers[locale.current].format(n);

/** Day and time in Asia/Ho_Chi_Minh, as the UI's language writes them. `ms` since 1970. */
export const formatDateTime = (ms: number): string => dateTimes[locale.current].format(ms);

function format(template: string, params: Params): string {
  return template.replace(/\{(\w+)(?:\|([^|}]*)\|([^}]*))?\}/g, (whole, name: string, one?: string, many?: string) => {
    const value = params[name];
    if (value === undefined) return whole;
    if (one !== undefined && many !== undefined) return value === 1 ? one : many;
    return typeof value === 'number' ? formatNumber(value) : value;
  });
}
