import '../../app.css';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { page } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import * as XLSX from 'xlsx';
import { createImportApp, type ImportApp } from '#tests/support/import-app.ts';
import Stage from './testing/Stage.svelte';

const LAN = [
  'Nguyễn Thị Lan'.normalize('NFD'),
  '01629123456',
  'lan@example.vn',
  'Công ty Sao Mai',
  new Date(Date.UTC(1990, 2, 15)),
];
const ROWS = [
  ['DANH SÁCH KHÁCH HÀNG'],
  ['Họ tên'.normalize('NFD'), 'SĐT', 'E-mail', 'Công ty', 'Sinh nhật', 'Mã số thuế'],
  LAN,
  ['Trần Văn Bình', 912_345_678, 'binh@example.vn', 'Công ty Sao Mai', null, 123],
  [],
  [null, '0987654321', 'khongten@example.vn'],
  ['Lê Hoàng', 'không có số'],
];

function workbook(sheets: Readonly<Record<string, readonly (readonly unknown[])[]>>, name = 'khách hàng.xlsx'): File {
  const book = XLSX.utils.book_new();
  for (const [title, rows] of Object.entries(sheets)) {
    XLSX.utils.book_append_sheet(book, XLSX.utils.aoa_to_sheet(rows as unknown[][], { UTC: true }), title);
  }
  return new File([XLSX.write(book, { type: 'array' }) as ArrayBuffer], name);
}

const people = (n: number) => [
  ['Họ tên', 'SĐT'],
  ...Array.from({ length: n }, (_, i) => [`Người ${i}`, `09${10_000_000 + i}`]),
];
const heading = (name: string) => page.getByRole('heading', { name, level: 2 });
const press = (name: string | RegExp) => page.getByRole('button', { name }).click();
/** As the browser does it; a real chooser would send 100 MB through the test's own connection. */
async function choose(file: File): Promise<void> {
  await expect.element(page.getByRole('button', { name: 'Chọn tệp' })).toBeVisible();
  const input = document.querySelector<HTMLInputElement>('input[type=file]')!;
  const chosen = new DataTransfer();
  chosen.items.add(file);
  input.files = chosen.files;
  input.dispatchEvent(new Event('change', { bubbles: true }));
}
/** The numbers of a step by their labels. */
const counts = () =>
  Object.fromEntries(
    [...document.querySelectorAll('dl > div')].map((div) => [
      div.querySelector('dt')!.textContent,
      div.querySelector('dd')!.textContent,
    ]),
  );

let current: ImportApp;
async function open(plugins: Readonly<Record<string, boolean>> = {}) {
  current = createImportApp(plugins);
  await current.loaded();
  const navigate = vi.fn();
  return { ...current, navigate, ...(await render(Stage, { app: current.app, navigate })) };
}

beforeEach(() => page.viewport(1280, 800));
afterEach(() => current.close());

