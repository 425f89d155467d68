import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { createContact } from '../support/contacts.ts';
import { expect, openList, test } from '../support/flow.ts';

// no page starts without a network here: the build need not be put on the device
test.use({ serviceWorkers: 'block' });

test('B11 B14 B15: conditions in groups, chips, sources and the reset; a link opens the same list', async ({
  admin,
}) => {
  const { page } = admin;
  await createContact(page, 'Lê Thị Hoa', '0912 345 671');
  await createContact(page, 'Đỗ Văn Minh', '0912 345 672');
  await createContact(page, 'Phan Thị Nga', '0912 345 673');
  await openList(page);

  const sources = page.getByRole('region', { name: 'Nguồn thêm danh bạ' });
  await expect(sources).toContainText('Tổng 3 liên hệ');
  await expect(tile(page, 'Hệ thống')).toHaveAccessibleName('3 Hệ thống');
  for (const name of ['Zalo', 'Facebook', 'Nhập file'])
    await expect(tile(page, name)).toHaveAccessibleName(`0 ${name}`);

  await page.getByRole('button', { name: 'Thêm điều kiện lọc' }).click();
  const panel = page.getByRole('dialog', { name: 'Điều kiện lọc' });
  await expect(panel.getByRole('combobox', { name: 'Trường' })).toHaveValue('Họ và tên');
  await panel.getByRole('button', { name: 'Áp dụng' }).click();
  await expect(panel).toContainText('Vui lòng nhập giá trị cho điều kiện này.');
  await panel.getByRole('textbox', { name: 'Giá trị' }).fill('thi');
  await expect(panel.getByRole('button', { name: 'Xem 2 liên hệ' })).toBeVisible();

  // or whoever has no title and a number that ends so
  await panel.getByRole('button', { name: 'Thêm nhóm điều kiện' }).click();
  const second = panel.getByRole('region', { name: 'Nhóm 2' });
  await chooseField(page, 'Chức vụ');
  await second.getByRole('combobox', { name: 'Phép so sánh' }).selectOption({ label: 'để trống' });
  await second.getByRole('button', { name: 'Thêm điều kiện' }).click();
  await chooseField(page, 'Số điện thoại');
  await second.getByRole('textbox', { name: 'Giá trị' }).fill('345 672');
  await panel.getByRole('combobox', { name: 'Giữa các nhóm' }).selectOption('any');
  await expect(panel.getByRole('button', { name: 'Xem 3 liên hệ' })).toBeVisible();
  await expectNoViolations(page);
  await panel.getByRole('combobox', { name: 'Giữa các nhóm' }).selectOption('all');
  await panel.getByRole('button', { name: 'Xem 0 liên hệ' }).click();
  await expect(panel).toBeHidden();
  await expect(page.getByText('Không có liên hệ nào khớp bộ lọc')).toBeVisible();

  const chips = page.getByRole('group', { name: 'Điều kiện đang lọc' });
  await chips.getByRole('button', { name: 'Bỏ điều kiện: Số điện thoại chứa "345 672"' }).click();
  await expect(rows(page)).toHaveCount(2);
  // the tiles count all there are, whatever is filtered
  await expect(sources).toContainText('Tổng 3 liên hệ');
  await expectNoViolations(page);

  await page.reload();
  await expect(chips).toHaveText(/Họ và tên chứa "thi"\s+và\s+Chức vụ để trống/);
  await expect(rows(page)).toHaveCount(2);
  await tile(page, 'Zalo').click();
  await expect(rows(page)).toHaveCount(0);
  await expect(page).toHaveURL(/source=zalo/);
  await page.getByRole('button', { name: 'Làm mới bộ lọc' }).first().click();
  await expect(chips).toBeHidden();
  await expect(rows(page)).toHaveCount(3);
  await expect(page).toHaveURL(/\/contacts$/);
});

test('B15: a link with a field that is gone, or that nobody can read, says so and shows the rest', async ({
  admin,
}) => {
  const { page } = admin;
  await createContact(page, 'Lê Thị Hoa', '0912 345 671');
  await createContact(page, 'Đỗ Văn Minh', '0912 345 672');
  const filter = '["all",["all",["name","contains","hoa"],["custom.gone","is","x"]]]';
  await page.goto(`/contacts?filter=${encodeURIComponent(filter)}`);
  await expect(page.getByText('Danh sách bỏ qua 1 điều kiện vì trường đã bị xóa')).toBeVisible();
  await expect(rows(page)).toHaveCount(1);
  await page.getByRole('button', { name: 'Bỏ điều kiện: Trường đã bị xóa' }).click();
  await expect(page.getByText('Danh sách bỏ qua')).toBeHidden();
  await expect(rows(page)).toHaveCount(1);

  await page.goto('/contacts?filter=%5B%22all');
  await expect(page.getByText('Đường dẫn này có bộ lọc không đọc được, nên danh sách hiện tất cả.')).toBeVisible();
  await expect(rows(page)).toHaveCount(2);
});

test('bulk: chosen contacts get the same value with one command, and one undo gives each its own back', async ({
  admin,
}) => {
  const { page } = admin;
  await createContact(page, 'Lê Thị Hoa', '0912 345 671');
  await createContact(page, 'Đỗ Văn Minh', '0912 345 672');
  await openList(page);
  await page.getByRole('checkbox', { name: 'Chọn tất cả trên trang' }).check();
  await page.getByRole('button', { name: 'Đổi giá trị' }).click();
  const dialog = page.getByRole('dialog', { name: 'Đổi giá trị của 2 liên hệ' });
  await dialog.getByRole('combobox', { name: 'Trường' }).selectOption({ label: 'Nguồn' });
  await dialog.getByRole('combobox', { name: 'Nguồn' }).selectOption({ label: 'Zalo' });
  await expectNoViolations(page);
  await dialog.getByRole('button', { name: 'Đổi 2 liên hệ' }).click();
  await expect(page.getByText('Đã đổi Nguồn của 2 liên hệ.')).toBeVisible();
  await expect(tile(page, 'Zalo')).toHaveAccessibleName('2 Zalo');
  await page.getByRole('button', { name: 'Hoàn tác' }).click();
  await expect(tile(page, 'Zalo')).toHaveAccessibleName('0 Zalo');
  await expect(tile(page, 'Hệ thống')).toHaveAccessibleName('2 Hệ thống');
});

/** The rows of customers. */
const rows = (page: Page) => page.getByRole('rowgroup', { name: 'Khách hàng' }).getByRole('row');

const tile = (page: Page, name: string) =>
  page.getByRole('region', { name: 'Nguồn thêm danh bạ' }).getByRole('button').filter({ hasText: name });

/** Chooses the field of the condition that was added last. */
async function chooseField(page: Page, name: string): Promise<void> {
  const box = page.getByRole('dialog').getByRole('combobox', { name: 'Trường' }).last();
  await box.fill(name);
  await page.getByRole('option', { name, exact: true }).click();
  await expect(box).toHaveValue(name);
}

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
