import type { RecordId } from '#core/kit/ids.ts';
import { stateDigest } from '#core/protocol/digest.ts';
import type { ManifestEntry } from '#core/protocol/messages.ts';
import type { Documents } from './documents.ts';

/**
 * Compares a part of the relay's manifest with what the device holds (V5). By the states themselves and not by their
 * places in the log: those say nothing between two incarnations, nor of a record that was edited here.
 */
export async function compareManifest(
  documents: Pick<Documents, 'read'>,
  entries: readonly ManifestEntry[],
): Promise<{ readonly same: RecordId[]; readonly other: RecordId[] }> {
  const local = await documents.read(entries.map(({ id }) => id));
  const same: RecordId[] = [];
  const other: RecordId[] = [];
  for (const { id, digest } of entries) {
    const held = local.get(id);
    (held && stateDigest(held.state) === digest ? same : other).push(id);
  }
  return { same, other };
}
