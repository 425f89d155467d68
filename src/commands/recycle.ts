import type { RecordId } from '#core/kit/ids.ts';
import { SYSTEM_KEYS, type RecordType } from '#core/record/row.ts';

import type { Result } from '#core/kit/result.ts';
import type { CommandError, Done } from '#data-worker/port.ts';
import type { Session } from './command.ts';
import { findRows } from './find-rows.ts';
import { writeMany } from './write.ts';

/** To the recycle bin, in packs of 512 as `writeMany` does (B36). Those that are there already keep their time of deletion. */
export async function putInBin(
  session: Session,
  type: RecordType,
  ids: readonly RecordId[],
): Promise<Result<Done, CommandError>> {
  const { context } = session;
  const rows = findRows(context, type, ids);
  if (!rows.ok) return rows;
  const changes = { [SYSTEM_KEYS.deletedAt]: context.now(), [SYSTEM_KEYS.deletedBy]: context.user };
  const live = rows.value.filter((row) => row.values[SYSTEM_KEYS.deletedAt] === undefined);
  return writeMany(
    session,
    live.map(({ id }) => ({ id, changes })),
  );
}

/** Out of the recycle bin (B36). Those that are not in it are left as they are. */
export async function takeFromBin(
  session: Session,
  type: RecordType,
  ids: readonly RecordId[],
): Promise<Result<Done, CommandError>> {
  const rows = findRows(session.context, type, ids);
  if (!rows.ok) return rows;
  const changes = { [SYSTEM_KEYS.deletedAt]: null, [SYSTEM_KEYS.deletedBy]: null };
  const binned = rows.value.filter((row) => row.values[SYSTEM_KEYS.deletedAt] !== undefined);
  return writeMany(
    session,
    binned.map(({ id }) => ({ id, changes })),
  );
}
