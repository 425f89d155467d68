import { connectPushClient } from '../../support/push-client.ts';
import { startApp } from '../app.ts';
import { percentile, type Case } from '../figure.ts';

const COUNT = 100_000;
const STARTS = 7;

/** A relay with 100,000 records after SIGKILL: from its start to the first answer to HTTP and the first device welcomed. */
export default {
  name: 'restart',
  async run(log) {
    log('filling a relay over the real protocol');
    const app = await startApp(COUNT);
    const { relay, cookie } = app;
    try {
      const times: number[] = [];
      for (let i = 0; i < STARTS; i++) {
        await relay.kill();
        const began = performance.now();
        await relay.start();
        const healthy = performance.now() - began;
        const client = await connectPushClient(relay.url, `${cookie.name}=${cookie.value}`);
        times.push(performance.now() - began);
        log(`health after ${Math.round(healthy)} ms, a device welcomed after ${Math.round(times.at(-1)!)} ms`);
        if (client.welcome.head.seq < COUNT) throw new Error(`the log reaches ${client.welcome.head.seq} only`);
        client.close();
      }
      return [
        {
          name: 'relay restart with 100,000 records to serving, p50',
          note: `${STARTS} starts after SIGKILL`,
          value: percentile(times, 0.5) / 1000,
          unit: 's',
          bound: 2,
        },
        { name: 'relay restart with 100,000 records to serving, slowest', value: Math.max(...times) / 1000, unit: 's' },
      ];
    } finally {
      await app.close();
    }
  },
} satisfies Case;
