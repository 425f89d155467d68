import { createContact, editField, openContact, rowOf } from '../support/contacts.ts';
import { expect, joinAs, openList, test } from '../support/flow.ts';
import { fillWithSamples } from '../support/samples.ts';

// no page starts without a network here: the build need not be put on the device
test.use({ serviceWorkers: 'block' });

test('A1 A2 D1 D2 B16: the list shows its columns, newest first, ten a page, and remembers the page size', async ({
  admin,
}) => {
  const { page } = admin;
  await fillWithSamples(admin, 300);
  for (const title of [
    'Tên liên hệ',
    'Số điện thoại',
    'Doanh nghiệp',
    'Người quản lý',
    'Thời gian tạo',
    'Cập nhật lần cuối',
  ]) {
    await expect(page.getByRole('columnheader', { name: title })).toBeVisible();
  }
  await expect(page).toHaveTitle(/Liên hệ/);
  await expect(page.getByRole('row')).toHaveCount(11);
  await page.getByRole('button', { name: /Trang sau|Trang tiếp/ }).click();
  await expect(page).toHaveURL(/page=2/);
  await page.goBack();
  await expect(page).not.toHaveURL(/page=2/);
  await page.getByRole('combobox', { name: /mỗi trang|trang/i }).selectOption('50');
  await expect(page.getByRole('row')).toHaveCount(51);
  await page.goto('/contacts');
  await expect(page.getByRole('row')).toHaveCount(51);

  await createContact(page, 'Vũ Thị Mới Nhất', '0912 000 111');
  await page.goto('/contacts');
  await expect(page.getByRole('row').nth(1)).toContainText('Vũ Thị Mới Nhất');
});

test('A22 A23 B12: search by name without accents, by phone in any form, over customers and colleagues', async ({
  admin,
  person,
}) => {
  const { page } = admin;
  await createContact(page, 'Nguyễn Thị Hường', '0912 345 678');
  await createContact(page, 'Đặng Văn Hương', '01629 123 456');
  await joinAs(admin, await person(), 'Đỗ Thu Hường', 'huong@example.vn');
  await openList(page);
  const search = page.getByRole('searchbox');
  for (const q of ['huong', 'NGUYEN thi', 'Hường', '0912345678', '+84912345678', '84 912 345 678', '5678']) {
    await search.fill(q);
    await expect(rowOf(page, 'Nguyễn Thị Hường')).toBeVisible();
  }
  await search.fill('dang van');
  await expect(rowOf(page, 'Đặng Văn Hương')).toBeVisible();
  await expect(rowOf(page, 'Nguyễn Thị Hường')).toHaveCount(0);
  await search.fill('0329123456'); // the old prefix was moved to the new one
  await expect(rowOf(page, 'Đặng Văn Hương')).toBeVisible();
  await search.fill('hường'); // exact accents come first
  await expect(page.getByRole('row').nth(1)).not.toContainText('Hương');
  await page.getByRole('tab', { name: /Tất cả/ }).click();
  await search.fill('huong');
  await expect(page.getByText('Đỗ Thu Hường')).toBeVisible();
  await search.fill('không có ai tên này');
  await expect(page.getByText('Không tìm thấy "không có ai tên này"')).toBeVisible();
  await page.getByRole('button', { name: 'Làm mới bộ lọc' }).first().click();
  await expect(rowOf(page, 'Nguyễn Thị Hường')).toBeVisible();
});

test('A2 A20: internal contacts are the users, read-only, without a "+"', async ({ admin, person }) => {
  const { page } = admin;
  await joinAs(admin, await person(), 'Lê Đồng Nghiệp', 'le@example.vn');
  await page.getByRole('tab', { name: /Nội bộ/ }).click();
  await expect(page.getByText('Lê Đồng Nghiệp')).toBeVisible();
  await expect(page.getByText('Liên hệ nội bộ được tạo từ Người dùng')).toBeVisible();
});

