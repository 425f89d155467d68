import { rowOf } from '../support/contacts.ts';
import { expect, joinAs, openList, test } from '../support/flow.ts';
import { utils, write, type WorkSheet } from 'xlsx';

// no page starts without a network here: the build need not be put on the device
test.use({ serviceWorkers: 'block' });

const file = (name: string, rows: unknown[][]) => ({
  name,
  mimeType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  buffer: Buffer.from(workbook(rows)),
});
function workbook(rows: unknown[][], change: (sheet: WorkSheet) => void = () => {}): Uint8Array {
  const sheet = utils.aoa_to_sheet(rows);
  change(sheet);
  const book = utils.book_new();
  utils.book_append_sheet(book, sheet, 'Khách hàng');
  return new Uint8Array(write(book, { type: 'array', bookType: 'xlsx' }) as ArrayBuffer);
}

const MESSY = [
  ['STT', 'Họ tên', 'SĐT', 'Công ty', 'E-mail', 'Chức danh'],
  [1, 'Nguyễn Văn Nhập', '0912 345 678', 'Công ty Hoa Sen', 'nhap@example.vn', 'Giám đốc'],
  [2, 'Trần Thị Đầu Cũ', '01629123456', 'CÔNG TY HOA SEN', '', ''],
  [3, 'Lê Mất Số Không'.normalize('NFD'), 912345679, '', '', ''],
  [4, '', '0912345670', '', '', ''],
  [5, 'Sai Số Điện Thoại', 'không có', '', '', ''],
  [6, 'x'.repeat(10_000), '0912345671', '', '', ''],
];

test('Excel: columns are matched, problems shown by row, counts, failed rows as a file, undo of the whole import', async ({
  admin,
  person,
}) => {
  const { page } = admin;
  const binh = await person();
  await joinAs(admin, binh, 'Lê Văn Bình', 'binh@example.vn');
  await openList(page);
  await page
    .getByRole('link', { name: 'Nhập từ Excel' })
    .or(page.getByRole('button', { name: 'Nhập từ Excel' }))
    .first()
    .click();
  await expect(page.getByRole('heading', { level: 1, name: 'Nhập liên hệ' })).toBeVisible();
  await page.locator('input[type=file]').setInputFiles(file('khach-hang.xlsx', MESSY));

  await expect(page.getByRole('heading', { name: 'Ghép cột với trường dữ liệu' })).toBeVisible();
  await expect(page.getByLabel('Trường cho cột "Họ tên"')).toHaveValue('name');
  await expect(page.getByLabel('Trường cho cột "SĐT"')).toHaveValue('phones');
  await expect(page.getByLabel('Trường cho cột "Công ty"')).toHaveValue('companyId');
  await expect(page.getByLabel('Trường cho cột "E-mail"')).toHaveValue('emails');
  await expect(page.getByLabel('Trường cho cột "Chức danh"')).toHaveValue('title');
  await page.getByRole('button', { name: 'Kiểm tra dữ liệu' }).click();

  await expect(page.getByRole('heading', { name: 'Kết quả kiểm tra' })).toBeVisible();
  await expect(page.getByRole('row', { name: /^5 Họ tên .*Vui lòng nhập Họ và tên\.$/ })).toBeVisible();
  await expect(page.getByText(/1 số đầu cũ đã chuyển/)).toBeVisible();
  await page.getByRole('button', { name: 'Nhập 3 liên hệ' }).click();

  await expect(page.getByRole('heading', { name: 'Đã nhập xong' })).toBeVisible();
  const failed = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Tải file dòng lỗi' }).click();
  expect((await failed).suggestedFilename()).toMatch(/\.xlsx$/);

  await expect(rowOf(binh.page, 'Nguyễn Văn Nhập')).toBeVisible();
  await expect(rowOf(binh.page, 'Trần Thị Đầu Cũ')).toContainText('0329 123 456');
  await expect(rowOf(binh.page, 'Trần Thị Đầu Cũ')).toContainText('Công ty Hoa Sen');
  await expect(rowOf(binh.page, 'Lê Mất Số Không')).toContainText('0912 345 679');

  await page.getByRole('button', { name: 'Hoàn tác nhập' }).click();
  await page
    .getByRole('alertdialog')
    .or(page.getByRole('dialog'))
    .getByRole('button', { name: /Hoàn tác/ })
    .click();
  await expect(page.getByText(/Đã hoàn tác/)).toBeVisible();
  await expect(rowOf(binh.page, 'Nguyễn Văn Nhập')).toHaveCount(0);
});

