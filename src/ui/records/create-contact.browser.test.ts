import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { cleanup, render } from 'vitest-browser-svelte';
import { page, userEvent, type Locator } from 'vitest/browser';
import '../../app.css';
import type { RoleDef } from '#core/access/role.ts';
import { createMemoryApp, memoryWorkspace, type MemoryApp } from '#tests/support/memory-app.ts';
import WithApp from '#tests/support/WithApp.svelte';
import CreateContact from './CreateContact.svelte';

let app: MemoryApp;
const onclose = vi.fn();
const oncreated = vi.fn<(id: string, name: string, seen: boolean) => void>();
const onsupplemented = vi.fn<(id: string) => void>();

beforeEach(async () => {
  await page.viewport(1280, 900);
  sessionStorage.clear();
  app = createMemoryApp();
  onclose.mockClear();
  oncreated.mockClear();
  onsupplemented.mockClear();
});
afterEach(() => cleanup());

async function show() {
  const screen = await render(WithApp, {
    app,
    component: CreateContact as never,
    given: { open: true, onclose, oncreated, onsupplemented },
  });
  await expect.element(page.getByRole('dialog', { name: 'Thêm liên hệ' })).toBeVisible();
  return screen;
}
const box = (name: RegExp) => page.getByRole('textbox', { name });
const nameBox = () => box(/^Họ và tên/);
const phoneBox = () => box(/^Số điện thoại/);
const add = () => page.getByRole('button', { name: 'Thêm', exact: true });
const has = (element: ReturnType<typeof box>) => (element.element() as HTMLInputElement).value;

const says = (where: Locator, text: RegExp) => expect.poll(() => where.element().textContent).toMatch(text);

test('A21: what is missing is said at its field, the first gets the focus, nothing is saved, nothing is lost', async () => {
  await show();
  await phoneBox().fill('0912 345 678');
  await add().click();
  await expect.element(page.getByText('Vui lòng nhập Họ và tên.')).toBeVisible();
  await expect.poll(() => document.activeElement).toBe(nameBox().element());
  await expect.element(nameBox()).toHaveAttribute('aria-invalid', 'true');
  expect(has(phoneBox())).toBe('0912 345 678');
  expect(app.port.ran).toEqual([]);
  await nameBox().fill('Lê Thị Hoa');
  expect(page.getByText('Vui lòng nhập Họ và tên.').elements()).toHaveLength(0);
});

test('A21: the star is there for eyes and in words for readers', async () => {
  await show();
  await expect.element(nameBox()).toHaveAttribute('aria-required', 'true');
  expect(document.querySelector('[data-field=name] label')?.textContent).toMatch(/\*\s*\(bắt buộc\)/);
  expect(document.querySelectorAll('[data-field] label .sr-only')).toHaveLength(4);
});

test('B2: department and owner are answered already; Ctrl+Enter saves', async () => {
  await show();
  await nameBox().fill('  Lê   Thị Hoa ');
  await phoneBox().fill('0912345678');
  await expect.element(page.getByRole('combobox', { name: /^Phòng ban phụ trách/ })).toHaveValue('d1');
  await expect.element(page.getByRole('combobox', { name: /^Nhân viên tiếp nhận/ })).toHaveValue('Trần Thị Lan');
  await userEvent.keyboard('{Control>}{Enter}{/Control}');
  await expect.poll(() => oncreated.mock.calls.length).toBe(1);
  const { command, input } = app.port.ran[0] as { command: string; input: { values: Record<string, unknown> } };
  expect(command).toBe('contact.create');
  expect(input.values).toMatchObject({ departmentId: 'd1', ownerId: 'u1', phones: [{ value: '+84912345678' }] });
  expect(sessionStorage.length).toBe(0);
});

test('B2: people of the chosen department come first', async () => {
  await show();
  await page.getByRole('combobox', { name: /^Phòng ban phụ trách/ }).selectOptions('d2');
  await page.getByRole('combobox', { name: /^Nhân viên tiếp nhận/ }).click();
  await says(page.getByRole('listbox').getByRole('option').first(), /Nguyễn Văn Hùng/);
});

