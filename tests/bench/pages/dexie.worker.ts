import Dexie, { type Table } from 'dexie';
import { fold } from '#core/contact/fold.ts';
import { generatedRows, NAMES } from './rows.ts';

interface Contact {
  id: string;
  name: string;
  words: string[];
  phones: string[];
  ownerId: string;
  rating: number;
  company: string;
  createdAt: string;
  [key: string]: unknown;
}

/**
 * The peer: one indexed Dexie table of rows with multiEntry indexes for words and phones, asked as its documentation
 * shows. Answers with the times (ms) of storing all rows and of each question.
 */
self.onmessage = async ({ data }: MessageEvent<{ count: number; rounds: number }>) => {
  const db = new Dexie(`bench-${Math.random()}`);
  db.version(1).stores({
    contacts: 'id, name, *words, *phones, ownerId, rating, company, createdAt, [ownerId+rating]',
  });
  const contacts: Table<Contact, string> = db.table('contacts');
  const rows: Contact[] = [];
  for (const row of generatedRows(data.count)) {
    if (!row.id.startsWith('contact')) continue;
    const { name = '', phones = [], ownerId = '', rating = 0, companyId = '' } = row.values as Record<string, never>;
    rows.push({
      ...row.values,
      id: row.id,
      name,
      words: fold(name).split(' '),
      phones: (phones as { value: string }[]).map((p) => p.value),
      ownerId,
      rating,
      company: companyId,
      createdAt: row.id,
    });
  }
  let start = performance.now();
  for (let i = 0; i < rows.length; i += 2000) await contacts.bulkPut(rows.slice(i, i + 2000));
  const store = performance.now() - start;
  const time = async (ask: (i: number) => Promise<unknown>) => {
    const measured: number[] = [];
    for (let i = 0; i < data.rounds; i++) {
      start = performance.now();
      await ask(i);
      measured.push(performance.now() - start);
    }
    return measured;
  };
  const answer = {
    store,
    page: await time((i) =>
      contacts
        .orderBy('createdAt')
        .reverse()
        .offset((i * 7919 * 50) % rows.length)
        .limit(50)
        .toArray(),
    ),
    name: await time(async (i) => {
      const words = NAMES[i % NAMES.length]!.split(' ');
      const found = await contacts
        .where('words')
        .startsWith(words[0]!)
        .distinct()
        .filter((c) => words.every((w) => c.words.some((x) => x.startsWith(w))))
        .toArray();
      return found.sort((a, b) => (a.createdAt < b.createdAt ? 1 : -1)).slice(0, 50);
    }),
    phone: await time((i) =>
      contacts
        .filter((c) => c.phones.some((p) => p.includes(String(1000 + i * 137))))
        .limit(50)
        .toArray(),
    ),
    filterSort: await time(async (i) => {
      const found = await contacts
        .where('ownerId')
        .equals(`owner-${1 + (i % 4)}`)
        .filter((c) => c.rating >= 1 + (i % 5))
        .toArray();
      return found.sort((a, b) => a.name.localeCompare(b.name, 'vi')).slice(0, 50);
    }),
  };
  await db.delete();
  self.postMessage(answer);
};