test('Excel: bad files are refused with a message each, nothing is imported', async ({ admin }) => {
  const { page } = admin;
  const bad: [string, Buffer, RegExp][] = [
    ['anh.xlsx', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13]), /không phải bảng tính/],
    ['hong.xlsx', Buffer.from(workbook(MESSY)).subarray(0, 3000), /bị hỏng/],
    ['trong.xlsx', Buffer.from(workbook([['Họ tên', 'SĐT']])), /Không có dòng dữ liệu nào/],
  ];
  for (const [name, buffer, message] of bad) {
    await page.goto('/import');
    await page.locator('input[type=file]').setInputFiles({ name, mimeType: 'application/octet-stream', buffer });
    await expect(page.getByText(message).first()).toBeVisible();
    await expect(page.getByText('Chưa có gì được nhập.').first()).toBeVisible();
  }
  await page.goto('/contacts');
  await expect(page.getByText('Chưa có liên hệ nào').first()).toBeVisible();
});

test('Excel: an import can be stopped; the counts say what was kept, and it can be undone', async ({ admin }) => {
  const { page } = admin;
  const rows = Array.from({ length: 20_000 }, (_, i) => [`Khách Số ${i}`, `09${String(10_000_000 + i)}`]);
  await page.goto('/import');
  await page.locator('input[type=file]').setInputFiles(file('nhieu.xlsx', [['Họ tên', 'SĐT'], ...rows]));
  await page.getByRole('button', { name: 'Kiểm tra dữ liệu' }).click();
  await page.getByRole('button', { name: 'Nhập 20.000 liên hệ' }).click();
  await page.getByRole('button', { name: 'Dừng nhập' }).click();
  await expect(page.getByRole('heading', { name: /Đã dừng giữa chừng|Đã nhập xong/ })).toBeVisible();
  await page.getByRole('button', { name: 'Hoàn tác nhập' }).click();
  await page
    .getByRole('alertdialog')
    .or(page.getByRole('dialog'))
    .getByRole('button', { name: /Hoàn tác/ })
    .click();
  await expect(page.getByText(/Đã hoàn tác/)).toBeVisible({ timeout: 30_000 });
  await page.goto('/contacts');
  await expect(page.getByText('Chưa có liên hệ nào').first()).toBeVisible();
});

test('the plugin can be switched off and on without a reload; the app names none of it', async ({ admin }) => {
  const { page } = admin;
  await page.goto('/settings/plugins');
  await page.evaluate(() => ((window as unknown as { mark: number }).mark = 1));
  const toggle = page.getByRole('switch').first();
  await expect(toggle).toBeChecked();
  await toggle.click();
  await expect(toggle).not.toBeChecked();
  await page.getByRole('link', { name: 'Nhập / Xuất' }).first().click();
  await expect(page.getByText('Chưa có tiện ích nhập file')).toBeVisible();
  await page.getByRole('link', { name: 'Mở Tiện ích' }).click();
  await page.getByRole('switch').first().click();
  await page.getByRole('link', { name: 'Nhập / Xuất' }).first().click();
  await expect(page.locator('input[type=file]')).toBeAttached();
  expect(await page.evaluate(() => (window as unknown as { mark?: number }).mark)).toBe(1);
});
