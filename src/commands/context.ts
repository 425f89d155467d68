import type { Filter } from '#core/filter/filter.ts';
import type { RecordId } from '#core/kit/ids.ts';
import type { Result } from '#core/kit/result.ts';
import type { Directory, FieldDef } from '#core/record/field.ts';
import type { Changes, RecordType, Row } from '#core/record/row.ts';
import type { WorkspaceData } from '#core/record/workspace-data.ts';
import type { GuardAnswer, GuardIntent, Trouble } from '#data-worker/port.ts';

/** One record's part of a command. */
export interface Write {
  readonly id: RecordId;
  /** Keys as in row.ts: registers, items, texts. `null` empties. */
  readonly changes: Changes;
  /** The record does not exist yet. */
  readonly create?: true;
  /** What `changes` says, as Yjs updates of the document: typed together with others (see replica/edits.ts). */
  readonly typed?: { readonly received: readonly Uint8Array[]; readonly typed: readonly Uint8Array[] };
}

/** What a write replaced: the same keys with their values before (`null` where there was none). */
export interface Before {
  readonly id: RecordId;
  readonly changes: Changes;
  readonly created: boolean;
}

/** What a command may use; the data worker makes it. Commands know no document, table or socket. */
export interface CommandContext {
  readonly user: string;
  readonly workspace: WorkspaceData;
  readonly directory: Directory;
  /** Default, workspace and plugin fields of a type, in form order. */
  fields(type: RecordType): readonly FieldDef[];
  /** ms since 1970. */
  now(): number;
  newId(type: RecordType): RecordId;
  /** The record's row from the columns, deleted ones included. */
  row(id: RecordId): Row | undefined;
  /** Ids of all rows (deleted ones included) that match. */
  find(type: RecordType, filter: Filter): readonly RecordId[];
  /** A company of that name, compared without accents and case. */
  companyByName(name: string): RecordId | undefined;
  ask(intents: readonly GuardIntent[]): Promise<readonly GuardAnswer[]>;
  /** Writes all or nothing: documents and outbox in one strict transaction, then the columns. Resolves when durable. */
  commit(
    writes: readonly Write[],
  ): Promise<Result<readonly Before[], { readonly type: 'storage'; readonly trouble: Trouble }>>;
  /** The same for up to 512 new records at once, as one pack and one outbox row; no `Before` (undo goes by batch). */
  commitPack(writes: readonly Write[]): Promise<Result<void, { readonly type: 'storage'; readonly trouble: Trouble }>>;
}
