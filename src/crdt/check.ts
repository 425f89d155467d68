import { UnreadableBytes } from '#core/kit/byte-reader.ts';
import { err, ok, type Result } from '#core/kit/result.ts';
import { type Hlc } from '#core/kit/hlc.ts';
import { LIMITS, type RejectReason } from '#core/protocol/messages.ts';
import { FIELDS, isEntry, TEXT_PREFIX } from './entries.ts';
import { readUpdate, type ReadId, type ReadStruct, type ReadUpdate } from './update-reader.ts';

/** What the relay learns of an update before it lets Yjs touch it. */
export interface CheckedUpdate {
  /** Client ids with new structs. */
  readonly clientIds: readonly number[];
  readonly latestHlc: Hlc;
}

/**
 * P3, by bytes alone: V1, ≤ 256 kB, ≤ 8 client ids, ≤ 2,048 structs, shortest integers, JSON ≤ 32 deep, no gap against `base` (the
 * relay's state; absent for a new record), nothing but register entries in `fields` and text in `text:…`. An update that
 * passes makes Yjs do work in proportion to its size: gaps, which would be kept and tried again for ever, are refused.
 */
export function checkUpdate(
  update: Uint8Array,
  base: Uint8Array | undefined,
): Result<CheckedUpdate, { readonly type: RejectReason }> {
  if (update.length > LIMITS.updateBytes) return err({ type: 'too-large' });
  try {
    const read = readUpdate(update);
    const known = base ? readUpdate(base) : undefined;
    if (read.ends.size > LIMITS.clientIds || read.structs.length > LIMITS.structs) return err({ type: 'too-large' });
    if (hasGap(read, known)) return err({ type: 'gap' });
    const latestHlc = checkContent(read, known);
    return latestHlc === undefined ? err({ type: 'bad-content' }) : ok({ clientIds: [...read.ends.keys()], latestHlc });
  } catch (error) {
    if (error instanceof UnreadableBytes) return err({ type: 'malformed' });
    throw error;
  }
}

/** Does the update build on anything that is neither in it nor in the base? */
function hasGap(update: ReadUpdate, base: ReadUpdate | undefined): boolean {
  const endOf = (client: number) => Math.max(update.ends.get(client) ?? 0, base?.ends.get(client) ?? 0);
  const lacks = (id: ReadId | undefined) => id !== undefined && id.clock >= endOf(id.client);
  for (const [client, start] of update.starts) if (start > (base?.ends.get(client) ?? 0)) return true;
  if (update.structs.some((s) => lacks(s.origin) || lacks(s.rightOrigin))) return true;
  for (const [client, ranges] of update.deleted) {
    for (let i = 0; i < ranges.length; i += 2) if (ranges[i]! + ranges[i + 1]! > endOf(client)) return true;
  }
  return false;
}

/** Greatest clock of the entries, or undefined where something stands in the wrong place. */
function checkContent(update: ReadUpdate, base: ReadUpdate | undefined): Hlc | undefined {
  let latest: Hlc = 0;
  const parentOf = createParents(update, base);
  for (const struct of update.structs) {
    const { content } = struct;
    if (content.kind === 'gone') continue;
    const parent = parentOf(struct);
    if (content.kind === 'string') {
      // 'deleted' = its neighbours are gone without a trace of their parent; Yjs then drops the item as well
      if (parent !== undefined && !parent.startsWith(TEXT_PREFIX)) return undefined;
      if (content.text.length > LIMITS.textLength) return undefined;
      continue;
    }
    if (parent !== undefined && parent !== FIELDS) return undefined;
    for (const value of content.values) {
      if (!isEntry(value) || !withinLength(value[1])) return undefined;
      latest = Math.max(latest, value[2]);
    }
  }
  return latest;
}

/**
 * Finds an item's root type through its neighbours, as Yjs does. Linear in the structs it walks, without recursion: a
 * record edited in thousands of sessions is one long chain, and a hostile update may be one on purpose.
 */
function createParents(update: ReadUpdate, base: ReadUpdate | undefined) {
  const sources = [base, update].flatMap((read) => (read ? [byClient(read)] : []));
  const at = (id: ReadId): ReadStruct | undefined => {
    for (const source of sources) {
      const struct = findStruct(source.get(id.client), id.clock);
      if (struct) return struct;
    }
    return undefined;
  };
  const found = new Map<ReadStruct, string | undefined>();
  return (wanted: ReadStruct): string | undefined => {
    const path = [wanted];
    const onPath = new Set(path);
    for (let struct = path.at(-1); struct; struct = path.at(-1)) {
      let parent = struct.parent;
      let next: ReadStruct | undefined;
      for (const id of [struct.origin, struct.rightOrigin]) {
        const neighbour = parent === undefined && id ? at(id) : undefined;
        if (!neighbour) continue;
        if (found.has(neighbour)) parent = found.get(neighbour);
        else {
          next = neighbour;
          break;
        }
      }
      if (next) {
        if (onPath.has(next)) throw new UnreadableBytes('neighbours in a circle');
        onPath.add(next);
        path.push(next);
      } else {
        found.set(struct, parent);
        onPath.delete(struct);
        path.pop();
      }
    }
    return found.get(wanted);
  };
}

function byClient({ structs }: ReadUpdate): ReadonlyMap<number, readonly ReadStruct[]> {
  const lists = new Map<number, ReadStruct[]>();
  for (const struct of structs) {
    const list = lists.get(struct.client);
    if (list) list.push(struct);
    else lists.set(struct.client, [struct]);
  }
  return lists;
}

/** A client's structs follow each other without a gap, in order of clock. */
function findStruct(structs: readonly ReadStruct[] | undefined, clock: number): ReadStruct | undefined {
  if (!structs) return undefined;
  let low = 0;
  let high = structs.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const struct = structs[middle]!;
    if (clock < struct.clock) high = middle - 1;
    else if (clock >= struct.clock + struct.length) low = middle + 1;
    else return struct;
  }
  return undefined;
}

function withinLength(value: unknown): boolean {
  if (typeof value === 'string') return value.length <= LIMITS.textLength;
  if (typeof value === 'number') return Number.isFinite(value);
  if (Array.isArray(value)) return value.every(withinLength);
  if (typeof value === 'object' && value !== null) return Object.values(value).every(withinLength);
  return value !== undefined;
}
