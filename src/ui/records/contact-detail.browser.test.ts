import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { cleanup, render } from 'vitest-browser-svelte';
import { page, userEvent, type Locator } from 'vitest/browser';
import '../../app.css';
import { CONTACT_FIELDS } from '#core/record/fields.ts';
import type { RecordId } from '#core/kit/ids.ts';
import { command, view } from '#plugin-api';
import { createMemoryApp, memoryWorkspace, type MemoryApp } from '#tests/support/memory-app.ts';
import WithApp from '#tests/support/WithApp.svelte';
import type { EraseRecord } from './erase/erase-port.ts';
import type { AskHistory } from './history/history-port.ts';
import ContactDetail from './ContactDetail.svelte';

let app: MemoryApp;
let id: RecordId;
let companyId: RecordId;
const navigate = vi.fn<(path: string) => void>();

beforeEach(async () => {
  await page.viewport(1280, 900);
  open();
});
function open(data = memoryWorkspace()) {
  app = createMemoryApp(data);
  navigate.mockClear();
  companyId = app.port.seed('company', { name: 'Ánh Dương' });
  id = app.port.seed('contact', {
    name: 'Lê Thị Hoa',
    phones: [{ id: '0', value: '+84912345678' }],
    emails: [{ id: '0', value: 'hoa@example.vn' }],
    companyId,
    title: 'Kế toán',
    ownerId: 'u1',
    departmentId: 'd1',
    createdBy: 'u2',
  });
}
afterEach(() => cleanup());

const history: AskHistory = async () => ({ ok: true, value: { entries: [] } });
const erase = vi.fn<EraseRecord>();

async function show(props: Record<string, unknown> = {}) {
  const screen = await render(WithApp, {
    app,
    component: ContactDetail as never,
    given: { id, listPath: '/contacts?q=hoa', navigate, history, erase, ...props },
  });
  return screen;
}
const field = (name: string) => page.getByRole('group', { name, exact: true });
const heading = (name: string) => expect.element(page.getByRole('heading', { level: 1, name })).toBeVisible();
const edits = () => app.port.ran.filter((r) => r.command === 'contact.edit').map((r) => r.input);

const says = (where: Locator, text: RegExp) => expect.poll(() => where.element().textContent).toMatch(text);

test('A4, A5, B38: every field has its place, an empty one as well', async () => {
  await show();
  await heading('Lê Thị Hoa');
  for (const def of CONTACT_FIELDS) {
    const title = typeof def.title === 'string' ? def.title : def.title.vi;
    await expect.element(field(title)).toBeInTheDocument();
  }
  await says(field('Địa chỉ'), /—/);
  await says(field('Doanh nghiệp'), /Ánh Dương/);
  await says(field('Người phụ trách'), /Trần Thị Lan/);
  await expect.element(page.getByRole('link', { name: '0912 345 678' })).toHaveAttribute('href', 'tel:+84912345678');
  await expect
    .element(page.getByRole('link', { name: 'Danh sách liên hệ' }))
    .toHaveAttribute('href', '/contacts?q=hoa');
});

test('in place: E opens, Enter saves and marks the field as waiting, Esc gives up', async () => {
  await show();
  await heading('Lê Thị Hoa');
  await userEvent.keyboard('e');
  const box = field('Họ và tên').getByRole('textbox');
  await expect.element(box).toHaveFocus();
  await userEvent.keyboard('Lê Thị Hoa Mai{Enter}');
  await heading('Lê Thị Hoa Mai');
  expect(edits()).toEqual([{ id, values: { name: 'Lê Thị Hoa Mai' } }]);
  await expect.element(field('Họ và tên').getByText('Chờ đồng bộ')).toBeVisible();
  await expect.element(page.getByRole('button', { name: 'Sửa Họ và tên' })).toHaveFocus();

  await field('Chức vụ').getByText('Kế toán').click();
  await userEvent.keyboard('Giám đốc{Escape}');
  await says(field('Chức vụ'), /Kế toán/);
  expect(edits()).toHaveLength(1);
  app.port.confirm();
  await expect.poll(() => page.getByText('Chờ đồng bộ').elements().length).toBe(0);
});

