import { createContact, editField, openContact, rowOf, syncBadge } from '../support/contacts.ts';
import { ADMIN, expect, joinAs, onDevice, openList, test } from '../support/flow.ts';

test('a colleague is invited by link, signs up in another browser, and sees every change within a second', async ({
  admin,
  person,
}) => {
  await admin.page.goto('/settings/members');
  await admin.page.getByRole('button', { name: 'Mời đồng nghiệp' }).click();
  const dialog = admin.page.getByRole('dialog');
  await dialog.getByLabel(/Email của đồng nghiệp/).fill('binh@example.vn');
  await dialog.getByRole('button', { name: 'Tạo đường dẫn mời' }).click();
  await dialog.getByRole('button', { name: 'Xong' }).waitFor(); // the form has given way to the link
  const link = await dialog.getByRole('textbox').inputValue();
  expect(link).toMatch(/\/invite\/\S+$/);

  const { page, ...binh } = await person();
  await page.goto(new URL(link).pathname);
  await expect(page.getByText(ADMIN.workspace).first()).toBeVisible();
  await page.getByLabel(/Họ và tên/).fill('Lê Văn Bình');
  await page.getByRole('textbox', { name: /Mật khẩu/ }).fill('mat-khau-cua-binh');
  await page.getByRole('button', { name: 'Tham gia' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Liên hệ' })).toBeVisible();

  await dialog.getByRole('button', { name: 'Xong' }).click();
  await createContact(admin.page, 'Ngô Thị Chung', '0912 121 212');
  await expect(rowOf(page, 'Ngô Thị Chung')).toBeVisible();
  await openContact(page, 'Ngô Thị Chung');
  await expect(
    page
      .getByText(`${ADMIN.name} đang xem`)
      .or(page.getByLabel(`${ADMIN.name} đang xem`))
      .first(),
  ).toBeVisible();
  await expect(
    admin.page.getByText('Lê Văn Bình đang xem').or(admin.page.getByLabel('Lê Văn Bình đang xem')).first(),
  ).toBeVisible();
  await editField(page, 'Chức vụ', 'Kế toán');
  await expect(admin.page.getByText('Kế toán').first()).toBeVisible({ timeout: 1000 });

  // the same link cannot be used twice
  const third = await person();
  await third.page.goto(new URL(link).pathname);
  await expect(third.page.getByRole('heading', { name: 'Lời mời đã được dùng' })).toBeVisible();
  expect(binh.url).not.toBe(third.url);
});

test('both offline: different fields are both kept; of the same field the later edit wins and the other can be taken', async ({
  admin,
  person,
}) => {
  const binh = await person();
  await createContact(admin.page, 'Trịnh Văn Chung', '0912 777 888');
  await joinAs(admin, binh, 'Lê Văn Bình', 'binh@example.vn');
  await openContact(binh.page, 'Trịnh Văn Chung');

  await onDevice(admin.page);
  await onDevice(binh.page);
  admin.cable.pull();
  binh.cable.pull();
  await expect(syncBadge(admin.page)).toContainText(/ngoại tuyến/i, { timeout: 20_000 });
  await editField(admin.page, 'Chức vụ', 'Giám đốc');
  await editField(admin.page, 'Địa chỉ', '1 Lê Lợi, Huế');
  await expect(syncBadge(admin.page)).toContainText('(2)');
  await editField(binh.page, 'Họ và tên', 'Trịnh Văn Chúng');
  await editField(binh.page, 'Địa chỉ', '2 Trần Phú, Đà Nẵng');
  await expect(syncBadge(binh.page)).toContainText('(2)', { timeout: 20_000 });

  admin.cable.plug();
  binh.cable.plug();
  for (const { page } of [admin, binh]) {
    await expect(page.getByRole('heading', { level: 1, name: 'Trịnh Văn Chúng' })).toBeVisible({ timeout: 40_000 });
    await expect(page.getByText('Giám đốc').first()).toBeVisible();
    await expect(page.getByText('2 Trần Phú, Đà Nẵng').first()).toBeVisible();
    await expect(page.getByText('Hai người cùng sửa "Địa chỉ"').first()).toBeVisible();
    await expect(syncBadge(page)).toContainText('Đã đồng bộ');
  }
  await admin.page.getByRole('button', { name: 'Lấy giá trị này' }).click();
  for (const { page } of [admin, binh]) {
    await expect(page.getByText('1 Lê Lợi, Huế').first()).toBeVisible();
    await expect(page.getByText('Hai người cùng sửa "Địa chỉ"')).toHaveCount(0);
  }
});

test('two tabs of one person show the same, and go on when one is closed', async ({ admin }) => {
  const second = await admin.context.newPage();
  await openList(second);
  await createContact(admin.page, 'Cao Hai Thẻ', '0905 222 333');
  await expect(rowOf(second, 'Cao Hai Thẻ')).toBeVisible();
  await admin.page.close();
  await openContact(second, 'Cao Hai Thẻ');
  await editField(second, 'Chức vụ', 'Còn một thẻ');
  await expect(second.getByText('Còn một thẻ').first()).toBeVisible();
  await expect(syncBadge(second)).toContainText('Đã đồng bộ');
});
