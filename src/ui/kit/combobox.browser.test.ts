import { expect, test } from 'vitest';
import { userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import Combobox from './Combobox.svelte';

const people = ['Lan', 'Minh', 'Hà'].map((label, i) => ({ value: `u${i + 1}`, label }));
const find = (query: string) =>
  Promise.resolve(people.filter((p) => p.label.toLowerCase().includes(query.toLowerCase())));

async function open(props: Partial<Parameters<typeof render<typeof Combobox>>[1]> = {}) {
  const chosen: string[] = [];
  const screen = await render(Combobox, {
    options: find,
    onvalue: (value: string) => void chosen.push(value),
    'aria-label': 'Người',
    ...props,
  });
  return { screen, chosen, box: screen.getByRole('combobox') };
}

test('arrows move, Enter chooses, and the box shows the choice', async () => {
  const { screen, chosen, box } = await open();
  await box.click();
  await expect.element(screen.getByRole('option', { name: 'Minh' })).toBeVisible();
  await userEvent.keyboard('{ArrowDown}');
  const active = () =>
    document.getElementById(box.element().getAttribute('aria-activedescendant') ?? '')?.textContent?.trim();
  await expect.poll(active).toBe('Minh');
  await userEvent.keyboard('{Enter}');
  expect(chosen).toEqual(['u2']);
  await expect.element(box).toHaveValue('Minh');
  await expect.element(box).toHaveAttribute('aria-expanded', 'false');
});

test('typing finds, Escape gives up and keeps what was chosen', async () => {
  const { screen, chosen, box } = await open({ value: 'u1', valueLabel: 'Lan' });
  await expect.element(box).toHaveValue('Lan');
  await userEvent.fill(box, 'hà');
  await expect.element(screen.getByRole('option')).toHaveTextContent('Hà');
  await userEvent.keyboard('{Escape}');
  await expect.element(box).toHaveValue('Lan');
  expect(chosen).toEqual([]);
});

test('Enter that ends a Telex or VNI composition chooses nothing', async () => {
  const { screen, chosen, box } = await open();
  await box.click();
  await expect.element(screen.getByRole('option', { name: 'Lan' })).toBeVisible();
  const input = box.element() as HTMLInputElement;
  const press = (init: KeyboardEventInit) =>
    input.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true, ...init }));
  press({ isComposing: true });
  press({ keyCode: 229 });
  expect(chosen).toEqual([]);
  press({});
  await expect.poll(() => chosen).toEqual(['u1']);
});

test('letters in composition are not searched before they are whole', async () => {
  const asked: string[] = [];
  const { box } = await open({ options: (query: string) => (asked.push(query), find(query)) });
  await box.click();
  await expect.poll(() => asked).toEqual(['']);
  const input = box.element() as HTMLInputElement;
  const type = (text: string) => {
    input.value = text;
    input.dispatchEvent(new InputEvent('input', { bubbles: true, isComposing: true }));
  };
  input.dispatchEvent(new CompositionEvent('compositionstart', { bubbles: true }));
  type('h');
  type('ha');
  type('hà');
  expect(asked).toEqual(['']);
  input.dispatchEvent(new CompositionEvent('compositionend', { bubbles: true, data: 'hà' }));
  await expect.poll(() => asked).toEqual(['', 'hà']);
});

test('a name nobody has can be added', async () => {
  const made: string[] = [];
  const { screen, chosen, box } = await open({
    oncreate: (name: string) => {
      made.push(name);
      return Promise.resolve({ value: 'new', label: name });
    },
  });
  await userEvent.fill(box, 'Khôi');
  await screen.getByRole('option', { name: 'Thêm "Khôi"' }).click();
  await expect.element(box).toHaveValue('Khôi');
  expect([made, chosen]).toEqual([['Khôi'], ['new']]);
});
