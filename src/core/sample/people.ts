import { fold } from '../contact/fold.ts';
import type { Random } from './random.ts';
import { createRandom } from './random.ts';
import * as words from './words.ts';

/**
 * A made-up person as somebody would type it into the form: plain texts, keyed by the ids of the contact's fields,
 * except `company`, a name (`values.companyId` is an id). Absent = left empty. No real person is meant: the numbers
 * are drawn at random.
 */
export interface SamplePerson {
  readonly name: string;
  /** One number, or several as people type them: `0912 345 678 / 024 3825 6789`. */
  readonly phones: string;
  readonly emails?: string;
  readonly company?: string;
  readonly title?: string;
  readonly address?: string;
  /** Id of a choice of the field `source`. */
  readonly source: string;
  /** dd/mm/yyyy */
  readonly birthday?: string;
  /** '1' to '5' */
  readonly rating?: string;
}

export interface SampleOptions {
  /** What files of real life bring: old prefixes, damage by spreadsheets, NFD, odd spaces, wrong numbers (1 row in 6). */
  readonly messy?: boolean;
}

const list = (text: string, by = '|'): readonly string[] => text.split(by);
const lists = makeLists();

/** So many people, always the same ones for a seed. Two or three in a hundred are duplicates of an earlier one. */
export function* samplePeople(seed: number, count: number, options: SampleOptions = {}): Generator<SamplePerson> {
  const random = createRandom(seed);
  const earlier: SamplePerson[] = [];
  for (let i = 0; i < count; i++) {
    let person: SamplePerson;
    if (earlier.length > 20 && random.oneIn(40)) person = duplicate(random.pick(earlier), random);
    else person = newPerson(random);
    if (earlier.length < 200) earlier.push(person);
    else earlier[random.below(200)] = person;
    yield options.messy === true && random.oneIn(6) ? spoil(person, random) : person;
  }
}

/** A name with a middle name of the right gender. */
export function sampleName(random: Random): string {
  const female = random.oneIn(2);
  const middle = random.pick(female ? lists.middleFemale : lists.middleMale);
  const given = random.pick(female ? lists.givenFemale : lists.givenMale);
  const name = `${random.pick(lists.family)} ${middle} ${given}`;
  if (middle === given) return sampleName(random);
  return name;
}

export const sampleCompany = (random: Random): string =>
  `${random.pick(lists.kind)} ${random.pick(lists.trade)} ${random.pick(lists.company)}`;

/** A number of today's numbering plan, as a Vietnamese person writes it. */
export function samplePhone(random: Random): string {
  if (random.oneIn(12)) {
    const area = random.pick(lists.area);
    return area.length === 3
      ? `${area} 3${digits(random, 3)} ${digits(random, 4)}`
      : `${area} 3${digits(random, 3)} ${digits(random, 3)}`;
  }
  const prefix = random.pick(lists.mobile);
  const rest = digits(random, 7);
  switch (random.below(5)) {
    case 0:
      return `+84${prefix.slice(1)}${rest}`;
    case 1:
      return `${prefix}${rest}`;
    case 2:
      return `${prefix}${rest[0]!}.${rest.slice(1, 4)}.${rest.slice(4)}`;
    default:
      return `${prefix}${rest[0]!} ${rest.slice(1, 4)} ${rest.slice(4)}`;
  }
}

function newPerson(random: Random): SamplePerson {
  const name = sampleName(random);
  const company = random.below(10) < 6 ? sampleCompany(random) : undefined;
  const phone = samplePhone(random);
  const person: { -readonly [K in keyof SamplePerson]: SamplePerson[K] } = {
    name,
    phones: random.oneIn(15) ? `${phone} / ${samplePhone(random)}` : phone,
    source: random.pick(['system', 'zalo', 'zalo', 'facebook', 'file']),
  };
  if (random.below(10) < 7) person.emails = mailOf(name, random);
  if (company !== undefined) {
    person.company = company;
    if (!random.oneIn(4)) person.title = random.pick(lists.title);
  }
  if (!random.oneIn(3)) {
    const province = random.pick(lists.province);
    person.address = `${1 + random.below(480)} ${random.pick(lists.street)}, ${random.pick(lists.ward)}, ${province}`;
  }
  if (random.oneIn(3))
    person.birthday = `${two(1 + random.below(28))}/${two(1 + random.below(12))}/${1955 + random.below(52)}`;
  if (random.oneIn(4)) person.rating = String(1 + random.below(5));
  return person;
}

function mailOf(name: string, random: Random): string {
  const parts = fold(name).split(' ');
  const given = parts.pop()!;
  const local = random.oneIn(2) ? `${given}.${parts.join('')}` : `${parts.map((p) => p[0]).join('')}${given}`;
  return `${local}${random.oneIn(4) ? '' : 1 + random.below(2000)}@${random.pick(lists.host)}`;
}

/** The same person typed again: another writing of the number, the name sometimes without accents. */
function duplicate(person: SamplePerson, random: Random): SamplePerson {
  const phones = person.phones.split('/')[0]!.replace(/[\s.]/g, '');
  return {
    ...person,
    phones,
    name: random.oneIn(3) ? person.name.normalize('NFD').replace(/[\u0300-\u036f]/g, '') : person.name,
  };
}

function spoil(person: SamplePerson, random: Random): SamplePerson {
  const mobile = random.pick(lists.mobile).slice(1) + digits(random, 7);
  switch (random.below(9)) {
    case 0:
      return { ...person, phones: `${random.pick(lists.oldMobile)}${digits(random, 7)}` };
    case 1:
      return { ...person, phones: mobile }; // the leading zero is gone
    case 2:
      return { ...person, phones: `${mobile[0]!}.${mobile.slice(1, 3)}E+08` }; // the last digits are gone
    case 3:
      return { ...person, phones: `${mobile[0]!}.${mobile.slice(1)}E8` };
    case 4:
      return { ...person, name: person.name.normalize('NFD') };
    case 5:
      return { ...person, name: `  ${person.name.toUpperCase().replace(' ', '\u00a0 ')} ` };
    case 6:
      return { ...person, phones: `o${mobile} hoặc ${samplePhone(random)}` };
    case 7:
      return { ...person, phones: `0${mobile}${digits(random, 2)}` }; // too long
    default:
      return { ...person, phones: 'chưa có', emails: 'khong co email' };
  }
}

function digits(random: Random, count: number): string {
  let text = '';
  for (let i = 0; i < count; i++) text += String(random.below(10));
  return text;
}

const two = (n: number): string => String(n).padStart(2, '0');

function makeLists() {
  const family = list(words.FAMILY, ' ').flatMap((entry) => {
    const [name, weight] = entry.split('=');
    return Array.from({ length: Number(weight) }, () => name!);
  });
  return {
    family,
    middleMale: list(words.MIDDLE_MALE, ' '),
    middleFemale: list(words.MIDDLE_FEMALE, ' '),
    givenMale: list(words.GIVEN_MALE, ' '),
    givenFemale: list(words.GIVEN_FEMALE, ' '),
    kind: list(words.COMPANY_KIND),
    trade: list(words.COMPANY_TRADE),
    company: list(words.COMPANY_NAME),
    title: list(words.TITLE),
    province: list(words.PROVINCE),
    street: list(words.STREET),
    ward: list(words.WARD),
    mobile: list(words.MOBILE, ' '),
    oldMobile: list(words.OLD_MOBILE, ' '),
    area: list(words.AREA, ' '),
    host: list(words.MAIL_HOST, ' '),
  };
}
