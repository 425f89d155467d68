import { RECORD_TYPES, type RecordType } from '#core/record/row.ts';
import type { Need } from '#plugin-api';
import { t } from './plugin-texts.ts';

/** What a plugin says it touches, in words. */
export function needText(need: Need): string {
  if (need === 'records:read') return t('needRead');
  if (need === 'files') return t('needFiles');
  if (need === 'notify') return t('needNotify');
  if (need === 'clipboard') return t('needClipboard');
  if (need.startsWith('net:')) return t('needNet', { host: need.slice(4) });
  const type = need.slice('records:write:'.length);
  return t('needWrite', { type: RECORD_TYPES.some((known) => known === type) ? t(type as RecordType) : type });
}
