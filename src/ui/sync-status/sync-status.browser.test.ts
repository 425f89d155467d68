import { afterEach, beforeEach, expect, test } from 'vitest';
import { cleanup, render } from 'vitest-browser-svelte';
import { page, userEvent } from 'vitest/browser';
import '../../app.css';
import type { Result } from '#core/kit/result.ts';
import type { SyncStatus as Status } from '#core/sync-status/sync-status.ts';
import { createMemoryApp } from '#tests/support/memory-app.ts';
import WithApp from '#tests/support/WithApp.svelte';
import { locale } from '../locale.svelte.ts';
import SyncStatus from './SyncStatus.svelte';

const HOUR = 60 * 60 * 1000;
const well: Status = {
  relay: { version: '1.2.3', startedAt: Date.now() - 48 * HOUR },
  devices: { connected: 12, behind: 0 },
  rooms: { connected: 2 },
  log: { entries: 1284, lastAt: Date.UTC(2026, 0, 5, 3, 30) }, // 10:30 in Asia/Ho_Chi_Minh
  commits: { medianMs: 4.2, slowMs: 1234 },
  waiting: 0,
  refused: [],
  mismatches: 0,
  storage: { state: 'ok', freeBytes: 52_000_000_000 },
  silent: [],
};

beforeEach(() => page.viewport(1280, 900));
afterEach(() => {
  cleanup();
  locale.current = 'vi';
});

type Answer = Result<Status, { type: string }>;
async function open(answer: () => Answer, everyMs = 60_000) {
  const asked = { times: 0 };
  const ask = () => {
    asked.times++;
    return Promise.resolve(answer());
  };
  await render(WithApp, { app: createMemoryApp(), component: SyncStatus as never, given: { ask, everyMs } });
  return asked;
}
const fact = (label: string | RegExp) => page.getByRole('term').filter({ hasText: label });
const value = async (label: string | RegExp) => {
  await expect.element(fact(label)).toBeVisible();
  return fact(label).element().nextElementSibling?.textContent;
};

test('what is well, in plain words', async () => {
  await open(() => ({ ok: true, value: well }));
  await expect.element(page.getByText('Mọi thứ hoạt động bình thường.')).toBeVisible();
  expect(await value('Đang kết nối')).toBe('12 thiết bị');
  expect(await value('Thay đổi đã lưu')).toBe('1.284');
  expect(await value('Lần lưu gần nhất')).toBe('10:30 5/1/26');
  expect(await value('Thời gian lưu')).toMatch(/^thường 4,2\smili giây, 95% không quá 1,2\sgiây$/);
  expect(await value('Dữ liệu lệch')).toBe('Không có');
  expect(await value('Chỗ trống')).toMatch(/52\sGB/);
  expect(await value(/^Máy chủ$/)).toContain('1.2.3');
  await expect.element(page.getByText('Trong 24 giờ qua.')).toBeVisible();
  await expect.element(page.getByText('Không có thay đổi nào bị từ chối.')).toBeVisible();
  await expect.element(page.getByText('Mọi thiết bị đều kết nối trong 3 ngày qua.')).toBeVisible();
});

test('what is not: no room, data that differed, refusals by reason, devices that stayed away', async () => {
  const agent = 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile/15E148 Safari/604.1';
  await open(() => ({
    ok: true,
    value: {
      ...well,
      relay: { ...well.relay, startedAt: Date.now() - HOUR },
      devices: { connected: 12, behind: 3 },
      storage: { state: 'full', freeBytes: 0 },
      mismatches: 2,
      refused: [
        { reason: 'forbidden', count: 40 },
        { reason: 'of-a-newer-relay', count: 1 },
      ],
      silent: [
        { user: 'u2', agent, seenAt: Date.UTC(2026, 0, 1, 1) },
        { user: 'gone', agent: '', seenAt: Date.UTC(2026, 0, 2, 1) },
      ],
    },
  }));
  await expect.element(page.getByRole('alert').getByText(/^Máy chủ hết chỗ/)).toBeVisible();
  await expect.element(page.getByText(/lệch với máy chủ 2 lần/)).toBeVisible();
  await expect.element(page.getByText('Mọi thứ hoạt động bình thường.')).not.toBeInTheDocument();
  expect(await value('Đang kết nối')).toBe('12 thiết bị, trong đó 3 đang nhận phần còn thiếu');
  expect(await value('Vai trò không cho phép')).toBe('40');
  expect(await value('of-a-newer-relay')).toBe('1');
  await expect.element(page.getByText(/^Từ lúc máy chủ khởi động/)).toBeVisible();
  const silent = page.getByRole('listitem').elements();
  expect(silent.map((item) => item.textContent.replace(/\s+/g, ' ').trim())).toEqual([
    'Nguyễn Văn Hùng · Safari · iPhone Lần cuối 08:00 1/1/26',
    'Người dùng cũ · Trình duyệt không rõ Lần cuối 08:00 2/1/26',
  ]);
});

test('a disk that is nearly full is told before it is', async () => {
  await open(() => ({ ok: true, value: { ...well, storage: { state: 'ok', freeBytes: 200_000_000 } } }));
  await expect.element(page.getByText(/Ổ đĩa của máy chủ sắp đầy: còn 200/)).toBeVisible();
});

test('out of reach: says so, keeps the last figures, and comes back by itself or when asked', async () => {
  let online = true;
  const asked = await open(
    () => (online ? { ok: true, value: well } : { ok: false, error: { type: 'unreachable' } }),
    50,
  );
  await expect.element(page.getByText('Mọi thứ hoạt động bình thường.')).toBeVisible();
  online = false;
  await expect.element(page.getByRole('button', { name: 'Thử lại' })).toBeVisible();
  await expect.element(page.getByText('Mọi thứ hoạt động bình thường.')).not.toBeInTheDocument();
  expect(await value('Thay đổi đã lưu')).toBe('1.284');
  online = true;
  await expect.element(page.getByText('Mọi thứ hoạt động bình thường.')).toBeVisible();
  expect(asked.times).toBeGreaterThan(2);
});

test('asks again when told to, and only then', async () => {
  const asked = await open(() => ({ ok: true, value: well }));
  await userEvent.click(page.getByRole('button', { name: 'Làm mới' }));
  await expect.poll(() => asked.times).toBe(2);
});

test('in English', async () => {
  locale.current = 'en';
  await open(() => ({ ok: true, value: { ...well, devices: { connected: 1, behind: 0 } } }));
  await expect.element(page.getByText('Everything works as it should.')).toBeVisible();
  expect(await value('Connected now')).toBe('1 device');
  expect(await value('Time to store')).toMatch(/^usually 4\.2\sms, 95% within 1\.2\ssec$/);
});
