import fc from 'fast-check';
import { expect, test } from 'vitest';
import { toVcard, vcardFileName } from './vcard.ts';

const unfold = (card: string) => card.replaceAll('\r\n ', '');
const line = (card: string, name: string) =>
  unfold(card)
    .split('\r\n')
    .find((l) => l.startsWith(name))
    ?.replace(/^[^:]*:/, '');

test('A7: a contact becomes a vCard 3.0 phones can import', () => {
  const card = toVcard({
    id: 'contact_01jd',
    name: 'Nguyễn Thị Minh Khai',
    company: 'Công ty TNHH Ánh Dương; Hà Nội',
    title: 'Kế toán trưởng',
    phones: [{ value: '+84912345678' }, { value: '+842438221234', label: 'Cơ quan' }],
    emails: [{ value: 'khai@example.vn' }],
    address: '12, Hàng Bạc',
    birthday: '1990-02-28',
    note: 'Gọi sau 14:00\nKhông gọi cuối tuần',
    updatedAt: Date.UTC(2026, 0, 2, 3, 4, 5, 6),
  });
  expect(unfold(card)).toBe(
    [
      'BEGIN:VCARD',
      'VERSION:3.0',
      'FN:Nguyễn Thị Minh Khai',
      'N:Nguyễn;Khai;Thị Minh;;',
      'ORG:Công ty TNHH Ánh Dương\\; Hà Nội',
      'TITLE:Kế toán trưởng',
      'TEL;TYPE=CELL,VOICE,PREF:+84912345678',
      'TEL;TYPE=WORK,VOICE:+842438221234',
      'EMAIL;TYPE=INTERNET,PREF:khai@example.vn',
      'ADR;TYPE=WORK:;;12\\, Hàng Bạc;;;;',
      'BDAY:1990-02-28',
      'NOTE:Gọi sau 14:00\\nKhông gọi cuối tuần',
      'UID:contact_01jd',
      'REV:2026-01-02T03:04:05Z',
      'END:VCARD',
      '',
    ].join('\r\n'),
  );
});

test('a name of one word is a given name', () => {
  expect(line(toVcard({ id: 'x', name: 'Lan' }), 'N:')).toBe(';Lan;;;');
});

test('text in NFD and with tricks stays one property', () => {
  const card = toVcard({ id: 'x', name: 'Trần\r\nTEL:113', note: 'a\\b,c;d' });
  expect(line(card, 'FN:')).toBe('Trần\\nTEL:113');
  expect(line(card, 'NOTE')).toBe('a\\\\b\\,c\\;d');
  expect(line(card, 'TEL')).toBeUndefined();
  expect(line(toVcard({ id: 'x', name: 'Nguyễn'.normalize('NFD') }), 'FN')).toBe('Nguyễn'.normalize('NFC'));
});

test('no line is longer than 75 octets and no character is cut', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 300 }), (note) => {
      const card = toVcard({ id: 'x', name: 'A', note });
      for (const l of card.split('\r\n')) expect(new TextEncoder().encode(l).length).toBeLessThanOrEqual(75);
      expect(new TextDecoder('utf-8', { fatal: true }).decode(new TextEncoder().encode(card))).toBe(card);
    }),
  );
});

test('file names are safe', () => {
  expect(vcardFileName('Lê / Văn: "B"')).toBe('Lê Văn B.vcf');
  expect(vcardFileName('..\\..')).toBe('lien-he.vcf');
});
