import { error } from '@sveltejs/kit';

/** Only while developing: the build leaves the page and what it imports out. */
export function load() {
  if (!import.meta.env.DEV) error(404);
}
