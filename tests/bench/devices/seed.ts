import { createHlcClock } from '#core/kit/hlc.ts';
import { createRecord } from '#crdt/record.ts';
import { connectPushClient, pushAll } from '../../support/push-client.ts';
import { sampleRecords } from '../../support/sample-records.ts';

/** Puts generated contacts (and their companies) of one owner and department on a relay; gives how many contacts. */
export async function seed(
  url: string,
  cookie: string,
  contacts: number,
  owner: string,
  department: string,
  origin = url,
): Promise<number> {
  const client = await connectPushClient(url, cookie, undefined, origin);
  const clock = createHlcClock(Date.now);
  const clientId = crypto.getRandomValues(new Uint32Array(1))[0]!;
  const changes = [...sampleRecords(contacts, { owners: [owner], departments: [department] })].map((record) => ({
    id: record.id,
    update: createRecord(record.changes, { hlc: clock.next(), clientId }),
  }));
  await pushAll(client, changes);
  client.close();
  return changes.filter(({ id }) => id.startsWith('contact_')).length;
}
