import { createRawSnippet } from 'svelte';
import { expect, test } from 'vitest';
import { userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import Dialog from './Dialog.svelte';
import Harness from './testing/DialogHarness.svelte';

const html = (text: string) => createRawSnippet(() => ({ render: () => text }));

test('a dialog has a name, takes the focus and gives it back where it was', async () => {
  const screen = await render(Harness);
  const opener = screen.getByRole('button', { name: 'Mở' });
  await opener.click();
  const dialog = screen.getByRole('dialog', { name: 'Mời đồng nghiệp' });
  await expect.element(dialog).toBeVisible();
  await expect.element(screen.getByLabelText('Email')).toHaveFocus();
  await userEvent.keyboard('{Escape}');
  await expect.element(dialog).not.toBeInTheDocument();
  await expect.element(opener).toHaveFocus();
});

test('Tab stays inside an open dialog', async () => {
  const screen = await render(Harness);
  await screen.getByRole('button', { name: 'Mở' }).click();
  const dialog = screen.getByRole('dialog');
  await expect.element(dialog).toBeVisible();
  for (let i = 0; i < 6; i++) {
    await userEvent.keyboard('{Tab}');
    expect(dialog.element().contains(document.activeElement)).toBe(true);
  }
});

test('mayClose keeps it open', async () => {
  const screen = await render(Dialog, {
    open: true,
    title: 'Chưa lưu',
    mayClose: () => false,
    children: html('<p>…</p>'),
  });
  const dialog = screen.getByRole('dialog', { name: 'Chưa lưu' });
  await expect.element(dialog).toBeVisible();
  await userEvent.keyboard('{Escape}');
  await screen.getByRole('button', { name: 'Đóng' }).click();
  await expect.element(dialog).toBeVisible();
});
