import type { ClientInit, HandleClientError } from '@sveltejs/kit';
import { pwa } from '#app/pwa.svelte.ts';
import { holdTabLock } from '#data-worker/connect.ts';
import { preferences } from '#ui/shell/preferences.svelte.ts';

export const init: ClientInit = () => {
  void holdTabLock();
  preferences.load();
  // a chunk of this build is gone, because another tab changed to a newer one or the relay was updated
  window.addEventListener('vite:preloadError', () => {
    pwa.stale = true;
  });
  if (import.meta.env.PROD) void pwa.register();
};

/** The last of the five places where a bug ends (style.md): the error page shows the code, the console the rest. */
export const handleError: HandleClientError = ({ error, status, message }) => {
  const code = crypto.randomUUID().slice(0, 8);
  if (status !== 404) console.error(`[${code}]`, error);
  return { message: status === 404 ? message : error instanceof Error ? error.message : String(error), code };
};
