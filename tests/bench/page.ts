import { join } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright';
import { createServer } from 'vite';
import { browserLaunch } from '../support/browser.ts';

/** A page in real Chromium whose `runBench(name, input)` runs one of pages/*.worker.ts and gives its answer. */
export async function withBenchPage<T>(
  use: (run: <R>(name: string, input: unknown) => Promise<R>, page: Page, browser: Browser) => Promise<T>,
): Promise<T> {
  const root = join(import.meta.dirname, '..', '..');
  const server = await createServer({
    configFile: false,
    root,
    logLevel: 'error',
    cacheDir: join(root, 'node_modules', '.vite-bench'),
    server: { port: 0, host: '127.0.0.1', hmr: false, watch: null },
    optimizeDeps: { include: ['dexie', 'yjs', 'lib0/encoding', 'lib0/decoding', 'xlsx'] },
  });
  await server.listen();
  const { port } = server.httpServer!.address() as { port: number };
  const browser = await chromium.launch({ ...browserLaunch(), headless: true });
  try {
    const page = await browser.newPage();
    page.on('pageerror', (error) => console.error('  page:', error.message));
    await page.goto(`http://127.0.0.1:${port}/tests/bench/pages/index.html`);
    await page.waitForFunction(() => 'runBench' in window);
    return await use(
      <R>(name: string, input: unknown) =>
        page.evaluate(([n, i]) => window.runBench(n, i), [name, input] as const) as Promise<R>,
      page,
      browser,
    );
  } finally {
    await browser.close();
    await server.close();
  }
}
