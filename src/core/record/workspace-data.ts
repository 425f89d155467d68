import type { Json } from '../kit/json.ts';
import type { FieldDef } from './field.ts';

/** Rights in the skeleton: an admin may change settings and invite; a member works with the records. */
export type Role = 'admin' | 'member';

/** A user of the workspace, projected read-only as an internal contact (A2). Written by the relay alone. */
export interface Member {
  /** The account's id. */
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly role: Role;
  readonly departmentId?: string;
  readonly phone?: string;
  readonly title?: string;
  readonly active: boolean;
  /** ms since 1970. */
  readonly joinedAt: number;
}

export interface Department {
  readonly id: string;
  readonly name: string;
}

/** What the workspace document says, as plain data: the form in which it crosses the worker port. */
export interface WorkspaceData {
  readonly name: string;
  readonly members: readonly Member[];
  readonly departments: readonly Department[];
  /** The workspace's own fields and the plugins' fields that are enabled; default fields are in `fields.ts`. */
  readonly fields: readonly FieldDef[];
  /** Plugin id → enabled; absent means the plugin's own default (enabled). */
  readonly plugins: Readonly<Record<string, boolean>>;
  readonly settings: Readonly<Record<string, Json>>;
}
