import { hlcFromMs } from '#core/kit/hlc.ts';
import { newId, type RecordId } from '#core/kit/ids.ts';
import { LIMITS, type Change } from '#core/protocol/messages.ts';
import { createRecord, editRecord } from '#crdt/record.ts';
import { rawDevice } from './raw-device.ts';

/** Changes of one record each in a push of the outbox. */
const RECORDS = LIMITS.pushChanges / 2;

/** What a device holds in its outbox after so many edits without a network: pushes that edit every record once. */
export function offlineEdits(edits: number): readonly (readonly Change[])[] {
  const clientId = 1 + Math.floor(Math.random() * 4e9);
  const states = new Map<RecordId, Uint8Array>();
  const ids = Array.from({ length: RECORDS }, () => newId('contact'));
  let hlc = hlcFromMs(Date.now());
  return Array.from({ length: Math.ceil(edits / RECORDS) }, (_, n) =>
    ids.map((id) => {
      const state = states.get(id);
      const stamp = { hlc: hlc++, clientId };
      const made = state && editRecord(id, state, { title: `lần ${n}` }, stamp);
      const update = made?.update ?? createRecord({ name: 'K' }, stamp);
      states.set(id, made?.state ?? update);
      return { id, update };
    }),
  );
}

/**
 * Sends an outbox over connections that break, the first `cuts` of them in the middle with pushes under way, and goes
 * on where the acknowledgements ended. Gives how many changes each push was told to be taken.
 */
export async function replay(
  url: string,
  cookie: string,
  outbox: readonly (readonly Change[])[],
  cuts: number,
): Promise<{ readonly taken: ReadonlyMap<number, number>; readonly connections: number }> {
  const device = newId('device');
  const taken = new Map<number, number>();
  const part = Math.floor(outbox.length / (cuts + 1));
  let connections = 0;
  for (let done = 0; done < outbox.length;) {
    const link = await rawDevice(url, cookie, device);
    const cutAt = connections++ < cuts ? done + part : Infinity;
    let sent = done;
    const send = () => {
      if (sent < outbox.length) link.send({ type: 'push', n: sent + 1, changes: outbox[sent++]! });
    };
    link.hello();
    await link.hears('welcome');
    for (let i = 0; i < LIMITS.changesInFlight / RECORDS; i++) send();
    while (done < Math.min(outbox.length, cutAt)) {
      const { n, results } = await link.hears('ack');
      taken.set(n, results.filter((result) => result.kind === 'ok').length);
      while (taken.has(done + 1)) done++; // one that is told again may be told after the next
      send();
    }
    link.socket.terminate();
  }
  return { taken, connections };
}
