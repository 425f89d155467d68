import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type BrowserContext, type Page } from 'playwright';
import { createHlcClock } from '#core/kit/hlc.ts';
import { createRecord } from '#crdt/record.ts';
import { browserLaunch } from '../support/browser.ts';
import { connectPushClient, pushAll } from '../support/push-client.ts';
import { startRelay, type TestRelay } from '../support/relay.ts';
import { sampleRecords } from '../support/sample-records.ts';

export const ADMIN = {
  workspace: 'Bench',
  name: 'Trần Quản Trị',
  email: 'admin@example.vn',
  password: 'mat-khau-dai-1',
};

/** The built product on a relay of its own with so many generated contacts, and the administrator's session cookie. */
export interface BenchApp {
  readonly relay: TestRelay;
  readonly cookie: { readonly name: string; readonly value: string };
  /** A browser profile of its own (kept on disk until the end), signed in. */
  open(profile?: string): Promise<BrowserContext>;
  close(): Promise<void>;
}

export async function startApp(contacts: number): Promise<BenchApp> {
  const relay = await startRelay({ LOG_LEVEL: 'error' });
  const setup = await fetch(`${relay.url}/api/setup`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: relay.url },
    body: JSON.stringify(ADMIN),
  });
  const [name = '', value = ''] = setup.headers.getSetCookie()[0]!.split(';')[0]!.split(/=(.*)/);
  const { me } = (await setup.json()) as { me: { id: string } };
  if (contacts > 0) {
    const client = await connectPushClient(relay.url, `${name}=${value}`);
    await pushAll(client, changes(contacts, me.id));
    client.close();
  }
  const profiles: string[] = [];
  const contexts: BrowserContext[] = [];
  return {
    relay,
    cookie: { name, value },
    async open(profile) {
      const folder = profile ?? mkdtempSync(join(tmpdir(), 'lienhe-bench-'));
      if (!profile) profiles.push(folder);
      const context = await chromium.launchPersistentContext(folder, {
        ...browserLaunch(),
        headless: true,
        locale: 'vi-VN',
        viewport: { width: 1280, height: 800 },
      });
      await context.addCookies([{ name, value, url: relay.url, httpOnly: true, sameSite: 'Lax' }]);
      contexts.push(context);
      return context;
    },
    async close() {
      for (const context of contexts) await context.close().catch(() => {});
      for (const folder of profiles) rmSync(folder, { recursive: true, force: true });
      await relay.close();
    },
  };
}

function* changes(count: number, owner: string) {
  const clock = createHlcClock(Date.now);
  const clientId = crypto.getRandomValues(new Uint32Array(1))[0]!;
  for (const { id, changes: values } of sampleRecords(count, { owners: [owner], departments: ['sales'] })) {
    yield { id, update: createRecord(values, { hlc: clock.next(), clientId }) };
  }
}

/**
 * Notes, in the page, when its parts first show, in ms since the navigation began: `row` the first contact in the list,
 * `loading` the first sync's progress, `synced` the badge saying so.
 */
export async function watchStart(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const seen: Record<string, number> = {};
    Object.assign(window, { seen });
    const look = () => {
      if (
        !('row' in seen) &&
        document.querySelector('[role=row] a[href^="/contacts/contact_"], tr a[href^="/contacts/contact_"]')
      )
        seen.row = performance.now();
      const text = document.querySelector('header')?.textContent ?? '';
      if (
        !('loading' in seen) &&
        /Đang kết nối|Đang đồng bộ|Đang tải danh bạ|Đang tải [\d.]+\//.test(document.body?.textContent ?? '')
      )
        seen.loading = performance.now();
      if (!('synced' in seen) && /Đã đồng bộ/.test(text)) seen.synced = performance.now();
      // what is measured later must not pay for this
      if ('row' in seen && 'synced' in seen) observer.disconnect();
    };
    const observer = new MutationObserver(look);
    observer.observe(document, { subtree: true, childList: true, characterData: true });
  });
}
export const seen = (page: Page): Promise<Record<'row' | 'loading' | 'synced', number | undefined>> =>
  page.evaluate(() => (window as unknown as { seen: Record<'row' | 'loading' | 'synced', number | undefined> }).seen);

/** Waits until `seen` has it. */
export async function waitSeen(page: Page, what: 'row' | 'synced', ms: number): Promise<number> {
  await page.waitForFunction((w) => w in (window as unknown as { seen: object }).seen, what, {
    timeout: ms,
    polling: 50,
  });
  return (await seen(page))[what]!;
}

/** Heap and array buffers of the data worker in MB, after a garbage collection. */
export async function workerMemory(context: BrowserContext): Promise<number> {
  const browser = context.browser();
  const cdp = browser ? await browser.newBrowserCDPSession() : await context.newCDPSession(context.pages()[0]!);
  const { targetInfos } = await cdp.send('Target.getTargets');
  const worker = targetInfos.find((t) => t.type === 'shared_worker');
  if (!worker) throw new Error(`no shared worker among ${targetInfos.map((t) => t.type).join(', ')}`);
  const { sessionId } = await cdp.send('Target.attachToTarget', { targetId: worker.targetId, flatten: false });
  let id = 0;
  const ask = (method: string): Promise<Record<string, number>> =>
    new Promise((resolve, reject) => {
      const mine = ++id;
      const listen = (event: { sessionId: string; message: string }) => {
        const answer = JSON.parse(event.message) as {
          id?: number;
          result?: Record<string, number>;
          error?: { message: string };
        };
        if (event.sessionId !== sessionId || answer.id !== mine) return;
        cdp.off('Target.receivedMessageFromTarget', listen);
        if (answer.result) resolve(answer.result);
        else reject(new Error(answer.error?.message));
      };
      cdp.on('Target.receivedMessageFromTarget', listen);
      void cdp.send('Target.sendMessageToTarget', {
        sessionId,
        message: JSON.stringify({ id: mine, method, params: {} }),
      });
    });
  await ask('HeapProfiler.enable');
  await ask('HeapProfiler.collectGarbage');
  const usage = await ask('Runtime.getHeapUsage');
  await cdp.detach();
  return (usage.usedSize! + (usage.backingStorageSize ?? 0)) / 1024 / 1024;
}
