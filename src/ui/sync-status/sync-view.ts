import type { SyncStatus } from '#core/sync-status/sync-status.ts';
import { formatDateTime, formatNumber, locale } from '../locale.svelte.ts';
import { byteText } from '../shell/settings/byte-text.ts';
import { t } from './sync-texts.ts';

/** With less room than this the page warns; bytes. */
const LOW_BYTES = 1_000_000_000;
const DAY_MS = 24 * 60 * 60 * 1000;

/** What an administrator has to see at once, the worst first; none = all is well. */
export function problems({ storage, mismatches }: SyncStatus): { tone: 'danger' | 'warn'; text: string }[] {
  const found: { tone: 'danger' | 'warn'; text: string }[] = [];
  const { state, freeBytes } = storage;
  if (state === 'full') found.push({ tone: 'danger', text: t('full') });
  else if (state !== 'ok') found.push({ tone: 'danger', text: t('failing') });
  else if (freeBytes !== null && freeBytes < LOW_BYTES) {
    found.push({ tone: 'warn', text: t('low', { free: byteText(freeBytes, locale.current) }) });
  }
  if (mismatches > 0) found.push({ tone: 'warn', text: t('differs', { n: mismatches }) });
  return found;
}

export function facts(status: SyncStatus): (readonly [label: string, value: string])[] {
  const { devices, rooms, log, commits, waiting, mismatches, storage, relay } = status;
  const { connected: n, behind } = devices;
  return [
    [t('connected'), behind > 0 ? t('behind', { n, behind }) : t('devices', { n })],
    [t('rooms'), t('roomsOpen', { n: rooms.connected })],
    [t('entries'), formatNumber(log.entries)],
    [t('last'), log.lastAt === null ? t('never') : formatDateTime(log.lastAt)],
    [
      t('speed'),
      commits ? t('speedText', { median: durationText(commits.medianMs), slow: durationText(commits.slowMs) }) : '–',
    ],
    [t('waiting'), formatNumber(waiting)],
    [t('mismatches'), mismatches === 0 ? t('none') : t('times', { n: mismatches })],
    [t('room'), storage.freeBytes === null ? t('roomElsewhere') : byteText(storage.freeBytes, locale.current)],
    [t('relay'), t('relayText', { version: relay.version, time: formatDateTime(relay.startedAt) })],
  ];
}

/** From when the refused changes are counted: a relay forgets them when it stops. */
export const refusedSince = ({ relay }: SyncStatus, now: number): string =>
  now - relay.startedAt < DAY_MS ? t('sinceStart', { time: formatDateTime(relay.startedAt) }) : t('lastDay');

const REASONS = [
  'forbidden', 'too-large', 'gap', 'bad-content', 'malformed', 'bad-id', 'foreign-client-id', 'erased', 'out-of-order',
] as const; // prettier-ignore

/** A reason of a newer relay is shown as it is. */
export function reasonText(reason: string): string {
  const known = REASONS.find((one) => one === reason);
  return known ? t(`why.${known}`) : reason;
}

function durationText(ms: number): string {
  const [unit, value] = ms < 1000 ? (['millisecond', ms] as const) : (['second', ms / 1000] as const);
  return new Intl.NumberFormat(locale.current, { style: 'unit', unit, maximumSignificantDigits: 2 }).format(value);
}
