import { isHlc, type Hlc } from '#core/kit/hlc.ts';
import { jsonEqual, type Json } from '#core/kit/json.ts';

/** One live entry of the array `fields`: a register's key, its value and when it was written. */
export type RegisterEntry = readonly [key: string, value: Json, hlc: Hlc];

/** Root types of a record document: the array of entries, and texts named `text:<field>`. */
export const FIELDS = 'fields';
export const TEXT_PREFIX = 'text:';

/** The register a text edit also writes, so that `updatedAt` moves; no field of its own. */
export const TEXT_TOUCHED = '~text';

/** What a register says: the entry with the greatest clock, ties by the greatest JSON text, and those that differ. */
export interface Register {
  readonly key: string;
  readonly winner: RegisterEntry;
  readonly losers: readonly RegisterEntry[];
}

/** Is this an entry? Anything else in the array is ignored when reading and refused by the relay. */
export function isEntry(value: unknown): value is RegisterEntry {
  return (
    Array.isArray(value) &&
    value.length === 3 &&
    typeof value[0] === 'string' &&
    value[0] !== '' &&
    value[1] !== undefined &&
    isHlc(value[2])
  );
}

/** Does `a` win over `b`, both entries of one register? Total, so that every replica agrees. */
export function wins(a: RegisterEntry, b: RegisterEntry): boolean {
  if (a[2] !== b[2]) return a[2] > b[2];
  return JSON.stringify(a[1]) > JSON.stringify(b[1]);
}

/** Registers of the live entries, by key. */
export function registersOf(entries: Iterable<unknown>): Map<string, Register> {
  const registers = new Map<string, Register>();
  for (const entry of entries) {
    if (!isEntry(entry)) continue;
    const found = registers.get(entry[0]);
    if (!found) registers.set(entry[0], { key: entry[0], winner: entry, losers: [] });
    else registers.set(entry[0], withEntry(found, entry));
  }
  return registers;
}

function withEntry(register: Register, entry: RegisterEntry): Register {
  const [winner, loser] = wins(entry, register.winner) ? [entry, register.winner] : [register.winner, entry];
  const losers = [...register.losers, loser].filter((l) => !jsonEqual(l[1], winner[1]));
  return { key: register.key, winner, losers };
}
