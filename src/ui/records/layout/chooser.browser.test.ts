import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { cleanup, render } from 'vitest-browser-svelte';
import { page, userEvent } from 'vitest/browser';
import '../../../app.css';
import { createMemoryApp, memoryWorkspace, type MemoryApp } from '#tests/support/memory-app.ts';
import { ownStorage } from '#tests/support/own-storage.ts';
import { fillMemoryApp } from '#tests/support/records/fill.ts';
import ListStage from '#tests/support/records/ListStage.svelte';
import WithApp from '#tests/support/WithApp.svelte';

let app: MemoryApp;
beforeEach(async () => {
  ownStorage();
  await page.viewport(1280, 900);
  const field = { entity: 'contact', order: 0, group: 'details' } as const;
  app = createMemoryApp({
    ...memoryWorkspace(),
    fields: [{ ...field, id: 'custom.rank', type: 'text', title: 'Hạng thẻ' }],
  });
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

const show = () => render(WithApp, { app, component: ListStage as never, given: { query: '?tab=customers' } });
const headings = () =>
  [...document.querySelectorAll('[role=columnheader][data-column]')].map((h) =>
    h.querySelector('button, span')?.textContent?.trim(),
  );
const widthOf = (id: string) =>
  Math.round(document.querySelector(`[role=columnheader][data-column="${id}"]`)!.getBoundingClientRect().width);
const press = (keys: string) => userEvent.keyboard(keys);
const D1 = ['Tên liên hệ', 'Số điện thoại', 'Doanh nghiệp', 'Người quản lý', 'Thời gian tạo', 'Cập nhật lần cuối'];

test('B18: with keys alone: found, shown, moved, pinned, made wider, reset; kept for the next visit', async () => {
  fillMemoryApp(app, 12);
  app.port.seed('contact', { name: 'Hoa', 'custom.rank': 'Vàng' });
  const first = await show();
  await expect.poll(headings).toEqual(D1);
  (page.getByRole('button', { name: 'Cột', exact: true }).element() as HTMLElement).focus();
  await press('{Enter}');
  const dialog = page.getByRole('dialog', { name: 'Cấu hình hiển thị cột' });
  await expect.element(dialog.getByRole('searchbox')).toHaveFocus();
  await press('hang the');
  await expect.poll(() => dialog.getByRole('listitem').elements().length).toBe(1);
  const box = dialog.getByRole('checkbox', { name: 'Hạng thẻ' });
  (box.element() as HTMLElement).focus();
  await press(' ');
  await expect.poll(headings).toEqual([...D1, 'Hạng thẻ']);
  await expect.element(box).toHaveFocus();
  await expect.element(page.getByText('Vàng')).toBeInTheDocument();

  await dialog.getByRole('searchbox').fill('');
  (dialog.getByRole('button', { name: 'Đưa Hạng thẻ lên' }).element() as HTMLElement).focus();
  await press('{Enter}{Enter}');
  await expect.poll(() => headings().indexOf('Hạng thẻ')).toBe(4);
  await expect.element(dialog.getByRole('button', { name: 'Đưa Hạng thẻ lên' })).toHaveFocus();
  await expect.element(dialog.getByText('Hạng thẻ: vị trí 5 trên 7.')).toBeInTheDocument();
  const pin = dialog.getByRole('button', { name: 'Ghim Hạng thẻ bên trái' });
  (pin.element() as HTMLElement).focus();
  await press('{Enter}');
  await expect.element(pin).toHaveAttribute('aria-pressed', 'true');
  await expect.poll(() => headings().slice(0, 2)).toEqual(['Tên liên hệ', 'Hạng thẻ']);
  (dialog.getByRole('button', { name: 'Nới rộng Hạng thẻ' }).element() as HTMLElement).focus();
  await press('{Enter}{Enter}');
  await expect.poll(() => widthOf('custom.rank')).toBe(7 * 16 + 2 * 16);
  await press('{Escape}');
  await expect.element(page.getByRole('button', { name: 'Cột', exact: true })).toHaveFocus();

  await first.unmount();
  await show();
  await expect.poll(() => headings().slice(0, 2)).toEqual(['Tên liên hệ', 'Hạng thẻ']);
  expect(widthOf('custom.rank')).toBe(144);
  await page.getByRole('button', { name: 'Cột', exact: true }).click();
  await page.getByRole('button', { name: 'Mặc định' }).click();
  await expect.poll(headings).toEqual(D1);
});

test('B18: an edge is dragged, or moved by keys; the table scrolls, the page never does, and the name stays', async () => {
  fillMemoryApp(app, 12);
  await show();
  await expect.poll(headings).toEqual(D1);
  const heading = page.getByRole('button', { name: 'Số điện thoại' });
  const before = widthOf('phones');
  (heading.element() as HTMLElement).focus();
  await press('{Shift>}{ArrowRight}{ArrowRight}{/Shift}');
  await expect.poll(() => widthOf('phones')).toBe(before + 32);

  const edge = document.querySelector<HTMLElement>('[data-edge="companyId"]')!;
  const at = edge.getBoundingClientRect();
  edge.setPointerCapture = () => undefined;
  const fire = (type: string, x: number) =>
    edge.dispatchEvent(new PointerEvent(type, { clientX: x, button: 0, pointerId: 1, bubbles: true }));
  const was = widthOf('companyId');
  fire('pointerdown', at.x);
  fire('pointermove', at.x + 300);
  await expect.poll(() => widthOf('companyId')).toBe(was + 300);
  fire('pointermove', at.x + 400);
  fire('pointerup', at.x + 400);
  await expect.poll(() => widthOf('companyId')).toBe(was + 400);

  const body = document.querySelector<HTMLElement>('[data-row-link]')!.closest<HTMLElement>('[role="rowgroup"]')!
    .parentElement!.parentElement!;
  expect(body.scrollWidth).toBeGreaterThan(body.clientWidth);
  const left = () => document.querySelector('[data-row-link]')!.getBoundingClientRect().left;
  const headLeft = () => document.querySelector('[data-column="updatedAt"]')!.getBoundingClientRect().left;
  const [nameLeft, timeLeft] = [left(), headLeft()];
  body.scrollLeft = 200;
  await expect.poll(headLeft).toBe(timeLeft - body.scrollLeft);
  expect(left()).toBe(nameLeft);
  expect(document.documentElement.scrollWidth).toBeLessThanOrEqual(document.documentElement.clientWidth);
});

test('names are sorted by the given name where somebody wants that', async () => {
  for (const name of ['Nguyễn Văn Út', 'Trần An', 'Lê Bình']) app.port.seed('contact', { name });
  await show();
  await expect.poll(headings).toEqual(D1);
  const names = () => [...document.querySelectorAll('[data-row-link]')].map((link) => link.textContent?.trim());
  await page.getByRole('button', { name: 'Tên liên hệ' }).click();
  await expect.poll(names).toEqual(['Lê Bình', 'Nguyễn Văn Út', 'Trần An']);
  await page.getByRole('button', { name: 'Cách sắp theo tên' }).click();
  await page.getByRole('menuitemradio', { name: 'Theo tên', exact: true }).click();
  await expect.poll(names).toEqual(['Trần An', 'Lê Bình', 'Nguyễn Văn Út']);
  await expect
    .element(page.getByRole('columnheader', { name: 'Tên liên hệ' }))
    .toHaveAttribute('aria-sort', 'ascending');
});

test('B18: on a phone the cards show name, number and the columns chosen first', async () => {
  await page.viewport(390, 844);
  localStorage.setItem('lienhe.columns.contact.u1', 'name,phones,custom.rank,title');
  app.port.seed('contact', {
    name: 'Hoa',
    title: 'Kế toán',
    'custom.rank': 'Vàng',
    phones: [{ id: '0', value: '+84912345678' }],
  });
  await show();
  await expect.element(page.getByText('Vàng')).toBeVisible();
  await expect.element(page.getByText('Kế toán')).toBeVisible();
  await expect.element(page.getByText(/912/)).toBeVisible();
  expect(document.documentElement.scrollWidth).toBeLessThanOrEqual(390);
});
