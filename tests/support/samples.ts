import { createHlcClock } from '#core/kit/hlc.ts';
import { createRecord } from '#crdt/record.ts';
import type { Person } from './flow.ts';
import { connectPushClient, pushAll } from './push-client.ts';
import { sampleRecords } from './sample-records.ts';

/** Fills the person's workspace with generated contacts as another device of theirs, over the real protocol. */
export async function fillWithSamples(person: Person, count: number): Promise<void> {
  const cookies = await person.context.cookies(person.url);
  const session = (await (await person.context.request.get('/api/session')).json()) as { me: { id: string } };
  const client = await connectPushClient(person.url, cookies.map((c) => `${c.name}=${c.value}`).join('; '));
  const clock = createHlcClock(Date.now);
  const clientId = crypto.getRandomValues(new Uint32Array(1))[0]!;
  function* changes() {
    for (const { id, changes: values } of sampleRecords(count, { owners: [session.me.id], departments: ['sales'] })) {
      yield { id, update: createRecord(values, { hlc: clock.next(), clientId }) };
    }
  }
  await pushAll(client, changes());
  client.close();
}
