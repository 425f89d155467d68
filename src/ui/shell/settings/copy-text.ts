import type { UiApp } from '../../app-context.ts';
import { t } from './settings-texts.ts';

/** Copies and says so; without the right to the clipboard (plain http, a refusal) it says that too. */
export async function copyText(text: string, app: Pick<UiApp, 'notify'>): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    app.notify({ text: t('copied'), tone: 'success' });
  } catch {
    app.notify({ text: t('copyFailed'), tone: 'warn' });
  }
}