test('Telex: Enter and Esc of the input method are not the field’s', async () => {
  await show();
  await field('Chức vụ').getByText('Kế toán').click();
  const box = field('Chức vụ').getByRole('textbox').element() as HTMLInputElement;
  for (const key of ['Enter', 'Escape']) {
    box.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, isComposing: true }));
  }
  expect(box.isConnected).toBe(true);
  expect(edits()).toEqual([]);
});

test('what is wrong stands at the field: required, not a number, refused', async () => {
  await show();
  await page.getByRole('button', { name: 'Sửa Họ và tên' }).click();
  await field('Họ và tên').getByRole('textbox').fill('');
  await userEvent.keyboard('{Enter}');
  await expect.element(page.getByText('Vui lòng nhập Họ và tên.')).toBeVisible();
  expect(edits()).toEqual([]);
  await userEvent.keyboard('Mới');
  app.port.failNext('contact.edit', { type: 'denied', reason: 'hồ sơ đã khóa' });
  await userEvent.keyboard('{Enter}');
  await expect.element(page.getByText('Chưa được phép: hồ sơ đã khóa')).toBeVisible();
  await expect.element(field('Họ và tên').getByRole('textbox')).toHaveValue('Mới');
});

test('D13: numbers are added, labelled, made the primary one and removed', async () => {
  await show();
  await page.getByRole('button', { name: 'Sửa Số điện thoại' }).click();
  await field('Số điện thoại').getByRole('button', { name: 'Thêm số điện thoại' }).click();
  await expect.poll(() => (document.activeElement as HTMLElement).getAttribute('aria-label')).toBe('Số điện thoại 2');
  await userEvent.keyboard('02438221234');
  await page.getByRole('combobox', { name: 'Nhãn – Số điện thoại 2' }).selectOptions('work');
  await page.getByRole('button', { name: 'Đặt làm chính' }).click();
  await page.getByRole('button', { name: 'Lưu', exact: true }).click();
  await expect.poll(() => edits().length).toBe(1);
  expect(edits()[0]).toMatchObject({
    values: {
      phones: [
        { value: '+842438221234', label: 'work' },
        { id: '0', value: '+84912345678' },
      ],
    },
  });
  await expect.element(field('Số điện thoại').getByText('Cơ quan')).toBeVisible();
  await page.getByRole('button', { name: 'Sửa Số điện thoại' }).click();
  await page.getByRole('button', { name: 'Xóa 0912 345 678' }).click();
  await page.getByRole('button', { name: 'Lưu', exact: true }).click();
  await expect.poll(() => edits().length).toBe(2);
  expect((edits()[1] as { values: { phones: unknown[] } }).values.phones).toHaveLength(1);
});

test('D8: an address of before is kept, and the new province is offered from it', async () => {
  app.port.arrive(id, { address: '12 Trần Phú, Hội An, Quảng Nam' });
  await show();
  await says(field('Địa chỉ'), /12 Trần Phú, Hội An, Quảng Nam/);
  await page.getByRole('button', { name: 'Sửa Địa chỉ' }).click();
  await page.getByRole('button', { name: 'Dùng Đà Nẵng' }).click();
  await expect.element(page.getByLabelText('Tỉnh/thành phố')).toHaveValue('48');
  await page.getByRole('textbox', { name: 'Phường/xã' }).fill('Hội An Tây');
  await field('Địa chỉ').getByRole('button', { name: 'Lưu' }).click();
  const address = {
    legacyText: '12 Trần Phú, Hội An, Quảng Nam',
    street: '12 Trần Phú, Hội An',
    ward: 'Hội An Tây',
    province: '48',
  };
  await expect.poll(edits).toEqual([{ id, values: { address } }]);
  await says(field('Địa chỉ'), /12 Trần Phú, Hội An, Hội An Tây, Đà Nẵng\s+Địa chỉ cũ: 12 Trần Phú, Hội An, Quảng Nam/);
});

