import { expect, test } from 'vitest';
import { render } from 'vitest-browser-svelte';
import { createNotices } from './notices.svelte.ts';
import Toaster from './Toaster.svelte';

test('the live region is there before the first notice', async () => {
  const screen = await render(Toaster, { notices: createNotices() });
  await expect.element(screen.getByRole('region', { name: 'Thông báo' })).toHaveAttribute('aria-live', 'polite');
});

test('the button of a notice runs once and takes the notice away', async () => {
  const notices = createNotices();
  const screen = await render(Toaster, { notices });
  let undone = 0;
  notices.notify({
    text: { vi: 'Đã xóa.', en: 'Deleted.' },
    action: { title: { vi: 'Hoàn tác', en: 'Undo' }, run: () => undone++ },
  });
  await screen.getByRole('button', { name: 'Hoàn tác' }).click();
  expect(undone).toBe(1);
  await expect.element(screen.getByText('Đã xóa.')).not.toBeInTheDocument();
});

test('an error interrupts the reader', async () => {
  const notices = createNotices();
  const screen = await render(Toaster, { notices });
  notices.notify({ text: 'Chưa lưu được.', tone: 'error' });
  await expect.element(screen.getByRole('alert')).toHaveTextContent('Chưa lưu được.');
});
