import type { Result } from '../kit/result.ts';
import { err, ok } from '../kit/result.ts';

export interface EmailError {
  readonly type: 'email-invalid';
  readonly input: string;
}

// no quoted local parts, no address literals: nobody has them, and a typing error looks like one
const EMAIL =
  /^[\p{L}\p{N}.!#$%&'*+/=?^_`{|}~-]+@(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]*[\p{L}\p{N}])?\.)+\p{L}[\p{L}\p{N}-]*$/u;

/** Reads one address: trimmed, lower case, NFC; `mailto:` and a display name (`An <an@example.vn>`) are taken off. */
export function normalizeEmail(input: string): Result<string, EmailError> {
  const inner = /<([^<>]+)>\s*$/.exec(input)?.[1] ?? input;
  const address = inner
    .normalize('NFC')
    .replace(/[\p{Cc}\p{Cf}]/gu, '')
    .trim()
    .replace(/^mailto:/i, '')
    .toLowerCase();
  const at = address.lastIndexOf('@');
  const local = address.slice(0, Math.max(0, at));
  const valid = address.length <= 254 && local.length <= 64 && !/^\.|\.\.|\.$/.test(local) && EMAIL.test(address);
  return valid ? ok(address) : err({ type: 'email-invalid', input: input.trim() });
}

/** Cuts the content of an email field into single addresses: `; , |`, new lines, and spaces between addresses. */
export function splitEmails(input: string): string[] {
  if (!/[\s;,|<]/.test(input)) return input === '' ? [] : [input]; // nearly all are one address
  return input
    .split(/[;,|\n\r]+/)
    .flatMap((part) => (part.includes('<') ? [part] : part.trim().split(/\s+(?=\S+@)/)))
    .map((part) => part.trim())
    .filter((part) => part !== '');
}
