import { administrator } from '../../relay/testing/person.ts';
import { hlcFromMs } from '#core/kit/hlc.ts';
import { newId } from '#core/kit/ids.ts';
import { createRecord } from '#crdt/record.ts';
import { openSqliteStore } from '../sqlite.ts';

// A process for the SIGKILL test: eight devices push two records at a time without end; every push that is
// acknowledged is told to the parent as [device, n].
const store = await openSqliteStore({ file: process.argv[2]! });
const record = (clientId: number) => ({
  id: newId('contact'),
  update: createRecord({ name: `Khách ${clientId}` }, { hlc: hlcFromMs(Date.now()), clientId }),
});

await Promise.all(
  Array.from({ length: 8 }, async (_, device) => {
    const name = `device-${device}`;
    const lastN = await store.lastN('w1', 'ann', name);
    if (!lastN.ok) throw new Error(lastN.error.type);
    for (let n = lastN.value + 1; ; n++) {
      const clientId = device + 1;
      const changes = [record(clientId), record(clientId)];
      const done = await store.commit('w1', [
        { person: administrator('ann'), user: 'ann', device: name, n, changes, at: Date.now() },
      ]);
      if (!done.ok || done.value[0]?.kind !== 'committed') throw new Error(`push ${n} of ${name} failed`);
      process.send!([device, n]);
    }
  }),
);
