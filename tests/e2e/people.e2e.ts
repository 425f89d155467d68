import { createContact, rowOf } from '../support/contacts.ts';
import { ADMIN, expect, joinAs, openList, test } from '../support/flow.ts';

// no page starts without a network here: the build need not be put on the device
test.use({ serviceWorkers: 'block' });

test.describe.configure({ timeout: 120_000 });

test('A3: the administrator changes what a role sees; the preview counts before it is saved, the relay keeps it', async ({
  admin,
  person,
}) => {
  const binh = await person();
  await joinAs(admin, binh, 'Lê Văn Bình', 'binh@example.vn');
  await createContact(admin.page, 'Khách Của Quản Trị', '0912 000 001');
  await createContact(binh.page, 'Khách Của Bình', '0912 000 002');
  await admin.page.goto('/contacts');
  await expect(rowOf(admin.page, 'Khách Của Bình')).toBeVisible();

  const { page } = admin;
  await page.goto('/settings/visibility');
  await page.getByLabel('Vai trò', { exact: true }).selectOption({ label: 'Nhân viên' });
  await page.getByLabel('Người', { exact: true }).selectOption({ label: 'Lê Văn Bình' });
  await expect(page.getByText('Lê Văn Bình thấy 2 liên hệ')).toBeVisible();
  const contacts = page.getByRole('group', { name: 'Liên hệ: thấy' });
  await contacts.getByRole('radio', { name: 'Của tôi', exact: true }).check();
  await expect(page.getByText('Lê Văn Bình thấy 1 liên hệ')).toBeVisible();

  // a condition over owner and department
  await contacts.getByRole('radio', { name: 'Theo điều kiện…' }).check();
  await expect(page.getByText('Lê Văn Bình thấy 1 liên hệ')).toBeVisible();
  await contacts.getByLabel('Phép so sánh').selectOption({ label: 'không phải là' });
  await contacts.getByLabel('Thêm giá trị').selectOption({ label: 'Trần Quản Trị' });
  await expect(page.getByText('Lê Văn Bình thấy 0 liên hệ')).toBeVisible();
  await page.getByRole('button', { name: 'Bỏ thay đổi' }).click();
  await expect(page.getByText('Lê Văn Bình thấy 2 liên hệ')).toBeVisible();

  await contacts.getByRole('radio', { name: 'Của tôi', exact: true }).check();
  await page.getByRole('button', { name: 'Lưu', exact: true }).click();
  await expect(page.getByText('Đã lưu quyền hiển thị của Nhân viên.')).toBeVisible();
  await page.reload();
  await page.getByLabel('Vai trò', { exact: true }).selectOption({ label: 'Nhân viên' });
  await expect(contacts.getByRole('radio', { name: 'Của tôi', exact: true })).toBeChecked();

  // who may not change settings sees nothing of it
  await binh.page.goto('/settings');
  await expect(binh.page.getByRole('link', { name: 'Giao diện & ngôn ngữ' })).toBeVisible();
  await expect(binh.page.getByRole('link', { name: 'Phân quyền hiển thị' })).toHaveCount(0);
  await binh.page.goto('/settings/visibility');
  await expect(binh.page.getByText('Mục này dành cho người quản trị')).toBeVisible();
});