test('a conflict shows both values; the other one can be taken', async () => {
  app.port.conflict(id, {
    key: 'title',
    field: 'title',
    winner: { value: 'Kế toán', at: Date.now() - 1000 },
    losers: [{ value: 'Thủ quỹ', at: Date.now() - 9000 }],
  });
  await show();
  await expect.element(page.getByText('Hai người cùng sửa "Chức vụ"').first()).toBeVisible();
  await says(field('Chức vụ'), /Thủ quỹ/);
  await page.getByRole('button', { name: 'Lấy giá trị này' }).click();
  await expect
    .poll(() => app.port.ran.at(-1))
    .toEqual({ command: 'record.settle', input: { id, key: 'title', value: 'Thủ quỹ' } });
  await expect.poll(() => page.getByRole('button', { name: 'Lấy giá trị này' }).elements().length).toBe(0);
  await says(field('Chức vụ'), /Thủ quỹ/);
});

test('who else is looking; my own looking is told and taken back', async () => {
  const screen = await show();
  await heading('Lê Thị Hoa');
  expect(app.viewing).toEqual([id]);
  app.setPresence([
    { connection: 1, user: 'u2', name: 'Nguyễn Văn Hùng', viewing: [id] },
    { connection: 2, user: 'u2', name: 'Nguyễn Văn Hùng', viewing: [id] },
    { connection: 3, user: 'u3', name: 'Phạm Quốc Bảo', viewing: [] },
  ]);
  await expect.element(page.getByText('Nguyễn Văn Hùng đang xem')).toBeVisible();
  app.setPresence([]);
  await expect.poll(() => page.getByText(/đang xem/).elements().length).toBe(0);
  await screen.unmount();
  expect(app.viewing).toEqual([id, undefined]);
});

test('B36: deleted by a colleague meanwhile: it says so and can be restored', async () => {
  await show();
  await heading('Lê Thị Hoa');
  app.port.arrive(id, { deletedAt: Date.now(), deletedBy: 'u2' });
  await expect.element(page.getByText(/đang ở trong thùng rác. Xóa bởi Nguyễn Văn Hùng/)).toBeVisible();
  expect(page.getByRole('button', { name: 'Sửa Họ và tên' }).elements()).toHaveLength(0);
  await page.getByRole('button', { name: 'Khôi phục' }).click();
  await expect.element(page.getByRole('button', { name: 'Sửa Họ và tên' })).toBeInTheDocument();
  expect(app.notices.at(-1)!.text).toBe('Đã khôi phục Lê Thị Hoa.');
});

