// `npm run seed -- COUNT [URL] [EMAIL] [PASSWORD]`: pushes sample contacts to a running relay as a device of that
// person, over the real protocol. Without a workspace it makes one.
import { createHlcClock } from '#core/kit/hlc.ts';
import { createRecord } from '#crdt/record.ts';
import { connectPushClient, pushAll } from '../tests/support/push-client.ts';
import { sampleRecords } from '../tests/support/sample-records.ts';

const [count = '1000', url = 'http://127.0.0.1:8787', email = 'admin@example.vn', password = 'mat-khau-dai-1'] =
  process.argv.slice(2);

const headers = { 'content-type': 'application/json', origin: url };
const post = (path: string, body: object) =>
  fetch(`${url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
const session = (await (await fetch(`${url}/api/session`)).json()) as { state: string };
const answer =
  session.state === 'setup'
    ? await post('/api/setup', { workspace: 'Công ty Thử Nghiệm', name: 'Trần Quản Trị', email, password })
    : await post('/api/sign-in', { email, password });
if (!answer.ok) {
  console.error(`Could not sign in as ${email}: ${await answer.text()}`);
  process.exit(1);
}
const cookie = answer.headers
  .getSetCookie()
  .map((c) => c.split(';')[0])
  .join('; ');
const { me } = (await answer.json()) as { me: { id: string } };

const client = await connectPushClient(url, cookie);
const clock = createHlcClock(Date.now);
const clientId = crypto.getRandomValues(new Uint32Array(1))[0]!;
function* changes() {
  for (const { id, changes: values } of sampleRecords(Number(count), { owners: [me.id], departments: ['sales'] })) {
    yield { id, update: createRecord(values, { hlc: clock.next(), clientId }) };
  }
}
const started = performance.now();
await pushAll(client, changes(), (done) => process.stdout.isTTY && process.stdout.write(`\r${done} records`));
console.log(`Pushed and committed in ${((performance.now() - started) / 1000).toFixed(1)} s`);
client.close();