test('A3: a role of the workspace’s own, departments with manager and parent', async ({ admin, person }) => {
  const { page } = admin;
  const binh = await person();
  await joinAs(admin, binh, 'Lê Văn Bình', 'binh@example.vn');

  await page.goto('/settings/roles');
  await page.getByRole('button', { name: 'Thêm vai trò' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Lưu' }).click();
  await expect(dialog.getByText('Vui lòng nhập tên vai trò.')).toBeVisible();
  await dialog.getByLabel(/Tên vai trò/).fill('Quản trị');
  await dialog.getByRole('button', { name: 'Lưu' }).click();
  await expect(dialog.getByText('Tên này đã được dùng.')).toBeVisible();
  await dialog.getByLabel(/Tên vai trò/).fill('Cộng tác viên');
  await dialog.getByLabel('Xóa: Liên hệ').uncheck();
  await dialog.getByLabel('Tải xuống: Liên hệ').uncheck();
  for (const right of ['Tải lên', 'Thao tác hàng loạt']) await dialog.getByLabel(`${right}: Liên hệ`).uncheck();
  await dialog.getByRole('button', { name: 'Lưu' }).click();
  await expect(dialog).toBeHidden();
  const role = page.getByRole('listitem').filter({ hasText: 'Cộng tác viên' });
  await expect(role).toContainText('Liên hệ: Thêm, Sửa');

  await page.goto('/settings/members');
  await page.getByRole('button', { name: 'Thêm phòng ban' }).click();
  await dialog.getByLabel(/Tên phòng ban/).fill('Miền Nam');
  await dialog.getByLabel('Quản lý').selectOption({ label: 'Lê Văn Bình' });
  await dialog.getByLabel('Thuộc phòng ban').selectOption({ label: 'Kinh doanh' });
  await dialog.getByRole('button', { name: 'Lưu' }).click();
  await expect(page.getByText('0 người · Quản lý: Lê Văn Bình')).toBeVisible();
  // a department cannot be part of one below it
  await page.getByRole('button', { name: 'Sửa Kinh doanh' }).click();
  await expect(dialog.getByLabel('Thuộc phòng ban').getByRole('option')).toHaveText(['Không thuộc phòng ban nào']);
  await dialog.getByRole('button', { name: 'Hủy' }).click();

  await page.getByRole('button', { name: 'Sửa Lê Văn Bình' }).click();
  await dialog.getByLabel('Vai trò').selectOption({ label: 'Cộng tác viên' });
  await dialog.getByLabel('Phòng ban').selectOption({ label: 'Miền Nam' });
  await dialog.getByRole('button', { name: 'Lưu' }).click();
  await expect(page.getByRole('listitem').filter({ hasText: 'binh@example.vn' })).toContainText('Miền Nam');
  await expect(page.getByRole('listitem').filter({ hasText: 'binh@example.vn' })).toContainText('Cộng tác viên');

  // what a role does not allow is not offered: no deleting, no choosing of many, no import
  await createContact(binh.page, 'Khách của Bình', '0901 222 333');
  await binh.page.getByRole('button', { name: 'Thao tác khác' }).first().click();
  await expect(binh.page.getByRole('menuitem', { name: 'Sửa' })).toBeVisible();
  await expect(binh.page.getByRole('menuitem', { name: 'Xóa' })).toHaveCount(0);
  await binh.page.keyboard.press('Escape');
  await binh.page.goto('/contacts');
  await expect(binh.page.getByRole('row').filter({ hasText: 'Khách của Bình' })).toBeVisible();
  await expect(binh.page.getByRole('button', { name: 'Sửa Khách của Bình' })).toHaveCount(1);
  await expect(binh.page.getByRole('button', { name: 'Xóa Khách của Bình' })).toHaveCount(0);
  await expect(binh.page.getByRole('checkbox')).toHaveCount(0);
  await binh.page.goto('/import');
  await expect(binh.page.getByText('Bạn không có quyền nhập liên hệ')).toBeVisible();

  // a role in use stays; a department in use says what becomes of its people
  await page.getByRole('button', { name: 'Xóa Miền Nam' }).click();
  await expect(dialog.getByText('1 người chuyển sang phòng ban Kinh doanh.')).toBeVisible();
  await dialog.getByRole('button', { name: 'Xóa', exact: true }).click();
  await expect(page.getByRole('button', { name: 'Xóa Miền Nam' })).toHaveCount(0);
  await expect(page.getByRole('listitem').filter({ hasText: 'binh@example.vn' })).toContainText('Kinh doanh');
  await page.goto('/settings/roles');
  await page.getByRole('button', { name: 'Xóa Cộng tác viên' }).click();
  await expect(dialog.getByText('1 người đang giữ vai trò này')).toBeVisible();
  await dialog.getByRole('button', { name: 'Xóa', exact: true }).click();
  await expect(page.getByText('Vai trò này đang được dùng.')).toBeVisible();
});

test('A3: who is deactivated is signed out; their contacts stay and are given to somebody, with undo', async ({
  admin,
  person,
}) => {
  const { page } = admin;
  const binh = await person();
  await joinAs(admin, binh, 'Lê Văn Bình', 'binh@example.vn');
  await createContact(binh.page, 'Khách Một', '0912 000 001');
  await createContact(binh.page, 'Khách Hai', '0912 000 002');

  await page.goto('/contacts');
  await expect(rowOf(page, 'Khách Hai')).toBeVisible();
  await page.goto('/settings/members');
  await page.getByRole('button', { name: 'Sửa Lê Văn Bình' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Ngừng hoạt động' }).click();
  await dialog.getByText('Ngừng hoạt động Lê Văn Bình?').waitFor();
  await dialog.filter({ hasText: 'bị đăng xuất ngay' }).getByRole('button', { name: 'Ngừng hoạt động' }).click();
  await expect(dialog.getByText('2 liên hệ của Lê Văn Bình → giao cho…')).toBeVisible();
  await expect(binh.page.getByText(/đăng nhập/i).first()).toBeVisible();
  expect((await binh.context.request.get('/api/session')).ok()).toBe(true);
  expect(await (await binh.context.request.get('/api/session')).json()).toMatchObject({ state: 'signed-out' });

  await dialog.getByLabel('Người nhận').selectOption({ label: 'Trần Quản Trị' });
  await dialog.getByRole('button', { name: 'Giao 2 liên hệ' }).click();
  await expect(page.getByText('Đã giao 2 liên hệ cho Trần Quản Trị.')).toBeVisible();
  await expect(page.getByText('Phụ trách 2 liên hệ')).toHaveCount(0);
  await page.getByRole('button', { name: 'Hoàn tác' }).click();
  await expect(page.getByText('Phụ trách 2 liên hệ')).toBeVisible();
});

test('A3: a second device is signed out from the first, and its copy is erased', async ({ admin, person }) => {
  const { page } = admin;
  await createContact(page, 'Khách Bí Mật', '0912 000 001');
  const phone = await person();
  const { email, password } = ADMIN;
  const signed = await phone.context.request.post('/api/sign-in', {
    data: { email, password },
    headers: { origin: phone.url },
  });
  expect(signed.ok()).toBe(true);
  await openList(phone.page);
  await expect(rowOf(phone.page, 'Khách Bí Mật')).toBeVisible();

  await page.goto('/settings/device');
  await expect(page.getByText('Thiết bị này', { exact: true })).toBeVisible();
  const other = page.getByRole('listitem').filter({ hasText: 'Đang kết nối' });
  await other.getByRole('button', { name: /^Đăng xuất/ }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByLabel(/Xóa dữ liệu trên thiết bị đó/)).toBeChecked();
  await dialog.getByRole('button', { name: 'Đăng xuất' }).click();
  await expect(other).toHaveCount(0);

  await expect(phone.page.getByText('bản sao dữ liệu trên thiết bị đã bị xóa')).toBeVisible();
  // sync.md §5, I5: nothing of the record is left in any store of the browser
  const left = await phone.page.evaluate(async () => {
    const found: string[] = [JSON.stringify(localStorage), JSON.stringify(sessionStorage)];
    for (const { name } of await indexedDB.databases()) found.push(`database ${name}`);
    return found.join('\n');
  });
  expect(left).not.toContain('Khách Bí Mật');
  expect(left).not.toContain('database');
  // the first device goes on
  await page.goto('/contacts');
  await expect(rowOf(page, 'Khách Bí Mật')).toBeVisible();
});
