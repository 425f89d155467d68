import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { createContact } from '../support/contacts.ts';
import { expect, joinAs, onDevice, openList, test } from '../support/flow.ts';
import { fillWithSamples } from '../support/samples.ts';

test('B18: columns are chosen, also of an own field, moved, pinned and sorted by; they are there after a reload, offline', async ({
  admin,
}) => {
  const { page, cable } = admin;
  await createContact(page, 'Lê Thị Hoa', '0912 345 671');
  await createContact(page, 'Đỗ Văn Minh', '0912 345 672');
  await openList(page);
  await page.getByRole('button', { name: 'Cột', exact: true }).click();
  const chooser = page.getByRole('dialog', { name: 'Cấu hình hiển thị cột' });
  await chooser.getByRole('searchbox').fill('chuc vu');
  await chooser.getByRole('checkbox', { name: 'Chức vụ' }).check();
  await chooser.getByRole('searchbox').fill('');
  for (let i = 0; i < 3; i++) await chooser.getByRole('button', { name: 'Đưa Chức vụ lên' }).click();
  await chooser.getByRole('button', { name: 'Ghim Chức vụ bên trái' }).click();
  await chooser.getByRole('checkbox', { name: 'Cập nhật lần cuối' }).uncheck();
  await expectNoViolations(page);
  await chooser.getByRole('button', { name: 'Xong' }).click();
  const headings = page.getByRole('columnheader');
  const shown = ['Tên liên hệ', 'Chức vụ', 'Số điện thoại', 'Doanh nghiệp', 'Người quản lý', 'Thời gian tạo'];
  const expectShown = async () => {
    for (const [i, name] of shown.entries()) await expect(headings.nth(i + 1)).toHaveAccessibleName(name);
    await expect(headings.nth(shown.length + 1)).toHaveAccessibleName('Thao tác');
  };
  await expectShown();

  await onDevice(page);
  cable.pull();
  await page.reload();
  await expectShown();
  await page.getByRole('button', { name: 'Chức vụ', exact: true }).click();
  await expect(page).toHaveURL(/sort=title/);
});

test('saved views: shared with a colleague, also offline; a member changes it for themselves alone', async ({
  admin,
  person,
}) => {
  const { page } = admin;
  const binh = await person();
  await createContact(page, 'Lê Thị Hoa', '0912 345 671');
  await createContact(page, 'Đỗ Văn Minh', '0912 345 672');
  await joinAs(admin, binh, 'Lê Văn Bình', 'binh@example.vn');
  await openList(page);
  await page.getByRole('searchbox', { name: 'Tìm kiếm' }).fill('hoa');
  await page.getByRole('button', { name: 'Tên liên hệ', exact: true }).click();
  await page.getByRole('button', { name: 'Chế độ xem', exact: true }).click();
  await page.getByRole('menuitem', { name: 'Lưu thành chế độ xem mới…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Lưu chế độ xem' });
  await dialog.getByLabel(/Tên chế độ xem/).fill('Khách tên Hoa');
  await dialog.getByRole('switch', { name: 'Dùng chung cho mọi người' }).click();
  await expectNoViolations(page);
  await dialog.getByRole('button', { name: 'Lưu' }).click();
  await expect(page).toHaveURL(/view=view\.\w+$/);

  const rows = binh.page.getByRole('rowgroup', { name: 'Khách hàng' }).getByRole('row');
  await expect(rows).toHaveCount(2);
  await binh.page.getByRole('button', { name: 'Chế độ xem', exact: true }).click();
  await binh.page.getByRole('menuitemradio', { name: 'Khách tên Hoa' }).click();
  await expect(rows).toHaveCount(1);
  await onDevice(binh.page);
  binh.cable.pull();
  await binh.page.reload();
  await expect(binh.page.getByRole('button', { name: 'Chế độ xem: Khách tên Hoa' })).toBeVisible();
  await expect(rows).toHaveCount(1);
  await expect(binh.page.getByRole('columnheader', { name: 'Tên liên hệ' })).toHaveAttribute('aria-sort', 'ascending');
  await binh.page.getByRole('searchbox', { name: 'Tìm kiếm' }).fill('minh');
  await expect(binh.page.getByText('Đã thay đổi')).toBeVisible();
  await expect(binh.page.getByRole('button', { name: /^Lưu thay đổi/ })).toHaveCount(0);
  await binh.page.getByRole('button', { name: /^Khôi phục Khách tên Hoa/ }).click();
  await expect(binh.page.getByText('Đã thay đổi')).toBeHidden();
});

test('bulk: all 300 on every page are chosen, changed with one command, and one undo gives each its own back', async ({
  admin,
}) => {
  const { page } = admin;
  await fillWithSamples(admin, 300);
  await openList(page);
  await expect(page.getByRole('tab', { name: 'Khách hàng 300' })).toBeVisible();
  const sources = page.getByRole('region', { name: 'Nguồn thêm danh bạ' });
  const zalo = sources.getByRole('button').filter({ hasText: 'Zalo' });
  const before = (await zalo.textContent())!;
  await page.getByRole('checkbox', { name: 'Chọn tất cả trên trang' }).check();
  await page.getByRole('button', { name: 'Chọn cả 300 kết quả' }).click();
  await expect(page.getByRole('toolbar', { name: 'Đã chọn 300' })).toBeVisible();
  await page.getByRole('button', { name: 'Đổi giá trị' }).click();
  const dialog = page.getByRole('dialog', { name: 'Đổi giá trị của 300 liên hệ' });
  await dialog.getByRole('combobox', { name: 'Trường' }).selectOption({ label: 'Nguồn' });
  await dialog.getByRole('combobox', { name: 'Nguồn' }).selectOption({ label: 'Zalo' });
  await dialog.getByRole('button', { name: 'Đổi 300 liên hệ' }).click();
  await expect(zalo).toHaveAccessibleName('300 Zalo');
  await page.getByRole('button', { name: 'Hoàn tác' }).click();
  await expect(zalo).toHaveText(before);
});

async function expectNoViolations(page: Page): Promise<void> {
  for (const [scheme, width] of [
    ['light', 1280],
    ['dark', 390],
  ] as const) {
    await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
    await page.setViewportSize({ width, height: 844 });
    await page.waitForFunction(() => document.getAnimations().length === 0);
    const { violations } = await new AxeBuilder({ page })
      .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'])
      .analyze();
    expect(
      violations.map((v) => `${scheme} ${width}: ${v.id} ${v.nodes.map((n) => n.target.join(' ')).join()}`),
    ).toEqual([]);
  }
  await page.setViewportSize({ width: 1280, height: 844 });
}
