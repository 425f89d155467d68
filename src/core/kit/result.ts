/**
 * Expected failures are values. An error is a plain tagged object, so it survives
 * `postMessage`, JSON and the wire; the UI's text is chosen by its `type`.
 */
export interface Failure {
  readonly type: string;
}

export type Result<T, E extends Failure = Failure> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: E };

/** A success. */
export const ok = <T>(value: T): { readonly ok: true; readonly value: T } => ({ ok: true, value });

/** An expected failure. */
export const err = <E extends Failure>(error: E): { readonly ok: false; readonly error: E } => ({ ok: false, error });
