import type { Page } from 'playwright';
import { startApp, waitSeen, watchStart, workerMemory, seen } from '../app.ts';
import { median, percentile, type Case } from '../figure.ts';
import { withBenchPage } from '../page.ts';

const COUNT = 100_000;
/** Between two presses of a key by somebody who types fast, in ms. */
const KEY_MS = 120;

/** First sync, cold start, local edits and memory of the built product with 100,000 contacts in real Chromium. */
export default {
  name: 'sync',
  async run(log) {
    log('filling a relay over the real protocol');
    const app = await startApp(COUNT);
    try {
      const context = await app.open();
      let page = await context.newPage();
      await watchStart(page);
      await page.goto(`${app.relay.url}/contacts`);
      await waitSeen(page, 'row', 60_000);
      await page
        .waitForFunction(() => 'loading' in (window as unknown as { seen: object }).seen, undefined, { timeout: 5000 })
        .catch(() => {});
      const all = await waitSeen(page, 'synced', 120_000);
      const first = await seen(page);
      const begun = Math.min(first.loading ?? Infinity, first.row!);
      log(`first sync: list after ${Math.round(first.row!)} ms, all after ${Math.round(all)} ms from the navigation`);

      // the snapshot is written some seconds after the last change; a cold start begins without any tab
      await page.waitForTimeout(8000);
      const memory = await workerMemory(context);
      const starts: number[] = [];
      for (let i = 0; i < 5; i++) {
        const last = page;
        const blank = await context.newPage();
        await last.close();
        await blank.waitForTimeout(1500);
        page = await context.newPage();
        await watchStart(page);
        await page.goto(`${app.relay.url}/contacts`);
        starts.push(await waitSeen(page, 'row', 30_000));
        await waitSeen(page, 'synced', 60_000);
        await blank.close();
      }
      log(`cold starts: ${starts.map(Math.round).join(', ')} ms`);

      await page.locator('a[href^="/contacts/contact_"]').first().click();
      await page.getByRole('button', { name: 'Sửa Chức vụ' }).waitFor();
      const edits: number[] = [];
      for (let i = 0; i < 40; i++) {
        await page.getByRole('button', { name: 'Sửa Chức vụ' }).click();
        const input = page.getByRole('textbox', { name: 'Chức vụ' });
        await input.fill(`Chức vụ ${i}`);
        // a person's pace: between the last letter and Enter the page has drawn what was typed
        await page.waitForTimeout(KEY_MS);
        await page.evaluate(() => {
          const field = document.activeElement as HTMLInputElement;
          const wanted = field.value;
          const row = document.querySelector('[data-field=title]');
          Object.assign(window, {
            edited: new Promise<number>((resolve) => {
              let start = 0;
              field.addEventListener('keydown', (e) => e.key === 'Enter' && (start = performance.now()), {
                capture: true,
                once: true,
              });
              // on screen: the new value stands where the field was, which happens only after the write is durable
              const isOpen = () => field.isConnected && !field.closest('[hidden]');
              const observer = new MutationObserver(() => {
                if (isOpen() || !row?.textContent?.includes(wanted)) return;
                observer.disconnect();
                resolve(performance.now() - start);
              });
              observer.observe(document.body, {
                subtree: true,
                childList: true,
                characterData: true,
                attributes: true,
              });
            }),
          });
        });
        await input.press('Enter');
        edits.push(await page.evaluate(() => (window as unknown as { edited: Promise<number> }).edited));
      }
      const bare = await bareWrites(page);
      log('the peer of the first sync: the same rows into an indexed Dexie table');
      const dexie = await withBenchPage((run) => run<{ store: number }>('dexie', { count: COUNT, rounds: 0 }));
      log('the peer of the memory: the same contacts in one Y.Doc');
      const oneDoc = await memoryOfOneDoc();
      return [
        {
          name: 'first sync: first page',
          note: 'from the start of the sync',
          value: first.row! - begun,
          unit: 'ms',
          bound: 500,
        },
        {
          name: 'first sync: all 100,000',
          note: 'from the start of the sync',
          value: (all - begun) / 1000,
          unit: 's',
          bound: 8,
          peer: { name: 'Dexie rows', value: dexie.store / 1000 },
        },
        {
          name: 'cold start to the first list',
          note: 'median of 5, from the navigation',
          value: median(starts) / 1000,
          unit: 's',
          bound: 1,
        },
        {
          name: 'local edit durable and on screen, p50',
          note: `from Enter, ${KEY_MS} ms after the last letter`,
          value: median(edits),
          unit: 'ms',
          bound: 10,
          peer: { name: 'a bare strict IndexedDB put', value: median(bare) },
        },
        {
          name: 'local edit durable and on screen, p95',
          value: percentile(edits, 0.95),
          unit: 'ms',
          bound: 30,
          peer: { name: 'a bare strict IndexedDB put', value: percentile(bare, 0.95) },
        },
        {
          name: 'memory of the data worker',
          value: memory,
          unit: 'MB',
          bound: 150,
          peer: { name: 'one Y.Doc', value: oneDoc },
        },
      ];
    } finally {
      await app.close();
    }
  },
} satisfies Case;

/** What the disk and the browser take of an edit by themselves: one small value, durable, in ms each. */
const bareWrites = (page: Page): Promise<number[]> =>
  page.evaluate(async () => {
    const ended = (request: IDBRequest) =>
      new Promise<void>((resolve, reject) => {
        request.onsuccess = () => resolve();
        request.onerror = () => reject(request.error!);
      });
    const open = indexedDB.open('bench-bare', 1);
    open.onupgradeneeded = () => open.result.createObjectStore('rows');
    await ended(open);
    const times: number[] = [];
    for (let i = 0; i < 40; i++) {
      const begun = performance.now();
      await new Promise<void>((resolve, reject) => {
        const transaction = open.result.transaction('rows', 'readwrite', { durability: 'strict' });
        transaction.objectStore('rows').put({ title: `Chức vụ ${i}` }, i);
        transaction.oncomplete = () => resolve();
        transaction.onerror = () => reject(transaction.error!);
      });
      times.push(performance.now() - begun);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    open.result.close();
    await ended(indexedDB.deleteDatabase('bench-bare'));
    return times;
  });

/** Heap in MB of a page that holds the contacts in one document, after a garbage collection. */
const memoryOfOneDoc = (): Promise<number> =>
  withBenchPage(async (_run, page) => {
    await page.goto(page.url().replace('index.html', 'one-doc.html'));
    await page.waitForFunction(() => 'fill' in window);
    await page.evaluate((count) => (window as unknown as { fill: (count: number) => number }).fill(count), COUNT);
    const cdp = await page.context().newCDPSession(page);
    await cdp.send('HeapProfiler.enable');
    await cdp.send('HeapProfiler.collectGarbage');
    const { usedSize } = await cdp.send('Runtime.getHeapUsage');
    return usedSize / 1024 / 1024;
  });
