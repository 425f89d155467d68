import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { cleanup, render } from 'vitest-browser-svelte';
import { page, userEvent } from 'vitest/browser';
import '../../app.css';
import type { RecordId } from '#core/kit/ids.ts';
import { command, view } from '#plugin-api';
import { createMemoryApp, memoryWorkspace, type MemoryApp } from '#tests/support/memory-app.ts';
import WithApp from '#tests/support/WithApp.svelte';
import CompanyDetail from './CompanyDetail.svelte';
import { LONG_PRESS_MS } from './contacts/row-pointing.ts';

let app: MemoryApp;
let company: RecordId;
let ids: RecordId[];
const NAMES = ['An', 'Bình', 'Chi', 'Dung'];
const navigate = vi.fn<(path: string) => void>();
const mailed = vi.fn<(ids: readonly string[]) => void>();

beforeEach(async () => {
  await page.viewport(1280, 900);
  seed(createMemoryApp());
});
afterEach(() => {
  cleanup();
  vi.clearAllMocks();
});

function seed(next: MemoryApp) {
  app = next;
  company = app.port.seed('company', { name: 'Ánh Dương', taxCode: '0101234567' });
  ids = NAMES.map((name) => app.port.seed('contact', { name, companyId: company }));
}
async function show(tab = 'Liên hệ') {
  await render(WithApp, {
    app,
    component: CompanyDetail as never,
    given: {
      id: company,
      listPath: '/companies',
      navigate,
      history: async () => ({ ok: true, value: { entries: [] } }),
    },
  });
  await page.getByRole('tab', { name: new RegExp(`^${tab}`) }).click();
}
/** A plugin as E9 will come: mails to those chosen. */
const mail = () =>
  app.contribute('mail', [
    command({
      id: 'send',
      title: { vi: 'Gửi Email', en: 'Send email' },
      at: ['company-contacts'],
      run: async () => ({ default: async (_ctx, input) => mailed(input.ids) }),
    }),
  ]);
const line = (name: string) => page.getByRole('row', { name: new RegExp(`Chọn ${name}`) });
const selected = () =>
  expect.poll(() => NAMES.filter((name) => line(name).element().getAttribute('aria-selected') === 'true').join());
const ran = (name: string) => app.port.ran.filter((r) => r.command === name).map((r) => r.input);
const pick = (name: string) => page.getByRole('menuitem', { name }).click();

test('E9: selected by Ctrl/⌘ + click, Shift + click for a range, box, X and Shift + arrow; Esc clears', async () => {
  await show();
  await line('An').click({ modifiers: ['Control'] });
  await line('Chi').click({ modifiers: ['Meta'] });
  await selected().toBe('An,Chi');
  await line('Dung').click({ modifiers: ['Shift'] });
  await selected().toBe('An,Chi,Dung');
  await userEvent.click(page.getByRole('checkbox', { name: 'Chọn An', exact: true }));
  await selected().toBe('Chi,Dung');
  (line('Chi').getByRole('link').element() as HTMLElement).focus();
  await userEvent.keyboard('{Escape}');
  await selected().toBe('');
  await userEvent.keyboard('x');
  await selected().toBe('Chi');
  await userEvent.keyboard('{Shift>}{ArrowDown}{/Shift}');
  await selected().toBe('Chi,Dung');
  expect(navigate).not.toHaveBeenCalled();
});

test('E9: a long press selects on touch, taps go on selecting; a moved finger scrolls', async () => {
  await show();
  const touch = (name: string, type: string, x = 100) =>
    line(name)
      .element()
      .dispatchEvent(
        new PointerEvent(type, { pointerType: 'touch', isPrimary: true, bubbles: true, clientX: x, clientY: 100 }),
      );
  const tap = (name: string) => {
    touch(name, 'pointerdown');
    touch(name, 'pointerup');
    line(name)
      .element()
      .dispatchEvent(new MouseEvent('click', { bubbles: true, cancelable: true }));
  };
  await expect.element(line('Bình')).toBeVisible();
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  try {
    touch('An', 'pointerdown');
    touch('An', 'pointermove', 140);
    vi.advanceTimersByTime(LONG_PRESS_MS);
    touch('Bình', 'pointerdown');
    vi.advanceTimersByTime(LONG_PRESS_MS);
    touch('Bình', 'pointerup');
    const end = new MouseEvent('click', { bubbles: true, cancelable: true });
    line('Bình').element().dispatchEvent(end);
    expect(end.defaultPrevented).toBe(true); // the link is not followed
    tap('Dung');
  } finally {
    vi.useRealTimers();
  }
  await selected().toBe('Bình,Dung');
});

