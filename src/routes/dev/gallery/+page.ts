import { error } from '@sveltejs/kit';

/** Only in development: a build carries none of it. */
export const load = async () => {
  if (!import.meta.env.DEV) error(404);
  return { Gallery: (await import('#ui/kit/gallery/Gallery.svelte')).default };
};
