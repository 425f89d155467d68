import type { Context } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import * as v from 'valibot';
import { failure } from './failure.ts';

/** Bytes of one API request's body; checked before it is read. */
export const BODY_BYTES = 16 * 1024;

export const limitBody = bodyLimit({
  maxSize: BODY_BYTES,
  onError: (c) => failure(c, 413, 'too-large', `A request may have ${BODY_BYTES} bytes.`),
});

/** Reads and checks a JSON body; answers with the Response to give where it is wrong. */
export async function readBody<Schema extends v.GenericSchema>(
  c: Context,
  schema: Schema,
): Promise<{ readonly input: v.InferOutput<Schema> } | { readonly refused: Response }> {
  // only JSON: a form on another site cannot send it without asking first (CORS)
  if (!/^application\/json\b/i.test(c.req.header('content-type') ?? '')) {
    return { refused: failure(c, 415, 'not-json', 'Send application/json.') };
  }
  let body: unknown;
  try {
    body = await c.req.json();
  } catch {
    return { refused: failure(c, 400, 'malformed', 'The body is not JSON.') };
  }
  const parsed = v.safeParse(schema, body);
  if (parsed.success) return { input: parsed.output };
  const fields = Object.fromEntries(parsed.issues.map((issue) => [v.getDotPath(issue) ?? '', issue.message]));
  // a form shows these at its fields; a weak password has a type of its own because it is the one people meet
  const type = fields['password'] ? 'weak-password' : 'invalid';
  return { refused: failure(c, 400, type, 'Some fields are missing or wrong.', { fields }) };
}
