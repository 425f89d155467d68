import type { Json } from '#core/kit/json.ts';

/** A value that should be text, '' where a record holds something else there. */
export const textValue = (value: Json | undefined): string => (typeof value === 'string' ? value : '');
