import { setTimeout as after } from 'node:timers/promises';
import { createHlcClock } from '#core/kit/hlc.ts';
import { newId } from '#core/kit/ids.ts';
import { createRecord, editRecord } from '#crdt/record.ts';
import { connectPushClient } from '../../support/push-client.ts';
import { withDevicePages, type DevicePages } from '../devices/device-pages.ts';
import { seed } from '../devices/seed.ts';
import { addColleague, post, signUp } from '../devices/sign-up.ts';
import { median, percentile, type Case, type Figure } from '../figure.ts';

const CONTACTS = 10_000;
/** `MOVES=1 npm run bench -- move` for a short run. */
const MOVES = Number(process.env['MOVES'] ?? 3);
/** After so long without a write somebody does not count as about for the relay's turns among writers. ms. */
const QUIET = 6_000;

/**
 * 10,000 contacts of one department are given to another by the one bulk command, and back again: from the command in
 * the administrator's data worker to the last of three devices right (who loses them, who gains them, who sees all; each
 * the app's data worker in Chromium, on the same machine). Once more while a colleague edits a contact of a third
 * department: whoever holds the database for long then rests for twice that time, so that nobody else waits (I9).
 */
export default {
  name: 'move',
  run: (log) =>
    withDevicePages(async (pages) => {
      const { relay, origin, open } = pages;
      const admin = await signUp(relay.url, origin);
      const department = async (name: string) => {
        const made = await post(relay.url, '/api/departments', { name }, { origin, cookie: admin.cookie });
        return ((await made.json()) as { id: string }).id;
      };
      const north = await department('Miền Bắc');
      const south = await department('Miền Nam');
      const colleague = (name: string, departmentId: string) =>
        addColleague(relay.url, admin.cookie, { name, role: 'member', departmentId }, origin);
      const ofNorth = await colleague('Bac', north);
      const ofSouth = await colleague('Nam', south);
      const contacts = await seed(relay.url, admin.cookie, CONTACTS, admin.id, north, origin);
      const editor = await startEditor(pages, admin.cookie);
      const all = contacts + 1;

      const a = await open({ ...admin, role: 'admin' });
      const n = await open({ ...ofNorth, role: 'member' });
      const s = await open({ ...ofSouth, role: 'member' });
      for (const [{ page }, count] of [
        [a, all],
        [n, contacts],
        [s, 0],
      ] as const)
        await page.evaluate((expected) => window.device.whenSynced(expected), count);
      log(`${contacts} contacts on the devices of who sees all and who loses them`);

      editor.take();
      await after(3000);
      const calm = editor.take();
      const times: number[] = [];
      let busy: readonly number[] = [];
      editor.pause(true);
      for (let i = 0; i <= MOVES; i++) {
        await after(QUIET);
        if (i === MOVES) editor.pause(false);
        const [from, to] = i % 2 === 0 ? [north, south] : [south, north];
        const [loses, gains] = i % 2 === 0 ? [n, s] : [s, n];
        editor.take();
        const right = [
          loses.page.evaluate(() => window.device.whenCount({ all: [] }, 0)),
          gains.page.evaluate((count) => window.device.whenCount({ all: [] }, count), contacts),
          a.page.evaluate(
            ([id, count]) => window.device.whenCount({ field: 'departmentId', op: 'in', value: [id] }, count),
            [to, contacts] as const,
          ),
        ];
        const { began, written } = await a.page.evaluate(
          async ([id, other]) => {
            const clock = () => performance.timeOrigin + performance.now();
            const start = clock();
            const filter = { field: 'departmentId', op: 'in', value: [id] };
            await window.device.run('contact.assign', { to: { filter }, departmentId: other });
            return { began: start, written: clock() - start };
          },
          [from, to] as const,
        );
        const sent = a.page.evaluate((count) => window.device.whenSynced(count), all);
        const [lost, gained, own, acknowledged] = (await Promise.all([...right, sent])).map((at) => at - began);
        busy = editor.take();
        times.push(Math.max(lost!, gained!, own!, acknowledged!));
        log(
          `command durable after ${Math.round(written)} ms, acknowledged ${Math.round(acknowledged!)}, gone ${Math.round(lost!)}, there ${Math.round(gained!)} ms`,
        );
      }
      editor.stop();
      return [
        {
          name: '10,000 contacts to another department by one command, to the last device right',
          note: `p50 of ${MOVES}; three data workers and the relay on one machine`,
          value: median(times.slice(0, MOVES)) / 1000,
          unit: 's',
          bound: 5,
        },
        {
          name: '10,000 contacts to another department, while a colleague edits, to the last device right',
          value: times[MOVES]! / 1000,
          unit: 's',
        },
        ...editFigures('meanwhile', busy),
        ...editFigures('before', calm),
      ];
    }),
} satisfies Case;

const editFigures = (when: string, times: readonly number[]): Figure[] =>
  (
    [
      ['p50', 0.5],
      ['p95', 0.95],
      ['slowest', 1],
    ] as const
  ).map(([name, p]) => ({
    name: `another person's edit acknowledged, ${when}, ${name}`,
    note: `${times.length} edits`,
    value: percentile(times, p),
    unit: 'ms',
  }));

/** A colleague in a third department who edits a contact of their own 20 times a second. */
async function startEditor({ relay, origin }: DevicePages, admin: string) {
  const person = await addColleague(relay.url, admin, { name: 'Sua', role: 'member', departmentId: 'sales' }, origin);
  const client = await connectPushClient(relay.url, person.cookie, undefined, origin);
  const clock = createHlcClock(Date.now);
  const clientId = crypto.getRandomValues(new Uint32Array(1))[0]!;
  const id = newId('contact');
  const first = { name: 'Của tôi', ownerId: person.id, departmentId: 'sales' };
  let state = createRecord(first, { hlc: clock.next(), clientId });
  const made = await client.push([{ id, update: state }]);
  if (made.results[0]?.kind !== 'ok') throw new Error('the contact was not taken');
  let times: number[] = [];
  let stopped = false;
  let paused = false;
  void (async () => {
    for (let i = 0; !stopped; i++) {
      await after(50);
      if (paused) continue;
      const edited = editRecord(id, state, { title: `Lần ${i}` }, { hlc: clock.next(), clientId });
      state = edited.state;
      const began = performance.now();
      await client.push([{ id, update: edited.update }]);
      times.push(performance.now() - began);
    }
    client.close();
  })();
  return {
    take() {
      const taken = times;
      times = [];
      return taken;
    },
    pause: (is: boolean) => void (paused = is),
    stop: () => void (stopped = true),
  };
}
