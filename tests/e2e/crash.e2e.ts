import { utils, write } from 'xlsx';
import { createContact, editField, syncBadge } from '../support/contacts.ts';
import { expect, joinAs, openList, test } from '../support/flow.ts';

// no page starts without a network here: the build need not be put on the device
test.use({ serviceWorkers: 'block' });

test('I1 L4: the relay is killed in the middle of an import and of an edit burst; nothing is lost, both sides are equal', async ({
  admin,
  person,
  relay,
}) => {
  test.setTimeout(180_000);
  const { page } = admin;
  const binh = await person();
  await joinAs(admin, binh, 'Lê Văn Bình', 'binh@example.vn');
  await createContact(page, 'Đinh Bị Ngắt', '0911 111 111');

  // an edit burst, cut three times
  for (let i = 1; i <= 12; i++) {
    await editField(page, 'Chức vụ', `Lần ${i}`);
    if (i % 4 === 0) {
      await relay.kill();
      await relay.start();
    }
  }
  await expect(syncBadge(page)).toContainText('Đã đồng bộ', { timeout: 60_000 });

  // an import, cut while it is being sent
  const rows = Array.from({ length: 5000 }, (_, i) => [
    `Khách Ngắt ${String(i).padStart(4, '0')}`,
    `09${String(20_000_000 + i)}`,
  ]);
  const book = utils.book_new();
  utils.book_append_sheet(book, utils.aoa_to_sheet([['Họ tên', 'SĐT'], ...rows]), 'A');
  const buffer = Buffer.from(write(book, { type: 'array', bookType: 'xlsx' }) as ArrayBuffer);
  await page.goto('/import');
  await page
    .locator('input[type=file]')
    .setInputFiles({ name: 'a.xlsx', mimeType: 'application/octet-stream', buffer });
  await page.getByRole('button', { name: 'Kiểm tra dữ liệu' }).click();
  await page.getByRole('button', { name: 'Nhập 5.000 liên hệ' }).click();
  await relay.kill();
  await expect(page.getByRole('heading', { name: 'Đã nhập xong' })).toBeVisible({ timeout: 60_000 });
  await relay.start();
  await page.waitForTimeout(700); // somewhere in the middle of the sending
  await relay.kill();
  await relay.start();
  await expect(syncBadge(page)).toContainText('Đã đồng bộ', { timeout: 90_000 });

  await openList(binh.page);
  for (const side of [page, binh.page]) {
    await side.goto('/contacts');
    await expect(side.getByText('5.001', { exact: false }).first()).toBeVisible({ timeout: 60_000 });
    await side.getByRole('searchbox').fill('Khách Ngắt 4999');
    await expect(side.getByRole('row').nth(1)).toContainText('Khách Ngắt 4999');
    await side.getByRole('searchbox').fill('Đinh Bị Ngắt');
    await side.getByRole('link', { name: 'Đinh Bị Ngắt' }).first().click();
    await expect(side.getByText('Lần 12').first()).toBeVisible();
  }
});
