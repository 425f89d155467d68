import { newId } from '#core/kit/ids.ts';
import { offlineEdits, replay } from '../../support/offline-replay.ts';
import { rawDevice } from '../../support/raw-device.ts';
import { startApp } from '../app.ts';
import type { Case } from '../figure.ts';

const EDITS = 50_000;
const HERD = 1_000;

/** sync.md §7: a long time offline over a link that breaks, and everybody coming back at once. */
export default {
  name: 'bad-links',
  async run(log) {
    const app = await startApp(1_000);
    const cookie = `${app.cookie.name}=${app.cookie.value}`;
    try {
      const outbox = offlineEdits(EDITS);
      const began = performance.now();
      const { taken, connections } = await replay(app.relay.url, cookie, outbox, 5);
      const replayed = (performance.now() - began) / 1000;
      const acknowledged = [...taken.values()].reduce((sum, count) => sum + count, 0);
      log(`${acknowledged} edits over ${connections} connections in ${replayed.toFixed(1)} s`);
      if (acknowledged !== outbox.flat().length) throw new Error('an edit was not acknowledged');

      await app.relay.kill();
      await app.relay.start();
      const herdBegan = performance.now();
      const devices = await Promise.all(
        Array.from({ length: HERD }, async () => {
          const device = await rawDevice(app.relay.url, cookie, newId('device'));
          device.hello();
          void (async () => {
            for (;;) device.send({ type: 'got', seq: (await device.hears('page')).seq });
          })().catch(() => undefined); // it was closed
          await device.hears('caught-up');
          return device;
        }),
      );
      const herd = (performance.now() - herdBegan) / 1000;
      for (const { socket } of devices) socket.terminate();
      log(`${HERD} devices back and synced after ${herd.toFixed(1)} s`);
      return [
        { name: `${EDITS} offline edits replayed over a link that breaks five times`, value: replayed, unit: 's' },
        { name: `${HERD} devices reconnect at once, all synced from nothing`, value: herd, unit: 's' },
      ];
    } finally {
      await app.close();
    }
  },
} satisfies Case;
