import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';

/**
 * Every error of the HTTP API: `{ error: { type, message, … } }`. The browser chooses its text by `type`; `message` is
 * for whoever reads logs or calls the API by hand.
 */
export function failure(
  c: Context,
  status: ContentfulStatusCode,
  type: string,
  message: string,
  more: Readonly<Record<string, unknown>> = {},
): Response {
  return c.json({ error: { type, message, ...more } }, status);
}
