import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { cleanup, render } from 'vitest-browser-svelte';
import { page, userEvent } from 'vitest/browser';
import '../../app.css';
import { command } from '#plugin-api';
import { createMemoryApp, type MemoryApp } from '#tests/support/memory-app.ts';
import WithApp from '#tests/support/WithApp.svelte';
import { fillMemoryApp } from '#tests/support/records/fill.ts';
import ListStage from '#tests/support/records/ListStage.svelte';

let app: MemoryApp;
const onurl = vi.fn<(query: string, replace: boolean) => void>();
const onnavigate = vi.fn<(path: string) => void>();

beforeEach(async () => {
  await page.viewport(1280, 900);
  app = createMemoryApp();
  onurl.mockClear();
  onnavigate.mockClear();
});
afterEach(() => cleanup());

const show = (query = '') =>
  render(WithApp, { app, component: ListStage as never, given: { query, onurl, onnavigate } });
const links = () => [...document.querySelectorAll<HTMLAnchorElement>('[data-row-link]')];
const names = () => links().map((link) => link.textContent?.trim());
const rowCount = (n: number) => expect.poll(() => links().length).toBe(n);
const press = (keys: string) => userEvent.keyboard(keys);

test('D1, D2, B16, B37: ten of all, newest first, in the default columns; names are links', async () => {
  const ids = fillMemoryApp(app, 25);
  await show();
  await rowCount(10);
  const headings = [...document.querySelectorAll('[role=columnheader] [data-sort]')].map((b) => b.textContent?.trim());
  expect(headings).toEqual([
    'Tên liên hệ',
    'Số điện thoại',
    'Doanh nghiệp',
    'Người quản lý',
    'Thời gian tạo',
    'Cập nhật lần cuối',
  ]);
  expect(links()[0]!.getAttribute('href')).toBe(`/contacts/${ids[0]}`);
  const created = page.getByRole('columnheader', { name: 'Thời gian tạo' });
  await expect.element(created).toHaveAttribute('aria-sort', 'descending');
  await expect.element(page.getByRole('heading', { level: 1, name: 'Liên hệ' })).toBeVisible();
});

test('a heading sorts, and sorts back; the URL says so', async () => {
  fillMemoryApp(app, 12);
  await show();
  await rowCount(10);
  await page.getByRole('button', { name: 'Tên liên hệ' }).click();
  expect(onurl).toHaveBeenLastCalledWith('?sort=name', false);
  await expect.poll(() => names()[0]).toMatch(/^Bùi/);
  await page.getByRole('button', { name: 'Tên liên hệ' }).click();
  expect(onurl).toHaveBeenLastCalledWith('?sort=-name', false);
  await expect
    .element(page.getByRole('columnheader', { name: 'Tên liên hệ' }))
    .toHaveAttribute('aria-sort', 'descending');
});

test('A22, B12: search without accents marks what it found; typing replaces the step of the history', async () => {
  app.port.seed('contact', { name: 'Nguyễn Văn Đạt', phones: [{ id: '0', value: '+84912345678' }] });
  app.port.seed('contact', { name: 'Trần An', phones: [{ id: '0', value: '+84987654321' }] });
  await show();
  await rowCount(5);
  await page.getByRole('searchbox', { name: 'Tìm kiếm' }).fill('nguyen dat');
  await rowCount(1);
  expect(onurl).toHaveBeenLastCalledWith('?q=nguyen+dat', true);
  expect([...document.querySelectorAll('mark')].map((m) => m.textContent)).toEqual(['Nguyễn', 'Đạt']);
  await page.getByRole('searchbox', { name: 'Tìm kiếm' }).fill('4321');
  await rowCount(1);
  expect([...document.querySelectorAll('mark')].map((m) => m.textContent)).toEqual(['4 321']);
});

