import AxeBuilder from '@axe-core/playwright';
import { createContact, editField, openContact, syncBadge } from '../support/contacts.ts';
import { ADMIN, expect, joinAs, onDevice, test } from '../support/flow.ts';

test('history: who changed what, an edit that lost too; offline what waits; a former value comes back and can be undone', async ({
  admin,
  person,
}) => {
  test.setTimeout(120_000);
  const { page, cable } = admin;
  const binh = await person();
  await createContact(page, 'Trịnh Văn Sử', '0912 777 888');
  await joinAs(admin, binh, 'Lê Văn Bình', 'binh@example.vn');
  await openContact(binh.page, 'Trịnh Văn Sử');
  await editField(page, 'Chức vụ', 'Kế toán');
  await expect(binh.page.getByText('Kế toán').first()).toBeVisible();
  await expect(syncBadge(page)).toContainText('Đã đồng bộ');
  // both write the same field without knowing of each other: Bình later
  await onDevice(page);
  cable.pull();
  await expect(syncBadge(page)).toContainText(/ngoại tuyến/i, { timeout: 20_000 });
  await editField(page, 'Chức vụ', 'Thủ quỹ');
  await editField(binh.page, 'Chức vụ', 'Giám đốc');

  await page.getByRole('tab', { name: 'Lịch sử thay đổi' }).click();
  const history = page.getByRole('region', { name: 'Lịch sử thay đổi' });
  await expect(history.getByRole('listitem').filter({ hasText: 'Chờ đồng bộ' }).first()).toContainText('Thủ quỹ');
  await expect(history).toContainText('Cần kết nối máy chủ');

  cable.plug();
  await expect(history.getByText('Chờ đồng bộ')).toHaveCount(0, { timeout: 40_000 });
  const entries = history.locator('ol > li');
  await expect(entries.filter({ hasText: 'Thủ quỹ' })).toContainText('Không được dùng');
  await expect(entries.filter({ hasText: 'Thủ quỹ' })).toContainText(ADMIN.name);
  await expect(entries.filter({ hasText: 'từ Kế toán' }).filter({ hasText: 'Giám đốc' })).toContainText('Lê Văn Bình');
  await expect(entries.last()).toContainText(`${ADMIN.name} đã tạo liên hệ`);

  await history.getByRole('button', { name: 'Khôi phục Chức vụ: Thủ quỹ' }).click();
  await expect(binh.page.getByText('Thủ quỹ').first()).toBeVisible();
  await page.getByRole('button', { name: 'Hoàn tác' }).click();
  await expect(binh.page.getByText('Giám đốc').first()).toBeVisible();
  await expect(entries).toHaveCount(6);

  for (const [scheme, width] of [
    ['light', 1280],
    ['dark', 390],
  ] as const) {
    await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
    await page.setViewportSize({ width, height: 844 });
    await page.waitForFunction(() => document.getAnimations().length === 0);
    const { violations } = await new AxeBuilder({ page }).analyze();
    const found = violations.map((v) => `${scheme} ${width}: ${v.id} ${v.nodes.map((n) => n.target.join(' ')).join()}`);
    expect(found).toEqual([]);
  }
});
