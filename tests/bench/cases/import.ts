import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { contactsFile } from '../../support/xlsx-files.ts';
import { startApp } from '../app.ts';
import { median, type Case } from '../figure.ts';
import { withBenchPage } from '../page.ts';

const ROWS = 100_000;

/** A 100,000-row workbook through the import page, from choosing the file to the last row durable, beside SheetJS alone. */
export default {
  name: 'import',
  async run(log) {
    const bytes = contactsFile(ROWS);
    log(`workbook of ${ROWS} rows × 12 columns, ${(bytes.length / 1e6).toFixed(1)} MB`);
    const file = Buffer.from(bytes).toString('base64');
    const alone = await withBenchPage(async (run) => {
      const times: number[] = [];
      for (let i = 0; i < 3; i++) times.push((await run<{ ms: number }>('sheetjs', { file })).ms);
      return times;
    });
    log(`SheetJS alone: ${alone.map(Math.round).join(', ')} ms`);
    const folder = mkdtempSync(join(tmpdir(), 'lienhe-bench-'));
    const path = join(folder, 'khach-hang.xlsx');
    writeFileSync(path, bytes);
    const app = await startApp(0);
    try {
      const context = await app.open();
      const page = await context.newPage();
      await page.goto(`${app.relay.url}/import`);
      const input = page.locator('input[type=file]');
      await input.waitFor({ state: 'attached' });
      const step = async (begin: () => Promise<unknown>, end: () => Promise<unknown>) => {
        const start = performance.now();
        await begin();
        await end();
        return performance.now() - start;
      };
      const heading = (name: RegExp) => page.getByRole('heading', { name }).waitFor({ timeout: 180_000 });
      const reading = await step(
        () => input.setInputFiles(path),
        () => heading(/Ghép cột/),
      );
      await page.evaluate(() => {
        const long: number[] = [];
        Object.assign(window, { long });
        new PerformanceObserver((list) => long.push(...list.getEntries().map((e) => e.duration))).observe({
          type: 'longtask',
        });
      });
      const checking = await step(
        () => page.getByRole('button', { name: 'Kiểm tra dữ liệu' }).click(),
        () => heading(/Kết quả kiểm tra/),
      );
      const writing = await step(
        () => page.getByRole('button', { name: /^Nhập [\d.]+ liên hệ/ }).click(),
        () => heading(/Đã nhập xong/),
      );
      const longest = await page.evaluate(() => Math.max(0, ...(window as unknown as { long: number[] }).long));
      log(
        `reading ${Math.round(reading)}, checking ${Math.round(checking)}, writing ${Math.round(writing)} ms; longest task in the tab ${Math.round(longest)} ms`,
      );
      const peer = { name: 'SheetJS read alone', value: median(alone) / 1000 };
      const total = (reading + checking + writing) / 1000;
      return [
        {
          name: 'import of 100,000 rows, complete and durable',
          note: 'file chosen to result',
          value: total,
          unit: 's',
          bound: 2 * peer.value,
          peer,
        },
        { name: 'longest task in the tab while importing', value: longest, unit: 'ms' },
      ];
    } finally {
      await app.close();
      rmSync(folder, { recursive: true, force: true });
    }
  },
} satisfies Case;
