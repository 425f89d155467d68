import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { cleanup, render } from 'vitest-browser-svelte';
import { page } from 'vitest/browser';
import '../../../app.css';
import { createMemoryApp, memoryWorkspace, type MemoryApp } from '#tests/support/memory-app.ts';
import { ownStorage } from '#tests/support/own-storage.ts';
import ListStage from '#tests/support/records/ListStage.svelte';
import WithApp from '#tests/support/WithApp.svelte';

let app: MemoryApp;
const onurl = vi.fn<(query: string, replace: boolean) => void>();
beforeEach(async () => {
  ownStorage();
  onurl.mockClear();
  await page.viewport(1280, 900);
  app = createMemoryApp({
    ...memoryWorkspace(),
    deletedFields: [
      { id: 'custom.old', entity: 'contact', type: 'text', title: 'Hạng thẻ', order: 0, group: 'details' },
    ],
    views: [
      {
        id: 'view.shared',
        entity: 'contact',
        name: 'Chưa giao',
        query: 'tab=customers&owner=none&sort=custom.old&cols=name%2Ccustom.old%2Cphones',
      },
    ],
  });
  app.port.seed('contact', { name: 'Của Lan', ownerId: 'u1' });
  app.port.seed('contact', { name: 'Của Hùng', ownerId: 'u2' });
  app.port.seed('contact', { name: 'Chưa ai', ownerId: '' });
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

const show = (query = '') => render(WithApp, { app, component: ListStage as never, given: { query, onurl } });
const names = () => [...document.querySelectorAll('[data-row-link]')].map((link) => link.textContent?.trim()).sort();
async function choose(item: string): Promise<void> {
  await page.getByRole('button', { name: /^Chế độ xem/ }).click();
  await page
    .getByRole(/^(Của Lan|Chưa giao|Mặc định)/.test(item) ? 'menuitemradio' : 'menuitem', { name: item })
    .click();
}

test('an own view: saved, changed, saved again, opened by default, deleted and brought back', async () => {
  const first = await show('?tab=customers&owner=me');
  await expect.poll(names).toEqual(['Của Lan']);
  await choose('Lưu thành chế độ xem mới…');
  const dialog = page.getByRole('dialog', { name: 'Lưu chế độ xem' });
  await dialog.getByRole('button', { name: 'Lưu' }).click();
  await expect.element(dialog.getByText('Vui lòng nhập tên chế độ xem.')).toBeVisible();
  await dialog.getByRole('textbox').fill(' Của  tôi');
  await dialog.getByRole('button', { name: 'Lưu' }).click();
  await expect.element(page.getByRole('button', { name: 'Chế độ xem: Của tôi' })).toBeVisible();
  expect(onurl.mock.lastCall![0]).toMatch(/^\?view=view\.[a-z0-9]+$/);
  expect(page.getByText('Đã thay đổi').elements()).toHaveLength(0);

  await page.getByRole('button', { name: 'Bỏ lọc Người phụ trách' }).click();
  await expect.poll(() => names().length).toBe(3);
  await expect.element(page.getByText('Đã thay đổi')).toBeVisible();
  expect(onurl.mock.lastCall![0]).toMatch(/&owner=$/);
  await page.getByRole('button', { name: 'Khôi phục Của tôi như đã lưu' }).click();
  await expect.poll(names).toEqual(['Của Lan']);
  await page.getByRole('button', { name: 'Tên liên hệ', exact: true }).click();
  await page.getByRole('button', { name: 'Lưu thay đổi vào Của tôi' }).click();
  await expect.poll(() => page.getByText('Đã thay đổi').elements().length).toBe(0);
  await choose('Đặt làm mặc định của tôi');

  await first.unmount();
  await show();
  await expect.poll(names).toEqual(['Của Lan']);
  await expect
    .element(page.getByRole('columnheader', { name: 'Tên liên hệ' }))
    .toHaveAttribute('aria-sort', 'ascending');
  await choose('Xóa chế độ xem');
  await expect.poll(() => names().length).toBe(6);
  const undo = app.notices.at(-1)!;
  undo.action!.run();
  await choose('Mặc định của hệ thống');
  await page.getByRole('button', { name: 'Chế độ xem', exact: true }).click();
  await page.getByRole('menuitemradio', { name: /^Của tôi/ }).click();
  await expect.poll(names).toEqual(['Của Lan']);
});

test('a shared view whose field is gone opens and says what it leaves out', async () => {
  await show('?view=view.shared');
  await expect.poll(names).toEqual(['Chưa ai']);
  await expect.element(page.getByText(/Không hiện 1 cột vì trường đã bị xóa: Hạng thẻ/)).toBeVisible();
  await expect.element(page.getByText(/Danh sách xếp theo thời gian tạo/)).toBeVisible();
  expect(page.getByText('Đã thay đổi').elements()).toHaveLength(0);
});

test('a link to a view that is gone says so and shows the list', async () => {
  await show('?view=view.nobody');
  await expect.element(page.getByText(/Chế độ xem trong đường dẫn này không còn/)).toBeVisible();
  await expect.poll(() => names().length).toBe(6);
});