test('B2: with nobody’s department known, the first one stands there', async () => {
  const data = memoryWorkspace();
  app = createMemoryApp({ ...data, members: data.members.map(({ departmentId: _, ...m }) => m) });
  await show();
  await expect.element(page.getByRole('combobox', { name: /^Phòng ban phụ trách/ })).toHaveValue('d1');
});

test('A3: who will not see the contact after saving is told before, and the page is told', async () => {
  const data = memoryWorkspace();
  const members = data.members.map((m) => (m.id === 'u1' ? { ...m, role: 'member', departmentId: undefined } : m));
  app = createMemoryApp({ ...data, members });
  await show();
  await expect.element(page.getByText(/bạn sẽ không thấy liên hệ sau khi lưu/)).toBeVisible();
  await nameBox().fill('Lê Thị Hoa');
  await phoneBox().fill('0912345678');
  await add().click();
  await expect.poll(() => oncreated.mock.calls.length).toBe(1);
  expect(oncreated.mock.calls[0]!.slice(1)).toEqual(['Lê Thị Hoa', false]);
});

test('an accidental reload brings everything back; "Bắt đầu lại" empties it, "Hủy" forgets it', async () => {
  const first = await show();
  await nameBox().fill('Đang gõ dở');
  await page.getByRole('button', { name: 'Thêm thông tin' }).click();
  await box(/^Chức vụ/).fill('Giám đốc');
  await first.unmount();
  const second = await show();
  expect(has(nameBox())).toBe('Đang gõ dở');
  expect(has(box(/^Chức vụ/))).toBe('Giám đốc');
  await page.getByRole('button', { name: 'Bắt đầu lại' }).click();
  expect(has(nameBox())).toBe('');
  await nameBox().fill('Bỏ');
  await page.getByRole('button', { name: 'Hủy' }).click();
  expect(onclose).toHaveBeenCalledOnce();
  await second.unmount();
  await show();
  expect(has(nameBox())).toBe('');
});

test('D15: a number somebody has is told while typing, asked about once more at save, and does not block', async () => {
  const id = app.port.seed('contact', {
    name: 'Trần Bình',
    phones: [{ id: '0', value: '+84329123456' }],
    ownerId: 'u2',
  });
  await show();
  await nameBox().fill('Người nhà');
  await phoneBox().fill('0162 912 3456'); // the number as it was before 2018
  await expect
    .element(page.getByText(/Liên hệ đã tồn tại: Trần Bình – 0329 123 456 – phụ trách: Nguyễn Văn Hùng\./))
    .toBeVisible();
  await expect.element(page.getByRole('link', { name: 'Mở liên hệ đã có' })).toHaveAttribute('href', `/contacts/${id}`);
  await add().click();
  const anyway = page.getByRole('button', { name: 'Vẫn tạo mới' });
  await expect.element(anyway).toBeVisible();
  expect(app.port.ran).toEqual([]);
  await anyway.click();
  await expect.poll(() => oncreated.mock.calls.length).toBe(1);
});

test('D15: an address somebody has is found too; what was typed can be added to that contact instead', async () => {
  const id = app.port.seed('contact', { name: 'Trần Bình', emails: [{ id: '0', value: 'binh@example.vn' }] });
  await show();
  await nameBox().fill('Trần Văn Bình');
  await phoneBox().fill('0912 345 678');
  await page.getByRole('button', { name: 'Thêm thông tin' }).click();
  await box(/^Email/).fill(' Binh@Example.VN ');
  await expect.element(page.getByText(/Liên hệ đã tồn tại: Trần Bình – binh@example\.vn/)).toBeVisible();
  await page.getByRole('button', { name: 'Bổ sung vào liên hệ này' }).click();
  await expect.poll(() => onsupplemented.mock.calls).toEqual([[id]]);
  expect(app.port.ran.map(({ command }) => command)).toEqual(['contact.supplement']);
  expect(app.port.ran[0]!.input).toMatchObject({ id, values: { phones: [{ value: '+84912345678' }] } });
  expect(oncreated).not.toHaveBeenCalled();
  expect(sessionStorage.length).toBe(0);
});

