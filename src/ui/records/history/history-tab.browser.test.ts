import { afterEach, beforeEach, expect, test } from 'vitest';
import { cleanup, render } from 'vitest-browser-svelte';
import { page, userEvent } from 'vitest/browser';
import '../../../app.css';
import type { HistoryEntry, HistoryPage } from '#core/history/history.ts';
import type { RecordId } from '#core/kit/ids.ts';
import type { Result } from '#core/kit/result.ts';
import { createMemoryApp, type MemoryApp } from '#tests/support/memory-app.ts';
import WithApp from '#tests/support/WithApp.svelte';
import ContactDetail from '../ContactDetail.svelte';

let app: MemoryApp;
let id: RecordId;
const at = Date.UTC(2026, 0, 5, 3, 30); // 10:30 in Asia/Ho_Chi_Minh
const entry = (seq: number, changes: HistoryEntry['changes'], more: Partial<HistoryEntry> = {}): HistoryEntry => ({
  ...{ seq, user: 'u2', device: 'device_7f3a', at, created: false },
  changes,
  ...more,
});

beforeEach(async () => {
  await page.viewport(1280, 900);
  app = createMemoryApp();
  id = app.port.seed('contact', {
    name: 'Lê Thị Hoa',
    title: 'Kế toán',
    phones: [{ id: '0', value: '+84912345678' }],
  });
});
afterEach(() => cleanup());

async function open(history: (id: string, before?: number) => Promise<Result<HistoryPage, { type: string }>>) {
  const given = {
    id,
    listPath: '/contacts',
    navigate: () => undefined,
    history,
    erase: async () => ({ ok: true, value: undefined }),
  };
  await render(WithApp, { app, component: ContactDetail as never, given });
  await userEvent.click(page.getByRole('tab', { name: 'Lịch sử thay đổi' }));
}
const region = () => page.getByRole('region', { name: 'Lịch sử thay đổi' });
const says = async (text: RegExp) => {
  await expect.element(region()).toBeVisible(); // its code is loaded when the tab is opened
  await expect.poll(() => region().element().textContent.replace(/\s+/g, ' '), { timeout: 5000 }).toMatch(text);
};
const edits = () => app.port.ran.filter((r) => r.command === 'contact.edit').map((r) => r.input);

test('who, when in Vietnam, from what to what; a lost edit says so; the creation last', async () => {
  await open(async () => ({
    ok: true,
    value: {
      entries: [
        entry(3, [{ key: 'title', before: 'Kế toán', after: 'Thủ quỹ', lost: true }]),
        entry(2, [{ key: 'title', before: 'Thư ký', after: 'Kế toán' }]),
        entry(1, [{ key: 'name', before: null, after: 'Lê Thị Hoa' }], { created: true }),
      ],
    },
  }));
  await says(
    /Nguyễn Văn Hùng đã sửa 10:30 5\/1\/26 · Thiết bị 7F3A Chức vụ: từ Kế toán thành ?Thủ quỹ ?Không được dùng/,
  );
  await says(/Nguyễn Văn Hùng đã tạo liên hệ/);
});

test('a former value comes back as an ordinary edit that can be undone', async () => {
  await open(async () => ({
    ok: true,
    value: {
      entries: [
        entry(3, [{ key: 'phones/1', before: { value: '+84987654321' }, after: null }]),
        entry(2, [{ key: 'title', before: 'Thư ký', after: 'Kế toán' }]),
      ],
    },
  }));
  await userEvent.click(page.getByRole('button', { name: 'Khôi phục Chức vụ: Thư ký' }));
  await expect.poll(edits).toEqual([{ id, values: { title: 'Thư ký' } }]);
  await expect.poll(() => app.notices.at(-1)?.action?.title).toBe('Hoàn tác');
  await userEvent.click(page.getByRole('button', { name: /Khôi phục Số điện thoại: 0987 654 321/ }));
  await expect
    .poll(() => edits()[1])
    .toEqual({
      id,
      values: {
        phones: [
          { id: '0', value: '+84912345678' },
          { id: '1', value: '+84987654321' },
        ],
      },
    });
});

test('pages join; the next one is asked for from where the last one ended', async () => {
  const asked: (number | undefined)[] = [];
  await open(async (_, before) => {
    asked.push(before);
    const entries = [
      entry(before === undefined ? 9 : 4, [{ key: 'title', before: null, after: `${before ?? 'đầu'}` }]),
    ];
    return { ok: true, value: before === undefined ? { entries, next: 9 } : { entries } };
  });
  await userEvent.click(page.getByRole('button', { name: 'Xem thêm' }));
  await says(/đầu.*9/);
  expect(asked).toEqual([undefined, 9]);
  await expect.element(page.getByRole('button', { name: 'Xem thêm' })).not.toBeInTheDocument();
});

test('offline: says what is missing, and shows what waits on this device', async () => {
  await app.port.run('contact.edit', { id, values: { title: 'Thủ quỹ' } });
  let online = false;
  await open(async () =>
    online ? { ok: true, value: { entries: [] } } : { ok: false, error: { type: 'unreachable' } },
  );
  await says(/Chờ đồng bộ.*Chức vụ: ?Thủ quỹ.*Cần kết nối máy chủ/);
  online = true;
  await userEvent.click(page.getByRole('button', { name: 'Thử lại' }));
  await says(/Chưa có thay đổi nào/);
});