test('Telex: nothing is searched while a letter is being composed', async () => {
  fillMemoryApp(app, 5);
  await show();
  const box = page.getByRole('searchbox', { name: 'Tìm kiếm' }).element() as HTMLInputElement;
  box.focus();
  box.dispatchEvent(new CompositionEvent('compositionstart'));
  box.value = 'Nguyeenx';
  box.dispatchEvent(new InputEvent('input', { bubbles: true, isComposing: true }));
  expect(onurl).not.toHaveBeenCalled();
  box.value = 'Nguyễn';
  box.dispatchEvent(new InputEvent('input', { bubbles: true, isComposing: true }));
  box.dispatchEvent(new CompositionEvent('compositionend', { data: 'Nguyễn' }));
  expect(onurl).toHaveBeenLastCalledWith(`?${new URLSearchParams({ q: 'Nguyễn' }).toString()}`, true);
});

test('A2, A20, A23: groups in Tất cả; Nội bộ is read-only and says where its people come from', async () => {
  app.port.seed('contact', { name: 'Khách A', ownerId: 'u1' });
  await show();
  await rowCount(4);
  await expect.element(page.getByRole('rowgroup', { name: 'Khách hàng' })).toBeVisible();
  await expect.element(page.getByRole('rowgroup', { name: 'Nội bộ' })).toBeVisible();
  await expect.element(page.getByRole('tab', { name: 'Tất cả 4' })).toBeVisible();
  await page.getByRole('tab', { name: 'Nội bộ 3' }).click();
  await rowCount(3);
  expect(page.getByRole('link', { name: 'Tạo liên hệ' }).elements()).toHaveLength(0);
  await expect.element(page.getByText(/Liên hệ nội bộ được tạo từ Người dùng/)).toBeVisible();
  expect(document.querySelectorAll('[role=rowgroup] [data-id] input[type=checkbox]')).toHaveLength(0);
});

test('B13, B14: owners are chosen together; reset brings everybody back', async () => {
  app.port.seed('contact', { name: 'Của Lan', ownerId: 'u1' });
  app.port.seed('contact', { name: 'Của Hùng', ownerId: 'u2' });
  app.port.seed('contact', { name: 'Chưa ai', ownerId: '' });
  await show('?tab=customers');
  await rowCount(3);
  await page.getByRole('button', { name: 'Người phụ trách' }).click();
  await page.getByRole('checkbox', { name: 'Tôi', exact: true }).click();
  await expect.poll(names).toEqual(['Của Lan']);
  await page.getByRole('checkbox', { name: 'Chưa phân công' }).click();
  await expect.poll(() => names().sort()).toEqual(['Chưa ai', 'Của Lan']);
  expect(onurl).toHaveBeenLastCalledWith('?tab=customers&owner=me%2Cnone', false);
  await press('{Escape}');
  await page.getByRole('button', { name: 'Làm mới bộ lọc' }).click();
  await rowCount(3);
});

test('J, K, X, Delete and Enter work in the list, never in the search field', async () => {
  const ids = fillMemoryApp(app, 12);
  await show('?tab=customers');
  await rowCount(9);
  await press('jj');
  expect(document.activeElement).toBe(links()[1]);
  await press('k');
  expect(document.activeElement).toBe(links()[0]);
  await press('x');
  await expect.element(page.getByText('Đã chọn 1').first()).toBeVisible();
  await press('e');
  expect(onnavigate).toHaveBeenLastCalledWith(`/contacts/${ids[0]}?edit=1`);

  await page.getByRole('searchbox').click();
  await press('jx');
  expect((page.getByRole('searchbox').element() as HTMLInputElement).value).toBe('jx');
  await expect.element(page.getByText('Đã chọn 1').first()).toBeVisible();
});

test('B36: deleting asks once, can be undone, and leaves the focus in the list', async () => {
  const [first] = fillMemoryApp(app, 12);
  await show('?tab=customers');
  await rowCount(9);
  const name = names()[0]!;
  await press('j{Delete}');
  await page
    .getByRole('dialog', { name: `Xóa ${name}?` })
    .getByRole('button', { name: 'Xóa' })
    .click();
  await rowCount(8);
  await expect.poll(() => document.activeElement).toBe(links()[0]);
  expect(app.port.ran.at(-1)).toEqual({ command: 'contact.delete', input: { ids: [first] } });
  const notice = app.notices.at(-1)!;
  expect(notice).toMatchObject({ text: `Đã xóa ${name}.`, ms: 10_000 });
  notice.action!.run();
  await rowCount(9);
  expect(names()[0]).toBe(name);
});

