import type { Json } from '#core/kit/json.ts';
import type { Item } from '#core/record/row.ts';
import { formatPhone } from '#core/contact/phones.ts';
import { t } from './texts.ts';

/** Items of a collection as a row holds them, the primary first. */
export const itemsOf = (value: Json | undefined): readonly Item[] =>
  Array.isArray(value) ? (value as readonly unknown[]).filter(isItem) : [];

/** A field that was of another type before may hold something else. */
const isItem = (value: unknown): value is Item => typeof (value as Item | null)?.id === 'string';

export const phonesOf = (values: Readonly<Record<string, Json>>): readonly Item[] => itemsOf(values.phones);
export const emailsOf = (values: Readonly<Record<string, Json>>): readonly Item[] => itemsOf(values.emails);

/** How a stored number is shown; what never parsed is shown as it was typed. */
export const phoneText = (item: Item): string => formatPhone(item.value) || item.raw || '';

/** Labels of items. Stored by these ids; other texts (imports, custom ones) are shown as they are. */
export const ITEM_LABELS = {
  phones: ['mobile', 'home', 'work', 'zalo'],
  emails: ['personal', 'work'],
} as const;

export function itemLabelText(label: string | undefined): string {
  switch (label) {
    case undefined:
    case '':
      return '';
    case 'mobile':
      return t('labelMobile');
    case 'home':
      return t('labelHome');
    case 'work':
      return t('labelWork');
    case 'personal':
      return t('labelPersonal');
    case 'zalo':
      return 'Zalo';
    default:
      return label;
  }
}

/** `tel:` and `sms:` take digits and a plus, nothing else of what somebody typed. */
export const dialable = (item: Item): string => item.value.replace(/[^\d+*#]/g, '');

/** The contact's own wish is the gate before every call (B38, C: "Không liên lạc qua ĐT"). */
export const mayCall = (values: Readonly<Record<string, Json>>): boolean => values.doNotCall !== true;
