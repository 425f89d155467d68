/** Texts of so many bytes are decoded here: calling a browser's decoder costs microseconds, more than they do. */
const SHORT = 128;
const units = new Uint16Array(SHORT);
const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

/**
 * Content of an element as text: UTF-8, with references (`&amp;` `&#7841;`), Excel's `_x000D_` for characters XML does
 * not have, line ends as \n. `mixed`: it may hold comments, CDATA and instructions. Unknown references stay as they are.
 */
export function decodeXml(bytes: Uint8Array, start: number, end: number, mixed: boolean): string {
  if (end - start <= SHORT && !mixed) {
    const text = plainText(bytes, start, end);
    if (text !== undefined) return text;
  }
  const text = utf8.decode(bytes.subarray(start, end));
  const plain = mixed ? withoutMarkup(text) : unescape(text);
  return plain.includes('\r') ? plain.replaceAll('\r\n', '\n') : plain;
}

/** Short UTF-8 without anything to replace; undefined for anything else. */
function plainText(bytes: Uint8Array, start: number, end: number): string | undefined {
  let count = 0;
  for (let at = start; at < end;) {
    const first = bytes[at++]!;
    if (first < 0x80) {
      if (first === 38 || first === 13 || (first === 95 && bytes[at] === 120)) return undefined; // & CR _x
      units[count++] = first;
      continue;
    }
    const second = bytes[at++]!;
    if (at > end || (second & 0xc0) !== 0x80) return undefined;
    if (first >= 0xc2 && first < 0xe0) {
      units[count++] = ((first & 0x1f) << 6) | (second & 0x3f);
      continue;
    }
    const third = bytes[at++]!;
    if (at > end || (first & 0xf0) !== 0xe0 || (third & 0xc0) !== 0x80) return undefined;
    const code = ((first & 0x0f) << 12) | ((second & 0x3f) << 6) | (third & 0x3f);
    if (code < 0x800 || (code >= 0xd800 && code < 0xe000)) return undefined;
    units[count++] = code;
  }
  return String.fromCharCode.apply(null, units.subarray(0, count) as unknown as number[]);
}

const REFERENCE = /&(?:(quot|apos|gt|lt|amp)|#(?:x([\da-fA-F]{1,6})|(\d{1,7})));/g;
const NAMED: Readonly<Record<string, string>> = { quot: '"', apos: "'", gt: '>', lt: '<', amp: '&' };

function unescape(text: string): string {
  const referred = text.includes('&')
    ? text.replace(REFERENCE, (whole, name?: string, hex?: string, decimal?: string) => {
        if (name) return NAMED[name]!;
        const code = hex ? parseInt(hex, 16) : Number(decimal);
        return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
      })
    : text;
  return referred.includes('_x')
    ? referred.replace(/_x([\da-fA-F]{4})_/g, (_, code: string) => String.fromCharCode(parseInt(code, 16)))
    : referred;
}

/** A CDATA section is text as it stands; comments and instructions are none. */
function withoutMarkup(text: string): string {
  return text
    .split(/(<!\[CDATA\[[\s\S]*?\]\]>|<!--[\s\S]*?-->|<\?[\s\S]*?\?>)/)
    .map((part, i) => (i % 2 === 0 ? unescape(part) : part.startsWith('<![') ? part.slice(9, -3) : ''))
    .join('');
}
