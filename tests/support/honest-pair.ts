import { inflateRawSync } from 'node:zlib';
import { createHlcClock } from '#core/kit/hlc.ts';
import { newId, type RecordId } from '#core/kit/ids.ts';
import { decodePack } from '#core/protocol/codec.ts';
import { createRecord, editRecord } from '#crdt/record.ts';
import { connectPushClient } from './push-client.ts';
import { rawDevice } from './raw-device.ts';

/** Two devices of somebody who works while others misbehave: one writes, the other must see it. */
export interface HonestPair {
  readonly id: RecordId;
  state(): Uint8Array;
  readonly clientId: number;
  /** Writes once; ms until the relay has acknowledged it, and until the other device has it. */
  edit(): Promise<{ readonly ackMs: number; readonly seenMs: number }>;
  close(): void;
}

export async function honestPair(url: string, cookie: string): Promise<HonestPair> {
  const clock = createHlcClock(Date.now);
  const clientId = 100_000 + Math.floor(Math.random() * 100_000);
  const stamp = () => ({ hlc: clock.next(), clientId });
  const id = newId('contact');
  let state = createRecord({ name: 'Người làm việc' }, stamp());
  const writer = await connectPushClient(url, cookie);
  const reader = await rawDevice(url, cookie);
  const welcome = writer.welcome;
  await writer.push([{ id, update: state }]);
  // from here on, whatever else the workspace holds
  reader.hello({ cursor: { incarnation: welcome.head.incarnation, seq: welcome.head.seq } });
  let arrived: (at: number) => void = () => undefined;
  const see = (records: readonly { readonly id: RecordId }[]) => {
    if (records.some((record) => record.id === id)) arrived(performance.now());
  };
  const listen = (work: () => Promise<void>) =>
    void (async () => {
      for (;;) await work();
    })().catch(() => undefined); // it was closed
  listen(async () => see((await reader.hears('changes')).records));
  // where too much was committed at once for a fan-out, pages come instead
  listen(async () => {
    const { seq, pack, deflated } = await reader.hears('page');
    reader.send({ type: 'got', seq });
    const records = decodePack(deflated ? inflateRawSync(pack) : pack);
    if (records.ok) see(records.value);
  });
  await reader.hears('caught-up');
  let edits = 0;
  return {
    id,
    clientId,
    state: () => state,
    async edit() {
      const edit = editRecord(id, state, { title: `lần ${++edits}` }, stamp());
      state = edit.state;
      const began = performance.now();
      const seen = new Promise<number>((resolve) => (arrived = resolve));
      const { results } = await writer.push([{ id, update: edit.update }]);
      const ackMs = performance.now() - began;
      if (results[0]?.kind !== 'ok') throw new Error(`refused: ${JSON.stringify(results[0])}`);
      return { ackMs, seenMs: (await seen) - began };
    },
    close() {
      writer.close();
      reader.socket.terminate();
    },
  };
}
