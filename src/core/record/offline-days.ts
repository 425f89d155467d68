import type { Json } from '../kit/json.ts';

/** The workspace setting that says for how many days a device opens its copy without having synced (sync.md §5). */
export const OFFLINE_DAYS = 'offline.days';
/** What administrators can choose from. */
export const OFFLINE_DAYS_CHOICES = [1, 3, 7, 14, 30, 60, 90] as const;
const DEFAULT_DAYS = 14;

/** Days by the workspace's settings; whatever is no sensible number counts as not set. */
export function offlineDays(settings: Readonly<Record<string, Json>>): number {
  const days = settings[OFFLINE_DAYS];
  return typeof days === 'number' && Number.isInteger(days) && days >= 1 && days <= 365 ? days : DEFAULT_DAYS;
}
