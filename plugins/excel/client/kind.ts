/** What a file is by its first bytes, whatever its name says. */
export type FileKind =
  /** .xlsx, .xlsm, .ods, and anything else in a zip. */
  | 'zip'
  /** .xls, an encrypted .xlsx, and anything else in an OLE container. */
  | 'cfb'
  /** A table of HTML or XML that some systems save as ".xls". */
  | 'markup'
  | 'text'
  | 'other';

const OLE = [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];

export function kindOf(bytes: Uint8Array): FileKind {
  if (startsWith(bytes, [0x50, 0x4b]) && bytes[2]! < 9 && bytes[3]! < 9) return 'zip';
  if (startsWith(bytes, OLE)) return 'cfb';
  if (startsWith(bytes, [0xff, 0xfe]) || startsWith(bytes, [0xfe, 0xff])) return 'text'; // UTF-16
  const head = bytes.subarray(0, 4096);
  // text has no control characters but tab, line ends, form feed and the old end-of-file mark
  if (head.some((byte) => byte < 32 && !(byte >= 9 && byte <= 13) && byte !== 26)) return 'other';
  const text = new TextDecoder('latin1').decode(head);
  if (text.startsWith('%PDF-') || text.startsWith('{\\rtf')) return 'other';
  return /^(?:\u00ef\u00bb\u00bf)?\s*<(?:!doctype|html|table|meta|head|body|\?xml|workbook|!--)/i.test(text)
    ? 'markup'
    : 'text';
}

function startsWith(bytes: Uint8Array, start: readonly number[]): boolean {
  return start.every((byte, i) => bytes[i] === byte);
}