test('E3 E7 E9: the menu, by right click, Shift+F10 and “⋯”, for one or for all selected; plugins extend it', async () => {
  mail();
  await show();
  await line('Bình').click({ button: 'right' });
  const items = () =>
    expect.poll(() =>
      page
        .getByRole('menuitem')
        .elements()
        .map((e) => e.textContent.trim()),
    );
  await items().toEqual(['Mở', 'Sửa', 'Là liên hệ đại diện', 'Gửi Email', 'Loại bỏ']);
  await pick('Là liên hệ đại diện');
  await expect.element(line('Bình').getByText('Đại diện')).toBeVisible();
  expect(ran('company.represent')).toEqual([{ id: company, contactId: ids[1] }]);

  await line('An').click({ modifiers: ['Control'] });
  await line('Dung').click({ modifiers: ['Control'] });
  await line('Dung').click({ button: 'right' });
  await items().toEqual(['Gửi Email', 'Loại bỏ']);
  await pick('Gửi Email');
  await expect.poll(() => mailed.mock.calls).toEqual([[[ids[0], ids[3]]]]);
  // of a row that is not selected: of that one alone
  await line('Chi').getByRole('button', { name: 'Thao tác với Chi' }).click();
  await pick('Gửi Email');
  await expect.poll(() => mailed.mock.calls.at(-1)).toEqual([[ids[2]]]);
  (line('Bình').getByRole('link').element() as HTMLElement).focus();
  await userEvent.keyboard('{Shift>}{F10}{/Shift}');
  await pick('Thôi là liên hệ đại diện');
  await expect.poll(() => ran('company.represent').at(-1)).toEqual({ id: company, contactId: null });
  await expect.element(line('Bình').getByRole('link')).toHaveFocus();
});

test('E6: removed by the bar, several at once, with undo; nothing is deleted', async () => {
  await show();
  await line('An').click({ modifiers: ['Control'] });
  await line('Bình').click({ modifiers: ['Control'] });
  await page.getByRole('toolbar').getByRole('button', { name: 'Loại bỏ' }).click();
  await expect.poll(() => page.getByRole('rowheader').elements().length).toBe(2);
  expect(ran('company.unlink')).toEqual([{ id: company, contactIds: [ids[0], ids[1]] }]);
  expect(ran('contact.delete')).toEqual([]);
  app.notices.at(-1)!.action!.run();
  await expect.poll(() => page.getByRole('rowheader').elements().length).toBe(4);
  await expect.element(page.getByRole('tab', { name: 'Liên hệ 4' })).toBeVisible();
});

test('E5: the picker says where somebody is, keeps what was ticked over searches, and warns of who moves', async () => {
  const other = app.port.seed('company', { name: 'Bình Minh' });
  const [hoa, lan] = ['Hoa', 'Lan'].map((name, i) =>
    app.port.seed('contact', { name, ...(i === 0 && { companyId: other }) }),
  );
  await show();
  await page.getByRole('button', { name: 'Chọn', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: 'Chọn Liên hệ' });
  await expect.element(dialog.getByRole('checkbox', { name: /^An/ })).toBeDisabled();
  await expect.element(dialog.getByRole('checkbox', { name: /^An/ })).toBeChecked();
  await userEvent.click(dialog.getByRole('checkbox', { name: /Hoa.*Bình Minh/ }));
  await expect.element(dialog.getByText(/^1 liên hệ đang thuộc doanh nghiệp khác/)).toBeVisible();
  await dialog.getByRole('searchbox').fill('lan');
  await userEvent.click(dialog.getByRole('checkbox', { name: /Lan/ }));
  await dialog.getByRole('button', { name: 'Đồng ý' }).click();
  await expect.poll(() => ran('company.link')).toEqual([{ id: company, contactIds: [hoa, lan] }]);
  await expect.element(line('Lan')).toBeVisible();
});

test('who may only look is offered nothing, and only one contact at a time without the bulk right', async () => {
  const data = memoryWorkspace();
  const all = { visible: { preset: 'all' as const } };
  const role = (rights: readonly ('edit' | 'bulk')[]) => ({
    ...data,
    roles: data.roles.map((r) =>
      r.id === 'admin' ? { ...r, types: { contact: { ...all, rights }, company: { ...all, rights: [] } } } : r,
    ),
  });
  seed(createMemoryApp(role([])));
  await show();
  await expect.element(line('An')).toBeVisible();
  for (const name of ['Thêm', 'Chọn']) expect(page.getByRole('button', { name, exact: true }).elements()).toEqual([]);
  await line('An').click({ button: 'right' });
  await expect
    .poll(() =>
      page
        .getByRole('menuitem')
        .elements()
        .map((e) => e.textContent.trim()),
    )
    .toEqual(['Mở']);
  cleanup();

  seed(createMemoryApp(role(['edit'])));
  await show();
  await line('An').click({ modifiers: ['Control'] });
  await line('Chi').click({ modifiers: ['Control'] });
  await selected().toBe('Chi');
});

test('a plugin’s tab gets the company; the info tab names the representative', async () => {
  app.port.arrive(company, { primaryContactId: ids[2]! });
  const shown = vi.fn();
  app.contribute('demo', [
    view({
      slot: 'company.tab',
      id: 'tickets',
      title: 'Phiếu ghi',
      load: async () => ({
        default: ((_anchor: unknown, props: { companyId: string }) => void shown(props.companyId)) as never,
      }),
    }),
  ]);
  await show('Phiếu ghi');
  await expect.poll(() => shown.mock.calls).toEqual([[company]]);
  await page.getByRole('tab', { name: 'Thông tin' }).click();
  await expect
    .element(page.getByRole('region', { name: 'Liên hệ đại diện' }).getByRole('link', { name: 'Chi' }))
    .toHaveAttribute('href', `/contacts/${ids[2]}`);
});
