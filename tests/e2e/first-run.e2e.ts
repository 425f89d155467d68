import { ADMIN, expect, test } from '../support/flow.ts';

test('first run: name the workspace, create the administrator, fill with sample data, remove it in one click', async ({
  person,
}) => {
  const { page } = await person();
  await page.goto('/');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Tạo không gian làm việc');

  // A21: what is missing is said at each field, nothing is created
  await page.getByRole('button', { name: 'Tạo không gian làm việc' }).click();
  await expect(page.getByLabel(/Tên không gian làm việc/)).toBeFocused();
  await expect(page.getByText('Vui lòng nhập', { exact: false }).first()).toBeVisible();

  await page.getByLabel(/Tên không gian làm việc/).fill(ADMIN.workspace);
  await page.getByLabel(/Họ và tên/).fill(ADMIN.name);
  await page.getByRole('textbox', { name: /^Email/ }).fill(ADMIN.email);
  await page.getByRole('textbox', { name: /Mật khẩu/ }).fill(ADMIN.password);
  await page.getByRole('button', { name: 'Tạo không gian làm việc' }).click();

  await page.getByRole('button', { name: /dữ liệu mẫu/ }).click();
  await expect(page).toHaveURL(/\/contacts/);
  await expect(page.getByRole('heading', { level: 1, name: 'Liên hệ' })).toBeVisible();
  await expect(page.getByText(/Không gian này đang có dữ liệu mẫu/)).toBeVisible({ timeout: 20_000 });
  await expect(page.getByRole('tab', { name: 'Khách hàng 300' })).toBeVisible();
  await expect(page.getByRole('row')).toHaveCount(11); // B16: ten a page, and the headings

  await page.getByRole('button', { name: 'Xóa dữ liệu mẫu' }).click();
  await expect(page.getByText('Đã xóa dữ liệu mẫu (300).')).toBeVisible();
  await expect(page.getByText('Chưa có liên hệ nào').first()).toBeVisible();

  // a second visitor cannot set up again
  const again = await page.request.post('/api/setup', { data: ADMIN, headers: { origin: new URL(page.url()).origin } });
  expect(again.status()).toBe(409);
});

test('sign in again after signing out, a wrong password is said and costs nothing', async ({ admin }) => {
  const { page } = admin;
  await page.getByRole('button', { name: /Tài khoản/ }).click();
  await page.getByRole('menuitem', { name: 'Đăng xuất' }).click();
  await page
    .getByRole('alertdialog')
    .or(page.getByRole('dialog'))
    .getByRole('button', { name: /Đăng xuất/ })
    .click();
  await expect(page).toHaveURL(/\/login/);
  await page.getByRole('textbox', { name: /^Email/ }).fill(ADMIN.email);
  await page.getByRole('textbox', { name: /Mật khẩu/ }).fill('không phải');
  await page.getByRole('button', { name: 'Đăng nhập' }).click();
  await expect(page.getByRole('alert')).toContainText(/mật khẩu/i);
  await expect(page.getByRole('textbox', { name: /^Email/ })).toHaveValue(ADMIN.email);
  await page.getByRole('textbox', { name: /Mật khẩu/ }).fill(ADMIN.password);
  await page.getByRole('button', { name: 'Đăng nhập' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Liên hệ' })).toBeVisible();
});