test('several are chosen with the boxes and deleted as one', async () => {
  fillMemoryApp(app, 8);
  await show('?tab=customers');
  await rowCount(5);
  await page.getByRole('checkbox', { name: 'Chọn tất cả trên trang' }).click();
  await page.getByRole('toolbar', { name: 'Đã chọn 5' }).getByRole('button', { name: 'Xóa' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Xóa' }).click();
  await expect.element(page.getByText('Chưa có liên hệ nào')).toBeVisible();
  expect(app.notices.at(-1)!.text).toBe('Đã xóa 5 liên hệ.');
  expect(document.querySelectorAll('[role=toolbar]')).toHaveLength(0);
});

test('a command that fails leaves the rows and says why', async () => {
  fillMemoryApp(app, 8);
  await show('?tab=customers');
  await rowCount(5);
  app.port.failNext('contact.delete', { type: 'denied', reason: 'đang có cuộc gọi' });
  await press('j{Delete}');
  await page.getByRole('dialog').getByRole('button', { name: 'Xóa' }).click();
  await expect.poll(() => app.notices.at(-1)?.text).toBe('Chưa được phép: đang có cuộc gọi');
  expect(links()).toHaveLength(5);
});

test('an empty list offers real actions, plugins’ among them', async () => {
  const run = vi.fn(async () => undefined);
  app.contribute('any', [
    command({
      id: 'bring',
      title: { vi: 'Nhập từ Excel', en: 'Import' },
      at: ['empty-list'],
      run: async () => ({ default: run }),
    }),
  ]);
  await show('?tab=customers');
  await expect.element(page.getByText('Chưa có liên hệ nào')).toBeVisible();
  await expect.element(page.getByRole('link', { name: 'Thêm liên hệ' })).toHaveAttribute('href', '/contacts/new');
  await page.getByRole('button', { name: 'Nhập từ Excel' }).click();
  await expect.poll(() => run.mock.calls.length).toBe(1);
});

test('nothing found says so and leads back', async () => {
  fillMemoryApp(app, 8);
  await show('?tab=customers&q=zzz');
  await expect.element(page.getByText('Không tìm thấy "zzz"')).toBeVisible();
  await page.getByRole('button', { name: 'Làm mới bộ lọc' }).last().click();
  await rowCount(5);
  expect((page.getByRole('searchbox').element() as HTMLInputElement).value).toBe('');
});

test('a colleague’s change flashes once, one’s own does not', async () => {
  const ids = fillMemoryApp(app, 8);
  await show('?tab=customers');
  await rowCount(5);
  const row = (id: string) => document.querySelector(`[data-id="${id}"]`)!;
  await app.port.run('contact.edit', { id: ids[1]!, values: { name: 'Tôi sửa' } });
  app.port.arrive(ids[0]!, { name: 'Hùng sửa' });
  await expect.poll(() => names()[0]).toBe('Hùng sửa');
  expect(row(ids[0]!).className).toContain('lh-row-changed');
  expect(row(ids[1]!).className).not.toContain('lh-row-changed');
  await expect.poll(() => row(ids[0]!).className, { timeout: 4000 }).not.toContain('lh-row-changed');
});

test('a page that ran empty becomes the last page there is', async () => {
  fillMemoryApp(app, 25);
  await show('?tab=customers&page=9');
  await rowCount(2);
  expect(onurl).toHaveBeenLastCalledWith('?tab=customers&page=3', true);
});

test('first sync shows places to come and their number, then the rows', async () => {
  app.port.setStatus({ phase: 'first-sync', progress: { done: 12_400, total: 38_000 } });
  await show();
  await expect.element(page.getByText('Đang tải 12.400/38.000 liên hệ')).toBeInTheDocument();
  fillMemoryApp(app, 8);
  await rowCount(8);
  expect(page.getByText('Đang tải 12.400/38.000 liên hệ').elements()).toHaveLength(0);
});

test('phones: the whole card is the link', async () => {
  await page.viewport(390, 800);
  fillMemoryApp(app, 5);
  await show('?tab=customers');
  await rowCount(2);
  const card = links()[0]!.closest('[data-id]')!.getBoundingClientRect();
  for (const [x, y] of [
    [4, 4],
    [card.width - 6, card.height - 6],
    [card.width / 2, card.height / 2],
  ] as const) {
    expect(document.elementFromPoint(card.left + x, card.top + y)).toBe(links()[0]);
  }
});

test('B15: a condition is removed from its chip; the URL says what is left', async () => {
  fillMemoryApp(app, 6);
  const filter = '["all",["all",["title","empty"]],["any",["custom.gone","is","x"],["ownerId","in",["@me"]]]]';
  await show(`?filter=${encodeURIComponent(filter)}`);
  await expect.element(page.getByText(/Danh sách bỏ qua 1 điều kiện/)).toBeVisible();
  await page.getByRole('button', { name: 'Bỏ điều kiện: Chức vụ để trống' }).click();
  expect(onurl.mock.lastCall![0]).toContain(encodeURIComponent('custom.gone'));
  await page.getByRole('button', { name: 'Xóa các điều kiện này' }).click();
  expect(new URLSearchParams(onurl.mock.lastCall![0]).get('filter')).toBe('["all",["any",["ownerId","in",["@me"]]]]');
  await expect.element(page.getByRole('button', { name: 'Bỏ điều kiện: Người phụ trách là tôi' })).toBeVisible();
});

test('B11: a tile filters by its source, and a second click shows all again', async () => {
  fillMemoryApp(app, 3);
  app.port.seed('contact', { name: 'Vũ An', source: 'zalo' });
  await show();
  const zalo = page.getByRole('button', { name: '1 Zalo' });
  await zalo.click();
  expect(onurl).toHaveBeenLastCalledWith('?source=zalo', false);
  await expect.poll(() => names()).toEqual(['Vũ An']);
  await expect.element(zalo).toHaveAttribute('aria-pressed', 'true');
  await zalo.click();
  expect(onurl).toHaveBeenLastCalledWith('', false);
});

test('chosen contacts get the same value with one command; a value that is no value is said at its field', async () => {
  const ids = fillMemoryApp(app, 6);
  await show();
  await rowCount(6);
  for (const box of [0, 1])
    await page
      .getByRole('checkbox', { name: /^Chọn (?!tất cả)/ })
      .nth(box)
      .click();
  await page.getByRole('button', { name: 'Đổi giá trị' }).click();
  const dialog = page.getByRole('dialog', { name: 'Đổi giá trị của 2 liên hệ' });
  await dialog.getByRole('combobox', { name: 'Trường' }).selectOptions('title');
  await dialog.getByRole('textbox', { name: 'Chức vụ' }).fill('Giám đốc vùng');
  await dialog.getByRole('button', { name: 'Đổi 2 liên hệ' }).click();
  await expect
    .poll(() => app.port.ran.at(-1))
    .toMatchObject({
      command: 'contact.edit-many',
      input: { ids: ids.slice(0, 2), values: { title: 'Giám đốc vùng' } },
    });
  await expect.poll(() => app.notices.at(-1)?.text).toBe('Đã đổi Chức vụ của 2 liên hệ.');
});

test('more than 100 contacts are deleted only after their number was typed', async () => {
  fillMemoryApp(app, 120);
  await show('?size=100&tab=customers');
  await rowCount(100);
  await page.getByRole('checkbox', { name: 'Chọn tất cả trên trang' }).click();
  await page.getByRole('button', { name: 'Trang sau' }).click();
  await rowCount(17);
  await page.getByRole('checkbox', { name: 'Chọn tất cả trên trang' }).click();
  await page.getByRole('toolbar').getByRole('button', { name: 'Xóa', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: 'Xóa 117 liên hệ?' });
  await dialog.getByRole('button', { name: 'Xóa', exact: true }).click();
  await expect.element(dialog.getByText('Vui lòng nhập đúng số 117.')).toBeVisible();
  expect(app.port.ran.at(-1)?.input).not.toHaveProperty('ids.100');
  await dialog.getByRole('textbox').fill('117');
  await dialog.getByRole('button', { name: 'Xóa', exact: true }).click();
  await expect.poll(() => (app.port.ran.at(-1)?.input as { ids: string[] }).ids.length).toBe(117);
});
