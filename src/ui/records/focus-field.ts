import { tick } from 'svelte';

/** Puts the focus on the first field of a form that is wrong, in the order of the page (A21). */
export async function focusFirstBad(form: HTMLElement | undefined, bad: readonly string[]): Promise<void> {
  await tick();
  for (const field of form?.querySelectorAll<HTMLElement>('[data-field]') ?? []) {
    if (!bad.includes(field.dataset.field ?? '')) continue;
    const control = field.querySelector<HTMLElement>('[aria-invalid="true"], input, select, textarea, button');
    control?.focus();
    control?.scrollIntoView({ block: 'nearest' });
    return;
  }
}
