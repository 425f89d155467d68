import type { MatchKind } from '#core/contact/duplicates.ts';
import { formatPhone } from '#core/contact/phones.ts';
import { t } from './duplicate-texts.ts';

/** What two contacts share, in words. */
export const reasonText = ({ kind, value }: { readonly kind: MatchKind; readonly value: string }): string =>
  t(`same.${kind}`, { value: kind === 'phone' ? formatPhone(value) : value });
