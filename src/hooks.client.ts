import type { ClientInit, HandleClientError } from '@sveltejs/kit';
import { notices } from '#app/browser.ts';
import { pwa } from '#app/pwa.svelte.ts';
import { holdTabLock } from '#data-worker/connect.ts';
import { preferences } from '#ui/shell/preferences.svelte.ts';
import { t } from '#ui/shell/shell-texts.ts';

export const init: ClientInit = () => {
  void holdTabLock();
  preferences.load();
  let told: number | undefined;
  window.addEventListener('vite:preloadError', () => {
    void pwa.fileMissing().then((why) => {
      if (why === 'stale') return; // the update prompt says it
      if (told !== undefined) notices.dismiss(told);
      told = notices.notify({ text: t('partMissing'), tone: 'warn', ms: 10_000 });
    });
  });
  if (import.meta.env.PROD) void pwa.register();
};

/** The last of the five places where a bug ends (style.md): the error page shows the code, the console the rest. */
export const handleError: HandleClientError = ({ error, status, message }) => {
  const code = crypto.randomUUID().slice(0, 8);
  if (status !== 404) console.error(`[${code}]`, error);
  return { message: status === 404 ? message : error instanceof Error ? error.message : String(error), code };
};