describe('import wizard', () => {
  it('goes from a messy file to contacts, failed rows and undo', async () => {
    const { context } = await open();
    await choose(workbook({ 'Danh sách': ROWS }));
    await expect.element(heading('Ghép cột với trường dữ liệu')).toHaveFocus();
    await expect.element(page.getByLabelText('Trường cho cột "Họ tên"')).toHaveValue('name');
    await expect.element(page.getByLabelText('Trường cho cột "SĐT"')).toHaveValue('phones');
    await expect.element(page.getByLabelText('Trường cho cột "Sinh nhật"')).toHaveValue('birthday');
    await expect.element(page.getByLabelText('Trường cho cột "Mã số thuế"')).toHaveValue('');
    await expect.element(page.getByText('Bỏ qua 1 dòng phía trên dòng tiêu đề cột.')).toBeVisible();
    await expect.element(page.getByLabelText(/^Người phụ trách/)).toHaveValue('user_ada');
    await expect.element(page.getByLabelText(/^Phòng ban phụ trách/)).toHaveValue('sales');

    await press(/^Kiểm tra dữ liệu/);
    await expect.element(heading('Kết quả kiểm tra')).toHaveFocus();
    expect(counts()).toEqual({ 'Sẵn sàng nhập': '2', 'Có lỗi, bỏ qua': '2', 'Dòng trống': '1' });
    await expect.element(page.getByText('1 số đầu cũ đã chuyển (01629… → 032…).')).toBeVisible();
    await expect.element(page.getByRole('row', { name: /6 .*Họ tên.*Vui lòng nhập/ })).toBeVisible();
    await expect.element(page.getByRole('row', { name: /7 .*SĐT B7 không có số/ })).toBeVisible();

    await press('Nhập 2 liên hệ');
    await expect.element(heading('Đã nhập xong')).toHaveFocus();
    expect(counts()).toEqual({ 'Đã thêm': '2', Lỗi: '2', Trống: '1', 'Doanh nghiệp mới': '1' });
    const [lan] = context.rows('contact').filter(({ values }) => values.name === 'Nguyễn Thị Lan');
    expect(lan!.values).toMatchObject({
      birthday: '1990-03-15',
      ownerId: 'user_ada',
      departmentId: 'sales',
      source: 'file',
    });
    expect(lan!.values.phones).toMatchObject([{ value: '+84329123456' }]);

    const saved = await savedFile(() => press('Tải file dòng lỗi'));
    expect(saved.name).toBe('khách hàng - dòng lỗi.xlsx');
    const sheet = XLSX.utils.sheet_to_json<unknown[]>(Object.values(XLSX.read(saved.bytes).Sheets)[0]!, { header: 1 });
    expect(sheet[0]!.slice(-2)).toEqual(['Dòng trong file gốc', 'Lý do lỗi']);
    expect(sheet.slice(1).map((row) => row[6])).toEqual([6, 7]);
    expect(sheet[1]![7]).toContain('Họ và tên');

    await press('Hoàn tác nhập');
    await page.getByRole('dialog').getByRole('button', { name: 'Hoàn tác nhập' }).click();
    await expect.element(page.getByText('Đã hoàn tác: bỏ 2 liên hệ.')).toBeVisible();
    expect(context.rows('contact').every(({ values }) => values.discarded === true)).toBe(true);
    await expect.element(page.getByRole('link', { name: 'Xem danh sách' })).toHaveAttribute('href', '/contacts');
  });

  it.each([
    [
      'a picture',
      new File([Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0, 0])], 'ảnh.xlsx'),
      'File này không phải bảng tính',
    ],
    ['a password', encrypted(), 'File có mật khẩu'],
    ['half a file', new File([workbook({ A: people(50) }).slice(0, 2000)], 'nửa.xlsx'), 'File bị hỏng'],
    ['no rows', workbook({ A: [['Họ tên', 'SĐT']] }), 'Không có dòng dữ liệu nào'],
    ['more than 100 MB', new File([new Uint8Array(100 * 1024 * 1024 + 1)], 'to.xlsx'), 'File quá lớn'],
  ])('says what is wrong with %s, and takes a good file after it', async (_, file, title) => {
    const { context } = await open();
    await choose(file);
    const alert = page.getByRole('alert');
    await expect.element(alert.getByText(title, { exact: true })).toBeVisible();
    await expect.element(alert.getByText('Chưa có gì được nhập.')).toBeVisible();
    expect(context.states.size).toBe(0);
    await choose(workbook({ A: people(1) }));
    await expect.element(heading('Ghép cột với trường dữ liệu')).toBeVisible();
    expect(document.querySelector('[role=alert]')).toBeNull();
  });

  it('cancels while reading', async () => {
    await open();
    const file = workbook({ A: people(30_000) });
    await choose(file);
    const cancel = page.getByRole('button', { name: 'Hủy', exact: true });
    await expect.element(cancel).toBeVisible();
    (cancel.element() as HTMLElement).click(); // at once: the file is read by the time a pointer has come there
    await expect.element(heading('Chọn file danh sách')).toBeVisible();
    expect(document.querySelector('[role=alert]')).toBeNull();
  });

  it('keeps choices when going back, and flags what is required and missing', async () => {
    await open();
    await choose(workbook({ A: people(3) }));
    await page.getByLabelText('Trường cho cột "SĐT"').selectOptions('address');
    await expect.element(page.getByText('Dòng không có Số điện thoại sẽ không được nhập.')).toBeVisible();
    await press(/^Kiểm tra dữ liệu/);
    await expect.element(page.getByText('Không có dòng nào nhập được.', { exact: false })).toBeVisible();
    await expect.element(page.getByRole('button', { name: /^Nhập 0/ })).toBeDisabled();
    await press('Quay lại');
    await expect.element(page.getByLabelText('Trường cho cột "SĐT"')).toHaveValue('address');
  });

  it('reads another sheet of the file; an empty one leaves the first in place', async () => {
    await open();
    await choose(
      workbook({
        Một: people(2),
        Hai: [
          ['Email', 'Tên'],
          ['a@b.vn', 'Lan'],
        ],
        Rỗng: [['Tên']],
      }),
    );
    await expect.element(page.getByLabelText('Trang tính')).toHaveValue('Một');
    await page.getByLabelText('Trang tính').selectOptions('Hai');
    await expect.element(page.getByLabelText('Trường cho cột "Email"')).toHaveValue('emails');
    await page.getByLabelText('Trang tính').selectOptions('Rỗng');
    await expect.element(page.getByRole('alert').getByText(/Trang tính "Rỗng" không có dòng dữ liệu/)).toBeVisible();
    await expect.element(page.getByLabelText('Trang tính')).toHaveValue('Hai');
    await press(/^Kiểm tra dữ liệu/);
    expect(await counted('Có lỗi, bỏ qua')).toBe('1');
  });

  it('stops in the middle with the true counts, and goes on while another page is open', async () => {
    const { context, unmount, notices, app } = await open();
    await choose(workbook({ A: people(3_000) }));
    await press(/^Kiểm tra dữ liệu/);
    const commitPack = context.commitPack.bind(context);
    const gate = Promise.withResolvers<void>();
    Object.assign(context, {
      commitPack: async (writes: Parameters<typeof commitPack>[0]) => {
        if (context.commits.length > 0) await gate.promise;
        return commitPack(writes);
      },
    });
    await press('Nhập 3.000 liên hệ');
    await expect.element(heading('Đang nhập')).toBeVisible();
    await unmount();
    const leave = new Event('beforeunload', { cancelable: true });
    window.dispatchEvent(leave);
    expect(leave.defaultPrevented).toBe(true);
    const again = await render(Stage, { app, navigate: vi.fn() });
    await press('Dừng nhập');
    await again.unmount();
    gate.resolve();
    await vi.waitFor(() => expect(notices).toHaveLength(1));
    const after = new Event('beforeunload', { cancelable: true });
    window.dispatchEvent(after);
    expect(after.defaultPrevented).toBe(false);
    await render(Stage, { app, navigate: vi.fn() });
    await expect.element(heading('Đã dừng giữa chừng')).toBeVisible();
    const added = Number(counts()['Đã thêm']!.replace('.', ''));
    expect(added).toBe(context.rows('contact').length);
    expect(added).toBeGreaterThan(0);
    expect(added).toBeLessThan(3_000);
  });

  it('says so when no plugin reads files', async () => {
    await open({ excel: false });
    await expect.element(heading('Chưa có tiện ích nhập file')).toBeVisible();
    await expect.element(page.getByRole('link', { name: 'Mở Tiện ích' })).toHaveAttribute('href', '/settings/plugins');
  });
});

async function counted(label: string): Promise<string | undefined> {
  await expect.element(heading('Kết quả kiểm tra')).toBeVisible();
  return counts()[label]!;
}

function encrypted(): File {
  const cfb = XLSX.CFB as {
    readonly utils: { cfb_new(): object; cfb_add(to: object, name: string, content: Uint8Array): void };
    write(container: object, options: { readonly type: 'array' }): ArrayLike<number>;
  };
  const container = cfb.utils.cfb_new();
  cfb.utils.cfb_add(container, '/EncryptedPackage', new Uint8Array(8192).fill(7));
  return new File([Uint8Array.from(cfb.write(container, { type: 'array' }))], 'mật khẩu.xlsx');
}

/** What the browser was told to save. */
async function savedFile(act: () => Promise<void>): Promise<{ name: string; bytes: ArrayBuffer }> {
  const saved = Promise.withResolvers<{ name: string; href: string }>();
  const click = vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function (this: HTMLAnchorElement) {
    saved.resolve({ name: this.download, href: this.href });
  });
  await act();
  const { name, href } = await saved.promise;
  click.mockRestore();
  return { name, bytes: await (await fetch(href)).arrayBuffer() };
}
