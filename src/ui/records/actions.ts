import type { RecordId } from '#core/kit/ids.ts';
import type { Result } from '#core/kit/result.ts';
import { formFields } from '#core/record/form-fields.ts';
import { RECORD_TYPES, type RecordType } from '#core/record/row.ts';
import type { WorkspaceChange } from '#core/record/workspace-data.ts';
import type { CommandError, Commands, Done, RunWatch } from '#data-worker/port.ts';
import type { CommandSpec } from '#plugin-api';
import type { Entry, UiApp } from '../app-context.ts';
import { callFailedText, commandErrorText } from './error-text.ts';
import { t } from './texts.ts';
import { t as typeText } from './type-texts.ts';

/** Runs a command; every failure, the worker's death included, ends in a notice. `undefined` = nothing was done. */
export async function runOrTell<C extends keyof Commands>(
  app: UiApp,
  command: C,
  input: Commands[C]['input'],
  watch?: RunWatch,
): Promise<Commands[C]['output'] | undefined> {
  const result = await runSafely(app, command, input, watch);
  if (result.ok) return result.value;
  if (result.error.type !== 'cancelled') {
    const text =
      result.error.type === 'gone'
        ? result.error.text
        : commandErrorText(result.error, formFields(typeOf(command), app.workspace.data()));
    app.notify({ text, tone: 'error' });
  }
  return undefined;
}

const typeOf = (command: keyof Commands): RecordType =>
  RECORD_TYPES.find((type) => command.startsWith(`${type}.`)) ?? 'contact';

/** The same without a notice, for forms that show what is wrong themselves. */
export async function runSafely<C extends keyof Commands>(
  app: UiApp,
  command: C,
  input: Commands[C]['input'],
  watch?: RunWatch,
): Promise<Result<Commands[C]['output'], CommandError | { readonly type: 'gone'; readonly text: string }>> {
  try {
    return await app.port.run(command, input, watch);
  } catch (reason) {
    return { ok: false, error: { type: 'gone', text: callFailedText(reason) } };
  }
}

/** Writes the workspace document; a failure ends in a notice. Gives whether it was written. */
export async function writeWorkspace(app: UiApp, change: WorkspaceChange): Promise<boolean> {
  let text: string;
  try {
    const result = await app.workspace.write(change);
    if (result.ok) return true;
    text = commandErrorText(result.error);
  } catch (reason) {
    text = callFailedText(reason);
  }
  app.notify({ text, tone: 'error' });
  return false;
}

/** Types of which many are deleted, restored and changed at once. */
export type ManyType = 'contact' | 'lead';

/** To the recycle bin, with "Hoàn tác" for 10 s (B36). Gives whether it was done. */
export async function deleteRecords(
  app: UiApp,
  type: ManyType,
  ids: readonly RecordId[],
  name: string,
  watch?: RunWatch,
): Promise<boolean> {
  const done = await runOrTell(app, `${type}.delete`, { ids }, watch);
  if (!done) return false;
  const text = ids.length === 1 ? t('deleted', { name }) : typeText(`deletedMany.${type}`, { n: done.ids.length });
  notifyDone(app, text, done);
  return true;
}

export async function restoreRecords(
  app: UiApp,
  type: ManyType,
  ids: readonly RecordId[],
  name: string,
): Promise<boolean> {
  const done = await runOrTell(app, `${type}.restore`, { ids });
  if (!done) return false;
  const text = ids.length === 1 ? t('restored', { name }) : typeText(`restoredMany.${type}`, { n: ids.length });
  notifyDone(app, text, done);
  return true;
}

export const deleteContacts = (
  app: UiApp,
  ids: readonly RecordId[],
  name: string,
  watch?: RunWatch,
): Promise<boolean> => deleteRecords(app, 'contact', ids, name, watch);
export const restoreContacts = (app: UiApp, ids: readonly RecordId[], name: string): Promise<boolean> =>
  restoreRecords(app, 'contact', ids, name);

/** To the recycle bin, with "Hoàn tác"; its contacts stay (D30). Gives whether it was done. */
export async function deleteCompany(app: UiApp, id: RecordId, name: string): Promise<boolean> {
  const done = await runOrTell(app, 'company.delete', { id });
  if (!done) return false;
  notifyDone(app, t('companyDeleted', { name }), done);
  return true;
}

export async function restoreCompany(app: UiApp, id: RecordId, name: string): Promise<boolean> {
  const done = await runOrTell(app, 'company.restore', { id });
  if (!done) return false;
  notifyDone(app, t('restored', { name }), done);
  return true;
}

export function notifyDone(app: UiApp, text: string, done: Done): void {
  const undo = async () => {
    if (await runOrTell(app, 'undo', { token: done.undo })) app.notify({ text: t('undone'), tone: 'success' });
  };
  app.notify({ text, tone: 'success', ms: 10_000, action: { title: t('undo'), run: () => void undo() } });
}

/** Runs a plugin's command for these contacts; what fails ends on the plugin's page. */
export const runContributed = (app: UiApp, entry: Entry<CommandSpec>, ids: readonly RecordId[]): Promise<unknown> =>
  app.plugins.call(entry, async () => (await entry.spec.run()).default(app.plugins.ctx(entry.plugin), { ids }));

export async function copyText(app: UiApp, text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    app.notify({ text: t('copied'), tone: 'success', ms: 2_000 });
  } catch {
    app.notify({ text: t('copyFailed'), tone: 'warn' });
  }
}
