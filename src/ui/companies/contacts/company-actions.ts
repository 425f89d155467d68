import type { RecordId } from '#core/kit/ids.ts';
import type { UiApp } from '../../app-context.ts';
import { notifyDone, runOrTell } from '../../records/actions.ts';
import { t } from '../companies-texts.ts';

/** The company whose contacts are shown. */
export interface Company {
  readonly id: RecordId;
  readonly name: string;
}

/** E5; gives whether it was done. */
export async function linkContacts(app: UiApp, company: Company, contactIds: readonly RecordId[]): Promise<boolean> {
  const done = await runOrTell(app, 'company.link', { id: company.id, contactIds });
  if (!done) return false;
  notifyDone(app, t('linked', { n: done.ids.length, company: company.name }), done);
  return true;
}

/** "Loại bỏ" (E6): they stay contacts, of no company. */
export async function unlinkContacts(app: UiApp, company: Company, contactIds: readonly RecordId[]): Promise<boolean> {
  const done = await runOrTell(app, 'company.unlink', { id: company.id, contactIds });
  if (!done) return false;
  notifyDone(app, t('removed', { n: done.ids.length, company: company.name }), done);
  return true;
}

/** E7, or the end of it. */
export async function setRepresentative(
  app: UiApp,
  company: Company,
  contact: { readonly id: RecordId; readonly name: string },
  on: boolean,
): Promise<void> {
  const done = await runOrTell(app, 'company.represent', { id: company.id, contactId: on ? contact.id : null });
  if (done) notifyDone(app, t(on ? 'represented' : 'unrepresented', { name: contact.name }), done);
}
