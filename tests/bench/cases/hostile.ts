import { Worker } from 'node:worker_threads';
import { FLOODS, type Target } from '../../support/floods.ts';
import { honestPair, type HonestPair } from '../../support/honest-pair.ts';
import { ADMIN, startApp } from '../app.ts';
import { median, type Case, type Figure } from '../figure.ts';

const CONTACTS = 20_000;
const FLOOD_MS = 6_000;
/** The first moments of a flood are no more than its beginning. */
const WARM_MS = 500;
const PAUSE_MS = 30;

/**
 * I9, I12: what somebody's edit costs to another device's screen while one signed-in person floods the relay, by flood.
 * Relay, flood, writer and reader share this machine.
 */
export default {
  name: 'hostile',
  async run(log) {
    const app = await startApp(CONTACTS);
    try {
      const cookie = `${app.cookie.name}=${app.cookie.value}`;
      const mallory = await join(app.relay.url, cookie);
      const pair = await honestPair(app.relay.url, cookie);
      const calm = await edits(pair, 2_000);
      log(`calm: p50 ${median(calm).toFixed(1)} ms, longest ${Math.max(...calm).toFixed(0)} ms`);
      const figures: Figure[] = [
        { name: 'edit to the other device, nobody floods, p50', value: median(calm), unit: 'ms' },
      ];
      let worstRss = 0;
      for (const [flood, { name }] of FLOODS.entries()) {
        const target: Target = { url: app.relay.url, cookie: mallory, id: pair.id, state: pair.state() };
        const thread = new Worker(new URL('../flood-thread.ts', import.meta.url), { workerData: { flood, target } });
        await new Promise((resolve) => setTimeout(resolve, WARM_MS));
        const times = await edits(pair, FLOOD_MS);
        const rss = await residentBytes(app.relay.url);
        worstRss = Math.max(worstRss, rss);
        const codes = new Promise<[number, number][]>((resolve) => thread.once('message', resolve));
        thread.postMessage('stop');
        const closed = (await codes).map(([code, count]) => `${code} × ${count}`).join(', ');
        await thread.terminate();
        const [p50, longest] = [median(times), Math.max(...times)];
        log(
          `${name}: p50 ${p50.toFixed(1)} ms, longest ${longest.toFixed(0)} ms, ${times.length} edits; closed ${closed}`,
        );
        figures.push({
          name: `${name}, p50`,
          value: p50,
          unit: 'ms',
          bound: 50,
          note: `longest ${longest.toFixed(0)} ms`,
        });
        await edits(pair, 1_000); // the next one begins in peace
      }
      figures.push({ name: 'relay’s memory, most', value: worstRss / 1e6, unit: 'MB', bound: 700 });
      pair.close();
      return figures;
    } finally {
      await app.close();
    }
  },
} satisfies Case;

/** ms from writing to the other device, of edits one after the other with a short pause. */
async function edits(pair: HonestPair, forMs: number): Promise<number[]> {
  const times: number[] = [];
  const end = performance.now() + forMs;
  while (performance.now() < end) {
    times.push((await pair.edit()).seenMs);
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
  return times;
}

async function residentBytes(url: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Number(/^process_resident_memory_bytes (.+)$/m.exec(text)?.[1]);
}

/** One more person, who may edit. */
async function join(url: string, admin: string): Promise<string> {
  const post = (path: string, body: object, cookie: string) =>
    fetch(url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: url, cookie },
      body: JSON.stringify(body),
    });
  const invited = await post('/api/invitations', { email: `mallory-${ADMIN.email}`, role: 'admin' }, admin);
  const { id } = (await invited.json()) as { id: string };
  const joined = await post(`/api/invitations/${id}/accept`, { name: 'Mallory', password: ADMIN.password }, '');
  if (!joined.ok) throw new Error(`join: ${joined.status} ${await joined.text()}`);
  return joined.headers.getSetCookie()[0]!.split(';')[0]!;
}
