import type { ImportTrouble } from './import-job.svelte.ts';
import { t } from './transfer-texts.ts';

/** What happened to a file and what to do, by type. */
export function troubleText(
  trouble: ImportTrouble,
  name: string,
): { readonly title: string; readonly text: string; readonly safe: boolean } {
  switch (trouble.type) {
    case 'wrong-type':
      return { title: t('badTypeTitle'), text: t('badType', { name }), safe: true };
    case 'encrypted':
      return { title: t('encryptedTitle'), text: t('encrypted', { name }), safe: true };
    case 'broken':
      return { title: t('brokenTitle'), text: t('broken', { name }), safe: true };
    case 'too-large':
      return { title: t('tooLargeTitle'), text: t('tooLarge', { name }), safe: true };
    case 'empty': {
      const sheet = trouble.detail.sheet;
      return {
        title: t('emptyTitle'),
        text: sheet ? t('emptySheet', { sheet }) : t('emptyFile', { name }),
        safe: true,
      };
    }
    case 'failed':
      return { title: t('unreadableTitle'), text: t('unreadable', { name }), safe: true };
    case 'worker':
      return {
        title: t('workerTitle'),
        text: t(trouble.writing ? 'workerWriting' : 'worker', { name }),
        safe: !trouble.writing,
      };
  }
}
