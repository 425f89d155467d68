import { MediaQuery } from 'svelte/reactivity';

/** Phone layout: below Tailwind's `md`. */
export const phone = new MediaQuery('max-width: 767.98px');
