import type { Json } from '../kit/json.ts';

/** Key of the workspace's setting for "Sửa liên hệ" on phones (A6, conflict 4). */
export const MOBILE_EDIT = 'mobileEditFields';

export interface MobileEdit {
  /** Ids of the fields of the short form, in order. */
  readonly fields: readonly string[];
  /** Whether the short form leads to the full one ("Sửa đầy đủ"). */
  readonly full: boolean;
}

const DEFAULT: MobileEdit = { fields: ['companyId', 'name', 'title'], full: true };

/** The setting as it counts; anything else than one is the default: company, name, title, and the way to the rest. */
export function mobileEdit(settings: Readonly<Record<string, Json>>): MobileEdit {
  const set = settings[MOBILE_EDIT] as Partial<Record<keyof MobileEdit, Json>> | null | undefined;
  if (typeof set !== 'object' || set === null || !Array.isArray(set.fields)) return DEFAULT;
  const fields = (set.fields as readonly Json[]).filter((id) => typeof id === 'string');
  return { fields: fields.length > 0 ? fields : DEFAULT.fields, full: set.full !== false };
}