test('a number that is none is said at the field', async () => {
  await show();
  await nameBox().fill('Lan');
  await phoneBox().fill('abc');
  await add().click();
  await expect.element(page.getByText('"abc" không phải là số điện thoại.')).toBeVisible();
  await expect.poll(() => document.activeElement).toBe(phoneBox().element());
});

test('what the command refuses is shown where it belongs, in the folded part too', async () => {
  await show();
  await nameBox().fill('Lan');
  await phoneBox().fill('0912345678');
  app.port.failNext('contact.create', {
    type: 'invalid',
    fields: [{ field: 'title', error: { type: 'too-long', max: 10 } }],
  });
  await add().click();
  await expect.element(page.getByText('Chức vụ dài quá 10 ký tự.')).toBeVisible();
  await expect.poll(() => document.activeElement).toBe(box(/^Chức vụ/).element());
  app.port.failNext('contact.create', { type: 'storage', trouble: { type: 'quota-exceeded' } });
  await add().click();
  await says(page.getByRole('alert'), /hết chỗ lưu, thay đổi chưa được lưu/);
  expect(oncreated).not.toHaveBeenCalled();
  expect(has(nameBox())).toBe('Lan');
});

test('Telex: Ctrl+Enter does nothing while a letter is being composed', async () => {
  await show();
  await nameBox().fill('Lan');
  await phoneBox().fill('0912345678');
  const event = { key: 'Enter', ctrlKey: true, bubbles: true, cancelable: true } as const;
  nameBox()
    .element()
    .dispatchEvent(new KeyboardEvent('keydown', { ...event, isComposing: true }));
  expect(app.port.ran).toEqual([]);
  nameBox().element().dispatchEvent(new KeyboardEvent('keydown', event));
  await expect.poll(() => app.port.ran.length).toBe(1);
});

test('C10, D7: a company is found, or made on the spot', async () => {
  app.port.seed('company', { name: 'Ánh Dương' });
  await show();
  await page.getByRole('button', { name: 'Thêm thông tin' }).click();
  const company = page.getByRole('combobox', { name: /^Doanh nghiệp/ });
  await company.click();
  await expect.element(page.getByRole('option', { name: 'Ánh Dương' })).toBeVisible();
  await company.fill('Bình Minh');
  await page.getByRole('option', { name: /Thêm "Bình Minh"/ }).click();
  await expect.element(company).toHaveValue('Bình Minh');
  expect(app.port.ran).toEqual([{ command: 'company.create', input: { values: { name: 'Bình Minh' } } }]);
});

test('A3: who may not create is told at once, with a way back; what was typed before stays in sight', async () => {
  const data = memoryWorkspace();
  const types = { contact: { visible: { preset: 'all' }, rights: ['edit'] } } as const;
  const role: RoleDef = { id: 'r1', name: { vi: 'Xem', en: 'View' }, settings: false, types };
  app = createMemoryApp({
    ...data,
    roles: [...data.roles, role],
    members: data.members.map((member) => ({ ...member, role: 'r1' })),
  });
  const screen = await show();
  await expect.element(page.getByRole('heading', { name: 'Bạn không có quyền thêm liên hệ' })).toBeVisible();
  expect(nameBox().elements()).toHaveLength(0);
  expect(add().elements()).toHaveLength(0);
  await page.getByRole('button', { name: 'Về danh bạ' }).click();
  expect(onclose).toHaveBeenCalledOnce();

  await screen.unmount();
  const kept = app;
  app = createMemoryApp();
  const typing = await show();
  await nameBox().fill('Gõ khi còn quyền');
  await typing.unmount();
  app = kept;
  await show();
  await expect.element(page.getByRole('dialog').getByText('Bạn không có quyền thêm liên hệ')).toBeVisible();
  expect(has(nameBox())).toBe('Gõ khi còn quyền');
});
