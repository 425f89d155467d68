/** A value that survives JSON unchanged. `undefined` never appears in one: absence is the default. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** Deep equality of two JSON values. Objects compare regardless of key order. */
export function jsonEqual(a: Json | undefined, b: Json | undefined): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) || Array.isArray(b)) {
    if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length) return false;
    return a.every((item: Json, i) => jsonEqual(item, b[i] as Json));
  }
  const left = a as { readonly [key: string]: Json };
  const right = b as { readonly [key: string]: Json };
  const keys = Object.keys(left);
  return keys.length === Object.keys(right).length && keys.every((k) => jsonEqual(left[k], right[k]));
}
