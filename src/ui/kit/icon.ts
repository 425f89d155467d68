import type { Component } from 'svelte';

/** An icon of the set: `import Plus from '@lucide/svelte/icons/plus'`. Decorative unless it is given a label. */
export type Icon = Component<{ size?: number | string; class?: string; strokeWidth?: number | string }>;
