import Database from 'better-sqlite3';
import { join } from 'node:path';
import type { Page } from 'playwright';
import { withDevicePages } from '../devices/device-pages.ts';
import { seed } from '../devices/seed.ts';
import { signUp } from '../devices/sign-up.ts';
import { median, type Case } from '../figure.ts';

const CONTACTS = 5_000;
const ROUNDS = 3;
/** `REPLAY=5000 npm run bench -- replay` for a short run. */
const MANY = Number(process.env['REPLAY'] ?? 50_000);

/**
 * Edits made while the cable is out, each a command of its own, in the app's data worker in Chromium: from plugging it in
 * to the last one acknowledged. Afterwards the relay's log must have one entry for each: none lost, none twice (I1, P2).
 */
export default {
  name: 'replay',
  run: (log) =>
    withDevicePages(async ({ relay, origin, open }) => {
      const admin = await signUp(relay.url, origin);
      const contacts = await seed(relay.url, admin.cookie, CONTACTS, admin.id, 'sales', origin);
      const { page, cable } = await open({ ...admin, role: 'admin' });
      await page.evaluate((count) => window.device.whenSynced(count), contacts);
      const ids = await page.evaluate((limit) => window.device.ids({ all: [] }, limit), CONTACTS);
      const head = () => logHead(relay.dataDir);

      const replay = async (count: number, atOnce: number): Promise<{ ms: number; wrong: number }> => {
        const before = head();
        cable.pull();
        const began = performance.now();
        await page.evaluate(([of, n, some]) => window.device.edit(of, 'title', n, some), [ids, count, atOnce] as const);
        const written = performance.now() - began;
        cable.plug();
        const ms = await untilSent(page, contacts);
        const wrong = Math.abs(head() - before - count);
        log(
          `${count} edits: written in ${Math.round(written)} ms, acknowledged after ${Math.round(ms)} ms, ${wrong} too many or too few in the log`,
        );
        return { ms, wrong };
      };
      const rounds: { ms: number; wrong: number }[] = [];
      for (let i = 0; i < ROUNDS; i++) rounds.push(await replay(1000, 1));
      const many = await replay(MANY, 1);
      return [
        {
          name: '1,000 offline edits replayed and acknowledged',
          note: `p50 of ${ROUNDS}, each a command of its own`,
          value: median(rounds.map(({ ms }) => ms)) / 1000,
          unit: 's',
          bound: 2,
        },
        {
          name: `${MANY.toLocaleString('en')} offline edits replayed and acknowledged`,
          value: many.ms / 1000,
          unit: 's',
        },
        {
          name: 'edits replayed twice or not at all',
          value: [...rounds, many].reduce((sum, { wrong }) => sum + wrong, 0),
          unit: 'count',
          bound: 0,
        },
      ];
    }),
} satisfies Case;

/** From asking for a connection to everything acknowledged, ms by the page's clock. */
const untilSent = (page: Page, contacts: number): Promise<number> =>
  page.evaluate(async (count) => {
    const began = performance.timeOrigin + performance.now();
    window.device.reconnect();
    return (await window.device.whenSynced(count)) - began;
  }, contacts);

function logHead(dataDir: string): number {
  const db = new Database(join(dataDir, 'lienhe.sqlite'), { readonly: true });
  try {
    return db.prepare<[], number>('SELECT max(seq) FROM workspaces').pluck().get() ?? 0;
  } finally {
    db.close();
  }
}