test('A19 A21 B2 C8: creating needs name, phone, department and owner; the last two are filled in', async ({
  admin,
}) => {
  const { page } = admin;
  await page.goto('/contacts/new');
  const form = page.getByRole('dialog');
  await form.getByRole('button', { name: 'Thêm', exact: true }).click();
  await expect(form.getByText('Vui lòng nhập Họ và tên.')).toBeVisible();
  await expect(form.getByText('Vui lòng nhập Số điện thoại.')).toBeVisible();
  await expect(form.getByText('Vui lòng nhập Phòng ban phụ trách.')).toHaveCount(0);
  await expect(form.getByLabel(/Họ và tên/)).toBeFocused();

  await form.getByLabel(/Họ và tên/).fill('  Phạm Thị Thảo  ');
  await form
    .getByLabel(/Số điện thoại/)
    .first()
    .fill('abc');
  await form.getByRole('button', { name: 'Thêm', exact: true }).click();
  await expect(form.getByText('"abc" không phải là số điện thoại.')).toBeVisible();
  await expect(form.getByLabel(/Họ và tên/)).toHaveValue('  Phạm Thị Thảo  ');
  await form
    .getByLabel(/Số điện thoại/)
    .first()
    .fill('01629123456');
  await page.keyboard.press('Control+Enter');

  await expect(page.getByRole('heading', { level: 1, name: 'Phạm Thị Thảo' })).toBeVisible();
  await expect(page.getByText('0329 123 456').first()).toBeVisible();
  await expect(page.getByText('Trần Quản Trị').first()).toBeVisible();
  await expect(page.getByText('Kinh doanh').first()).toBeVisible();
});

test('A4 A5 D20 B37: the detail shows every field, empty ones too, and is edited in place', async ({ admin }) => {
  const { page } = admin;
  await createContact(page, 'Hoàng Văn Sửa', '0987 654 321');
  for (const field of [
    'Chức vụ',
    'Địa chỉ',
    'Mô tả',
    'Đường dẫn Facebook',
    'UTM Source',
    'Đánh giá',
    'Không liên lạc qua ĐT',
  ]) {
    await expect(page.getByText(field, { exact: true }).first()).toBeAttached();
  }
  await editField(page, 'Chức vụ', 'Trưởng phòng');
  await expect(page.getByText('Trưởng phòng').first()).toBeVisible();
  await page.getByRole('button', { name: 'Sửa Chức vụ' }).click();
  await page.getByRole('textbox', { name: 'Chức vụ' }).fill('Sẽ bỏ');
  await page.getByRole('textbox', { name: 'Chức vụ' }).press('Escape');
  await expect(page.getByText('Trưởng phòng').first()).toBeVisible();
  await expect(page.getByText('Sẽ bỏ')).toHaveCount(0);
  await page.reload();
  await expect(page.getByText('Trưởng phòng').first()).toBeVisible();
});

test('B36 D21: deleting can be undone, and restored from the recycle bin', async ({ admin }) => {
  const { page } = admin;
  await createContact(page, 'Bùi Xóa Nhầm', '0903 111 222');
  await page.goto('/contacts');
  await deleteFromDetail('Bùi Xóa Nhầm');
  await page.getByRole('button', { name: 'Hoàn tác' }).click();
  await page.goto('/contacts');
  await expect(rowOf(page, 'Bùi Xóa Nhầm')).toBeVisible();

  await deleteFromDetail('Bùi Xóa Nhầm');
  await page.goto('/contacts/bin');
  await expect(page.getByText('Bùi Xóa Nhầm')).toBeVisible();
  await page
    .getByRole('button', { name: /Khôi phục Bùi Xóa Nhầm|Khôi phục/ })
    .first()
    .click();
  await expect(page.getByText('Đã khôi phục Bùi Xóa Nhầm.')).toBeVisible();
  await page.goto('/contacts');
  await expect(rowOf(page, 'Bùi Xóa Nhầm')).toBeVisible();

  async function deleteFromDetail(name: string) {
    await openContact(page, name);
    await page.getByRole('button', { name: 'Thao tác khác' }).click();
    await page.getByRole('menuitem', { name: 'Xóa', exact: true }).click();
    const confirm = page.getByRole('alertdialog').or(page.getByRole('dialog'));
    if (await confirm.isVisible().catch(() => false)) await confirm.getByRole('button', { name: 'Xóa' }).click();
    await expect(page.getByText(`Đã xóa ${name}.`)).toBeVisible();
  }
});
