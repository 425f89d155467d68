import { expect, test } from 'vitest';
import { render } from 'vitest-browser-svelte';
import FieldHarness from './testing/FieldHarness.svelte';

test('a field names its input and says that it is required, to readers too', async () => {
  const screen = await render(FieldHarness);
  const input = screen.getByRole('textbox', { name: 'Số điện thoại (bắt buộc)' });
  await expect.element(input).toHaveAttribute('aria-required', 'true');
  await expect.element(input).not.toHaveAttribute('aria-invalid');
});

test('an error describes the input, and takes the place of the hint', async () => {
  const screen = await render(FieldHarness, { hint: 'Kể cả mã vùng.' });
  const input = screen.getByRole('textbox');
  await expect.element(input).toHaveAccessibleDescription('Kể cả mã vùng.');
  await screen.rerender({ hint: 'Kể cả mã vùng.', error: 'Vui lòng nhập số điện thoại.' });
  await expect.element(input).toHaveAttribute('aria-invalid', 'true');
  await expect.element(input).toHaveAccessibleDescription('Vui lòng nhập số điện thoại.');
});