test('deleting asks, goes back to the list and can be undone', async () => {
  await show();
  await page.getByRole('button', { name: 'Thao tác khác' }).click();
  await page.getByRole('menuitem', { name: 'Xóa', exact: true }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Xóa' }).click();
  await expect.poll(() => navigate.mock.calls).toEqual([['/contacts?q=hoa']]);
  expect(app.notices.at(-1)).toMatchObject({ text: 'Đã xóa Lê Thị Hoa.', ms: 10_000 });
});

test('nothing there: says what may be the reason and leads back', async () => {
  await show({ id: 'contact_01jd0000000000000000000000' });
  await expect.element(page.getByRole('heading', { level: 1, name: 'Không tìm thấy liên hệ này' })).toBeInTheDocument();
  await expect.element(page.getByRole('link', { name: 'Về danh sách' })).toHaveAttribute('href', '/contacts?q=hoa');
});

test('A2: a colleague is shown, and cannot be edited here', async () => {
  await show({ id: 'u2' });
  await heading('Nguyễn Văn Hùng');
  await expect.element(page.getByText('hung@example.vn')).toBeVisible();
  expect(page.getByRole('button', { name: /^Sửa/ }).elements()).toHaveLength(0);
});

test('"Không liên lạc qua ĐT": no number can be called, and the reason is said', async () => {
  app.port.arrive(id, { doNotCall: true });
  await show();
  await heading('Lê Thị Hoa');
  expect(document.querySelectorAll('a[href^="tel:"], a[href^="sms:"]')).toHaveLength(0);
  // the drivers do not press what says it is disabled; people do
  (page.getByRole('button', { name: 'Gọi' }).element() as HTMLElement).click();
  expect(app.notices.at(-1)!.text).toBe('Không thể gọi: liên hệ đã chọn "Không liên lạc qua ĐT".');
});

test('a plugin’s broken view ends on its own place; its command runs with the contact', async () => {
  const run = vi.fn(async () => undefined);
  app.contribute('any', [
    view({ slot: 'contact.side', id: 'broken', title: 'Hỏng', load: () => Promise.reject(new Error('no chunk')) }),
    command({ id: 'go', title: 'Làm gì đó', at: ['contact'], run: async () => ({ default: run }) }),
  ]);
  await show();
  await expect.element(page.getByText('Phần này gặp lỗi. Liên hệ vẫn dùng bình thường.')).toBeVisible();
  await heading('Lê Thị Hoa');
  expect(app.reported).toHaveLength(1);
  await page.getByRole('button', { name: 'Thao tác khác' }).click();
  await page.getByRole('menuitem', { name: 'Làm gì đó' }).click();
  await expect.poll(() => run.mock.calls[0]?.slice(1)).toEqual([{ ids: [id] }]);
});

test('A6: on phones "Sửa liên hệ" holds company, name and job title, with the way to everything', async () => {
  await page.viewport(390, 800);
  await show({ edit: true });
  await expect.element(page.getByRole('dialog', { name: 'Sửa liên hệ' })).toBeVisible();
  const shown = () =>
    [...document.querySelectorAll('[role=dialog] [data-field]')].map((f) => f.getAttribute('data-field'));
  expect(shown()).toEqual(['companyId', 'name', 'title']);
  expect([...document.querySelectorAll('[role=dialog] label')].map((l) => l.firstChild?.textContent)).toEqual([
    'Công ty',
    'Tên',
    'Chức vụ',
  ]);
  await page.getByRole('dialog').getByRole('textbox', { name: 'Chức vụ' }).fill('Giám đốc');
  // a colleague edits another field while the sheet is open
  app.port.arrive(id, { name: 'Lê Thị Hoa (mới)' });
  await page.getByRole('button', { name: 'Cập nhật' }).click();
  await expect.poll(edits).toEqual([{ id, values: { title: 'Giám đốc' } }]);
  await heading('Lê Thị Hoa (mới)');
});

test('A6: the workspace may put other fields there and keep the full form away; what must be put right shows still', async () => {
  const rules = { 'contact/title': { required: true } };
  const settings = { mobileEditFields: { fields: ['phones', 'name'], full: false } };
  open({ ...memoryWorkspace(), settings, fieldRules: rules });
  app.port.arrive(id, { title: null });
  await page.viewport(390, 800);
  await show({ edit: true });
  const shown = () =>
    [...document.querySelectorAll('[role=dialog] [data-field]')].map((f) => f.getAttribute('data-field'));
  await expect.poll(shown).toEqual(['phones', 'name']);
  await expect.element(page.getByRole('button', { name: 'Sửa đầy đủ' })).not.toBeInTheDocument();
  // B7: required since after the contact was made, so the next edit asks for it
  await page.getByRole('dialog').getByRole('textbox', { name: /^Tên/ }).fill('Lê Hoa');
  await page.getByRole('button', { name: 'Cập nhật' }).click();
  await expect.poll(shown).toEqual(['phones', 'name', 'title']);
  await expect.element(page.getByText('Vui lòng nhập Chức vụ.')).toBeVisible();
});

test('"Sửa đầy đủ" shows every field', async () => {
  await page.viewport(390, 800);
  await show({ edit: true });
  await page.getByRole('button', { name: 'Sửa đầy đủ' }).click();
  await expect.poll(() => document.querySelectorAll('[role=dialog] [data-field]').length).toBe(CONTACT_FIELDS.length);
});

test('L7: only administrators are offered to erase; the words must be typed; what the relay says is told', async () => {
  await show();
  await heading('Lê Thị Hoa');
  await page.getByRole('button', { name: 'Thao tác khác' }).click();
  await page.getByRole('menuitem', { name: 'Xóa vĩnh viễn theo yêu cầu (quyền riêng tư)' }).click();
  const dialog = page.getByRole('dialog', { name: 'Xóa vĩnh viễn Lê Thị Hoa?' });
  const confirm = dialog.getByRole('button', { name: 'Xóa vĩnh viễn' });
  await confirm.click();
  await says(dialog, /Chưa đúng. Hãy gõ: xóa vĩnh viễn/);
  expect(erase).not.toHaveBeenCalled();

  erase.mockResolvedValueOnce({ ok: false, error: { type: 'not-found' } });
  await dialog.getByRole('textbox').fill(' Xoá vĩnh viễn ');
  await confirm.click();
  await says(dialog, /Liên hệ này không còn trên máy chủ/);
  expect(navigate).not.toHaveBeenCalled();

  erase.mockResolvedValueOnce({ ok: true, value: undefined });
  await confirm.click();
  await vi.waitFor(() => expect(navigate).toHaveBeenCalledWith('/contacts?q=hoa'));
  expect(erase.mock.calls).toEqual([[id], [id]]);
});

test('L7: a member is not offered to erase', async () => {
  const data = memoryWorkspace();
  const members = data.members.map((one) => (one.id === 'u1' ? { ...one, role: 'member' } : one));
  app = createMemoryApp({ ...data, members });
  id = app.port.seed('contact', { name: 'Lê Thị Hoa', ownerId: 'u1', departmentId: 'd1' });
  await show();
  await heading('Lê Thị Hoa');
  await page.getByRole('button', { name: 'Thao tác khác' }).click();
  await expect.element(page.getByRole('menuitem', { name: 'Xóa', exact: true })).toBeVisible();
  expect(page.getByRole('menuitem', { name: /vĩnh viễn/ }).elements()).toEqual([]);
});

test('D30: the company is deleted from the contact’s menu, with the number of its contacts said before, and undone', async () => {
  app.port.seed('contact', { name: 'Minh', companyId });
  await show();
  await heading('Lê Thị Hoa');
  await page.getByRole('button', { name: 'Thao tác khác' }).first().click();
  await page.getByRole('menuitem', { name: 'Xóa doanh nghiệp' }).click();
  const dialog = page.getByRole('dialog');
  await expect.element(dialog.getByText('Xóa doanh nghiệp Ánh Dương?')).toBeVisible();
  await expect.element(dialog.getByText(/^2 liên hệ sẽ không còn thuộc doanh nghiệp nào/)).toBeVisible();
  await dialog.getByRole('button', { name: 'Xóa doanh nghiệp' }).click();
  await says(field('Doanh nghiệp'), /Không thuộc doanh nghiệp nào/);
  await expect.poll(() => app.port.ran.at(-1)).toEqual({ command: 'company.delete', input: { id: companyId } });
  expect(app.notices.at(-1)).toMatchObject({ text: 'Đã xóa doanh nghiệp Ánh Dương.', action: { title: 'Hoàn tác' } });
  app.notices.at(-1)?.action?.run();
  await says(field('Doanh nghiệp'), /Ánh Dương/);
});
