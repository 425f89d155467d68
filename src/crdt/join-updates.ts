import * as encoding from 'lib0/encoding';
import { readUpdate, type ReadStruct } from './update-reader.ts';

/** A joined update stays well within what one update may hold (P3). */
const MAX_STRUCTS = 1024;
const MAX_BYTES = 128 * 1024;
const MAX_CLIENT_IDS = 8;

/**
 * Joins updates that follow each other, as a person's typing does, into fewer ones that say the same. By bytes, so that a
 * burst is checked, merged and written once instead of once a key stroke. Does not judge: what broke a rule still
 * breaks it. Throws `UnreadableBytes` for bytes that are no update.
 */
export function joinUpdates(updates: readonly Uint8Array[]): Uint8Array[] {
  const joined: Uint8Array[] = [];
  let group = createGroup();
  for (const update of updates) {
    if (!group.add(update)) {
      joined.push(group.toUpdate());
      group = createGroup();
      group.add(update);
    }
  }
  if (group.size > 0) joined.push(group.toUpdate());
  return joined;
}

function createGroup() {
  const sections = new Map<number, { readonly start: number; end: number; readonly structs: Uint8Array[] }>();
  const deleted = new Map<number, number[]>();
  const members: Uint8Array[] = [];
  let bytes = 0;
  let structs = 0;

  const bytesOf = (update: Uint8Array, { from, to }: ReadStruct) => update.subarray(from, to);

  return {
    get size() {
      return members.length;
    },
    /** False, without effect, where the update does not follow what is here or would make the group too large. */
    add(update: Uint8Array): boolean {
      const read = readUpdate(update);
      const follows = [...read.starts].every(([client, start]) => (sections.get(client)?.end ?? start) === start);
      const fresh = [...read.starts.keys()].filter((client) => !sections.has(client)).length;
      const fits =
        structs + read.structs.length <= MAX_STRUCTS &&
        bytes + update.length <= MAX_BYTES &&
        sections.size + fresh <= MAX_CLIENT_IDS;
      if (members.length > 0 && !(follows && fits)) return false;
      members.push(update);
      bytes += update.length;
      structs += read.structs.length;
      for (const struct of read.structs) {
        const section = sections.get(struct.client);
        const end = struct.clock + struct.length;
        if (section) {
          section.end = end;
          section.structs.push(bytesOf(update, struct));
        } else sections.set(struct.client, { start: struct.clock, end, structs: [bytesOf(update, struct)] });
      }
      for (const [client, ranges] of read.deleted) {
        const known = deleted.get(client);
        if (known) known.push(...ranges);
        else deleted.set(client, [...ranges]);
      }
      return true;
    },
    toUpdate(): Uint8Array {
      if (members.length === 1) return members[0]!;
      const out = encoding.createEncoder();
      encoding.writeVarUint(out, sections.size);
      // as Yjs writes them: greater client ids first
      for (const [client, section] of [...sections].sort(([a], [b]) => b - a)) {
        encoding.writeVarUint(out, section.structs.length);
        encoding.writeVarUint(out, client);
        encoding.writeVarUint(out, section.start);
        for (const struct of section.structs) encoding.writeUint8Array(out, struct);
      }
      encoding.writeVarUint(out, deleted.size);
      for (const [client, ranges] of deleted) {
        encoding.writeVarUint(out, client);
        encoding.writeVarUint(out, ranges.length / 2);
        for (const n of ranges) encoding.writeVarUint(out, n);
      }
      return encoding.toUint8Array(out);
    },
  };
}
