/**
 * A contact as a vCard 3.0 (RFC 2426), which phones of every make import, in UTF-8 with CRLF (A7). Lines are folded at
 * 75 octets and never inside a character (RFC 6350 §3.2); texts are escaped (§3.4).
 */
export interface VcardContact {
  readonly id: string;
  readonly name: string;
  /** The primary one first, as rows hold them. */
  readonly phones?: readonly VcardItem[];
  readonly emails?: readonly VcardItem[];
  readonly company?: string;
  readonly title?: string;
  readonly address?: string;
  readonly url?: string;
  /** 'YYYY-MM-DD'. */
  readonly birthday?: string;
  readonly note?: string;
  /** ms since 1970. */
  readonly updatedAt?: number;
}
interface VcardItem {
  readonly value: string;
  readonly label?: string;
}

/** One card as text, ending with CRLF. */
export function toVcard(contact: VcardContact): string {
  const lines = ['BEGIN:VCARD', 'VERSION:3.0', `FN:${text(contact.name)}`, `N:${structuredName(contact.name)}`];
  if (contact.company) lines.push(`ORG:${text(contact.company)}`);
  if (contact.title) lines.push(`TITLE:${text(contact.title)}`);
  contact.phones?.forEach((p, i) =>
    lines.push(`TEL;TYPE=${phoneType(p.label)}${i === 0 ? ',PREF' : ''}:${text(p.value)}`),
  );
  contact.emails?.forEach((e, i) => lines.push(`EMAIL;TYPE=INTERNET${i === 0 ? ',PREF' : ''}:${text(e.value)}`));
  // seven parts: box; extended; street; locality; region; code; country
  if (contact.address) lines.push(`ADR;TYPE=WORK:;;${text(contact.address)};;;;`);
  if (contact.url) lines.push(`URL:${text(contact.url)}`);
  if (contact.birthday && /^\d{4}-\d\d-\d\d$/.test(contact.birthday)) lines.push(`BDAY:${contact.birthday}`);
  if (contact.note) lines.push(`NOTE:${text(contact.note)}`);
  lines.push(`UID:${text(contact.id)}`);
  if (contact.updatedAt) lines.push(`REV:${new Date(contact.updatedAt).toISOString().replace(/\.\d+Z$/, 'Z')}`);
  lines.push('END:VCARD');
  return lines.map(fold).join('\r\n') + '\r\n';
}

/** A file name without what file systems refuse: 'Nguyễn Văn A.vcf'. */
export const vcardFileName = (name: string): string =>
  `${
    name
      .replace(/[\p{Cc}\\/:*?"<>|]+/gu, ' ')
      .replace(/\s+/g, ' ')
      .trim()
      .replace(/^[. ]+|[. ]+$/g, '')
      .slice(0, 80) || 'lien-he'
  }.vcf`;

/** Vietnamese order: family name first, the given name last, the rest in between. */
function structuredName(name: string): string {
  const words = name.trim().split(/\s+/);
  const given = words.pop() ?? '';
  const family = words.shift() ?? '';
  return `${text(family)};${text(given)};${text(words.join(' '))};;`;
}

const text = (value: string): string =>
  value
    .normalize('NFC')
    .replace(/[\\;,]/g, (c) => `\\${c}`)
    .replace(/\r\n|\r|\n/g, '\\n');

const PHONE_TYPES: readonly (readonly [RegExp, string])[] = [
  [/nhà|home/i, 'HOME,VOICE'],
  [/cơ quan|công ty|văn phòng|work|office/i, 'WORK,VOICE'],
  [/fax/i, 'FAX'],
];
const phoneType = (label = ''): string =>
  PHONE_TYPES.find(([pattern]) => pattern.test(label.normalize('NFC')))?.[1] ?? 'CELL,VOICE';

const encoder = new TextEncoder();

function fold(line: string): string {
  let folded = '';
  let octets = 0;
  for (const character of line) {
    const size = encoder.encode(character).length;
    if (octets + size > 75) {
      folded += '\r\n ';
      octets = 1; // the leading space counts
    }
    folded += character;
    octets += size;
  }
  return folded;
}
