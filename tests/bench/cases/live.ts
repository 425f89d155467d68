import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, type Page } from 'playwright';
import { browserLaunch } from '../../support/browser.ts';
import { freePort } from '../../support/relay.ts';
import { startApp } from '../app.ts';
import { median, percentile, type Case } from '../figure.ts';
import { withBenchPage } from '../page.ts';

const EDITS = 40;
const peers = join(import.meta.dirname, '..', 'peers');

/** From pressing Enter in one browser to the value on the other browser's screen; the peer is y-websocket. */
export default {
  name: 'live',
  async run(log) {
    const app = await startApp(1000);
    let ours: number[];
    try {
      const [near, far] = [await app.open(), await app.open()];
      const [writer, reader] = [await near.newPage(), await far.newPage()];
      await writer.goto(`${app.relay.url}/contacts`);
      await writer.locator('a[href^="/contacts/contact_"]').first().click();
      await writer.getByRole('button', { name: 'Sửa Chức vụ' }).waitFor();
      await reader.goto(writer.url());
      await reader.getByRole('button', { name: 'Sửa Chức vụ' }).waitFor();
      await writer.waitForTimeout(1500);
      ours = [];
      for (let i = 0; i < EDITS; i++) {
        const value = `Giá trị ${i} ${Math.random()}`;
        const shown = whenShown(reader, value);
        await writer.getByRole('button', { name: 'Sửa Chức vụ' }).click();
        await writer.getByRole('textbox', { name: 'Chức vụ' }).fill(value);
        const start = await writer.evaluate(() => {
          const at = performance.timeOrigin + performance.now();
          document.activeElement!.dispatchEvent(
            new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true }),
          );
          return at;
        });
        ours.push((await shown) - start);
      }
    } finally {
      await app.close();
    }
    log(`ours: p50 ${median(ours).toFixed(1)} ms, p95 ${percentile(ours, 0.95).toFixed(1)} ms`);
    const peer = await measurePeer();
    log(`y-websocket: p50 ${median(peer).toFixed(1)} ms, p95 ${percentile(peer, 0.95).toFixed(1)} ms`);
    return [
      {
        name: 'edit to the other browser’s screen, p50',
        note: 'durable on both sides, fsync on',
        value: median(ours),
        unit: 'ms',
        bound: 50,
        peer: { name: 'y-websocket, nothing stored', value: median(peer) },
      },
      {
        name: 'edit to the other browser’s screen, p95',
        value: percentile(ours, 0.95),
        unit: 'ms',
        peer: { name: 'y-websocket, nothing stored', value: percentile(peer, 0.95) },
      },
    ];
  },
} satisfies Case;

/** Wall-clock time (ms since 1970) at which the text stands in the page. */
function whenShown(page: Page, text: string): Promise<number> {
  return page.evaluate(
    (wanted) =>
      new Promise<number>((resolve) => {
        const look = () => {
          if (!document.body.textContent?.includes(wanted)) return;
          observer.disconnect();
          resolve(performance.timeOrigin + performance.now());
        };
        const observer = new MutationObserver(look);
        observer.observe(document.body, { subtree: true, childList: true, characterData: true });
        look();
      }),
    text,
  );
}

async function measurePeer(): Promise<number[]> {
  if (!existsSync(join(peers, 'node_modules', '@y', 'websocket-server'))) {
    const done = spawnSync('npm', ['install', '--no-audit', '--no-fund', '--no-package-lock', '--loglevel=error'], {
      cwd: peers,
      stdio: 'inherit',
    });
    if (done.status !== 0) throw new Error('the peer could not be installed');
  }
  const port = await freePort();
  const server = spawn(process.execPath, [join('node_modules', '@y', 'websocket-server', 'src', 'server.js')], {
    cwd: peers,
    env: { ...process.env, HOST: '127.0.0.1', PORT: String(port) },
    stdio: 'ignore',
  });
  try {
    return await withBenchPage(async (_run, page) => {
      const address = page.url().replace('index.html', `peer.html?ws=ws://127.0.0.1:${port}`);
      const second = await chromium.launch({ ...browserLaunch(), headless: true });
      const reader = await second.newPage();
      for (const p of [page, reader]) {
        await p.goto(address);
        await p.evaluate(() => (window as unknown as { synced: Promise<void> }).synced);
      }
      const times: number[] = [];
      for (let i = 0; i < EDITS; i++) {
        const value = `Giá trị ${i} ${Math.random()}`;
        const shown = whenShown(reader, value);
        const start = await page.evaluate((v) => {
          const at = performance.timeOrigin + performance.now();
          (window as unknown as { edit: (v: string) => void }).edit(v);
          return at;
        }, value);
        times.push((await shown) - start);
      }
      await second.close();
      return times;
    });
  } finally {
    server.kill('SIGTERM');
  }
}
