import { join } from 'node:path';
import { chromium, type Page } from 'playwright';
import { createServer } from 'vite';
import { browserLaunch } from '../../support/browser.ts';
import { createCable, startRelay, type Cable, type TestRelay } from '../../support/relay.ts';

const root = join(import.meta.dirname, '..', '..', '..');

/** A person's browser: the app's own data worker on a real IndexedDB, behind a cable of its own. */
export interface DevicePages {
  readonly relay: TestRelay;
  /** What the pages' requests name as their origin. */
  readonly origin: string;
  readonly open: (person: {
    cookie: string;
    id: string;
    workspaceId: string;
    role: string;
  }) => Promise<{ page: Page; cable: Cable }>;
}

/** A relay process, and pages with data workers beside it. */
export async function withDevicePages<T>(use: (pages: DevicePages) => Promise<T>): Promise<T> {
  const server = await createServer({
    configFile: false,
    root,
    logLevel: 'error',
    cacheDir: join(root, 'node_modules', '.vite-bench-device'),
    server: { port: 0, host: '127.0.0.1', hmr: false, watch: null },
    worker: { format: 'es' },
    optimizeDeps: {
      entries: ['tests/bench/pages/device.ts', 'src/data-worker/worker.ts'],
      include: ['dexie', 'yjs', 'valibot', 'y-websocket', 'y-indexeddb', 'lib0/encoding', 'lib0/decoding'],
    },
  });
  await server.listen();
  const { port } = server.httpServer!.address() as { port: number };
  const origin = `http://127.0.0.1:${port}`;
  const relay = await startRelay({ LOG_LEVEL: 'error', PUBLIC_URL: origin });
  const browser = await chromium.launch({ ...browserLaunch(), headless: true });
  const cables: Cable[] = [];
  try {
    return await use({
      relay,
      origin,
      async open({ cookie, id, workspaceId, role }) {
        const cable = await createCable(relay.port);
        cables.push(cable);
        const context = await browser.newContext();
        const [name = '', value = ''] = cookie.split(/=(.*)/);
        await context.addCookies([{ name, value, url: origin, httpOnly: true, sameSite: 'Lax' }]);
        const page = await context.newPage();
        page.on('pageerror', (error) => console.error('  page:', error.message));
        page.on('console', (message) => message.type() === 'error' && console.error('  page:', message.text()));
        await page.goto(`${origin}/tests/bench/pages/device.html`);
        await page.waitForFunction(() => 'device' in window);
        const socketUrl = cable.url.replace('http', 'ws');
        const config = { user: id, role, workspace: workspaceId, socketUrl, build: 'bench' };
        await page.evaluate((given) => window.device.start(given), config);
        return { page, cable };
      },
    });
  } finally {
    await browser.close();
    for (const cable of cables) await cable.close();
    await relay.close();
    await server.close();
  }
}
