import { defineTexts } from '../locale.svelte.ts';

/** Texts of values and editors of single fields. */
export const fieldText = defineTexts({
  oldValue: { vi: 'Chưa chuyển được', en: 'Not converted' },
});
