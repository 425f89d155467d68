import { createServer } from 'node:http';
import { gzipSync } from 'node:zlib';
import { chromium } from 'playwright';
import { browserLaunch } from '../../support/browser.ts';
import { startApp } from '../app.ts';
import type { Case } from '../figure.ts';

/** JavaScript fetched by a newcomer's first screen and by the contact list, gzip -9, workers included. */
export default {
  name: 'first-load',
  async run(log) {
    const fresh = await startApp(0);
    const scripts = new Map<string, number>();
    // a proxy sees what workers fetch too; it asks for plain bytes and counts them gzipped
    const proxy = createServer((request, response) => {
      void fetch(`${fresh.relay.url}${request.url}`, {
        headers: { cookie: request.headers.cookie ?? '', 'accept-encoding': 'identity' },
        redirect: 'manual',
      }).then(async (answer) => {
        const body = Buffer.from(await answer.arrayBuffer());
        if (/\.js$/.test(request.url ?? '')) scripts.set(request.url!, gzipSync(body, { level: 9 }).length);
        const headers = Object.fromEntries(
          [...answer.headers].filter(
            ([name]) => !/^(content-encoding|content-length|transfer-encoding|connection)$/.test(name),
          ),
        );
        response.writeHead(answer.status, headers).end(body);
      });
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(proxy.address() as { port: number }).port}`;
    const browser = await chromium.launch({ ...browserLaunch(), headless: true });
    const measure = async (path: string, signedIn: boolean) => {
      scripts.clear();
      const context = await browser.newContext({ serviceWorkers: 'block' });
      if (signedIn) await context.addCookies([{ ...fresh.cookie, url }]);
      const page = await context.newPage();
      await page.goto(`${url}${path}`);
      await page.getByRole('heading', { level: 1 }).waitFor();
      await page.waitForTimeout(2000);
      await context.close();
      const worker = [...scripts]
        .filter(([path]) => path.includes('/workers/'))
        .reduce((sum, [, size]) => sum + size, 0);
      const all = [...scripts.values()].reduce((sum, size) => sum + size, 0);
      log(
        `${path}: ${scripts.size} scripts, ${(all / 1000).toFixed(1)} kB, of it workers ${(worker / 1000).toFixed(1)} kB`,
      );
      return { all: all / 1000, page: (all - worker) / 1000 };
    };
    try {
      const login = await measure('/login', false);
      const list = await measure('/contacts', true);
      return [
        { name: 'first load: sign-in screen', note: 'gzip JS', value: login.all, unit: 'kB', bound: 130 },
        { name: 'first load: contact list, page', note: 'gzip JS', value: list.page, unit: 'kB', bound: 130 },
        { name: 'first load: contact list, page and data worker', note: 'gzip JS', value: list.all, unit: 'kB' },
      ];
    } finally {
      await browser.close();
      proxy.closeAllConnections();
      proxy.close();
      await fresh.close();
    }
  },
} satisfies Case;
