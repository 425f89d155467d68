import { administrator } from '../../sync-server/relay/testing/person.ts';
import { hlcFromMs } from '#core/kit/hlc.ts';
import { newId } from '#core/kit/ids.ts';
import { createRecord } from '#crdt/record.ts';
import { openPostgresStore } from '../../sync-server/store/postgres.ts';

// One relay's store under load, for the postgres bench: eight devices push one record at a time, each into one of the
// workspaces, for some seconds. Says 'ready', waits for 'go', says how many pushes were acknowledged.
const [url = '', node = '0', workspaces = '1', seconds = '8'] = process.argv.slice(2);
const store = await openPostgresStore({ url });
process.send!('ready');
await new Promise((resolve) => process.once('message', resolve));
const until = Date.now() + Number(seconds) * 1000;
const counts = await Promise.all(
  Array.from({ length: 8 }, async (_, i) => {
    const writer = Number(node) * 8 + i;
    const device = `device-${writer}`;
    let n = 0;
    while (Date.now() < until) {
      const update = createRecord({ name: `Khách ${n}` }, { hlc: hlcFromMs(Date.now()), clientId: writer + 1 });
      const push = {
        person: administrator('an'),
        user: 'an',
        device,
        n: n + 1,
        at: Date.now(),
        changes: [{ id: newId('contact'), update }],
      };
      const done = await store.commit(`w${writer % Number(workspaces)}`, [push]);
      if (!done.ok || done.value[0]?.kind !== 'committed') throw new Error(`push ${n + 1} of ${device} failed`);
      n++;
    }
    return n;
  }),
);
process.send!(counts.reduce((sum, count) => sum + count, 0));
process.once('disconnect', () => process.exit(0));
await store.close();
process.disconnect();
