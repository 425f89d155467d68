import { matchHeadings } from '#core/contact/match-headings.ts';
import { unpackRows } from '#core/kit/packed-rows.ts';
import type { FieldDef } from '#core/record/field.ts';
import type { ImportCheck, ImportResult } from '#data-worker/port.ts';
import { transfer } from '#plugin-api';
import type { UiApp } from '../app-context.ts';
import { textOf } from '../locale.svelte.ts';
import { contactFields, requiredFields } from '../records/directory.ts';
import { callFailedText, commandErrorText } from '../records/error-text.ts';
import { failedSheet } from './failed-sheet.ts';
import { readFile, transferFor, type FileHead, type ReadProblem } from './read-file.ts';
import { addSamples } from './samples.ts';
import { saveFile } from './save-file.ts';
import { t } from './transfer-texts.ts';

export type ImportStep = 'file' | 'reading' | 'columns' | 'checking' | 'check' | 'writing' | 'result';
export type ImportTrouble = ReadProblem | { readonly type: 'worker'; readonly writing: boolean };
/** Fields a person may give once for all rows that have none. */
export const DEFAULT_FIELDS = ['ownerId', 'departmentId', 'source'] as const;

/**
 * One import from the choice of a file to its undoing. It belongs to the app and not to the page, so that an import
 * goes on, and nothing chosen is lost, while somebody looks at other pages.
 */
export class ImportJob {
  step = $state<ImportStep>('file');
  file = $state.raw<File>();
  trouble = $state.raw<ImportTrouble>();
  head = $state.raw<FileHead>();
  read = $state(0);
  samples = $state.raw<readonly (readonly string[])[]>([]);
  /** Column index → field id; '' = not imported. */
  columns = $state<Record<number, string>>({});
  defaults = $state<Record<string, string>>({});
  check = $state.raw<ImportCheck>();
  progress = $state.raw({ done: 0, total: 0 });
  stopping = $state(false);
  result = $state.raw<ImportResult>();
  saving = $state(false);
  undoing = $state(false);
  undone = $state<number>();
  undoProblem = $state<string>();
  /** The wizard is on screen; else the end of an import is told in a notice. */
  watched = false;

  readonly #app: UiApp;
  readonly #navigate: (path: string) => void;
  #port: string | undefined;
  #reading: AbortController | undefined;

  constructor(app: UiApp, navigate: (path: string) => void) {
    this.#app = app;
    this.#navigate = navigate;
    this.defaults = this.#ownDefaults();
  }

  get fields(): readonly FieldDef[] {
    return contactFields(this.#app.workspace.data());
  }

  /** Required fields that no column and no default gives. */
  get missing(): readonly FieldDef[] {
    const required = requiredFields(this.#app.workspace.data());
    const given = Object.values(this.columns);
    return this.fields.filter(({ id }) => required.has(id) && !given.includes(id) && !this.defaults[id]);
  }

  get matched(): number {
    return Object.values(this.columns).filter((id) => id !== '').length;
  }

  async choose(file: File): Promise<void> {
    this.#forget();
    this.file = file;
    await this.#load();
  }

  /** Reads another sheet of the same file. */
  async chooseSheet(sheet: string): Promise<void> {
    if (this.file && sheet !== this.head?.sheet) await this.#load(sheet);
  }

  cancelReading(): void {
    this.#reading?.abort(new DOMException('cancelled', 'AbortError'));
  }

  async toCheck(): Promise<void> {
    if (!this.#port || !this.head) return;
    this.step = 'checking';
    const columns = Object.fromEntries(Object.entries(this.columns).filter(([, id]) => id !== ''));
    const defaults = Object.fromEntries(Object.entries(this.defaults).filter(([, value]) => value !== ''));
    try {
      this.check = await this.#app.port.imports.check(this.#port, {
        type: 'contact',
        columns,
        defaults,
        firstLine: this.head.firstLine,
      });
      // "Quay lại" was pressed meanwhile
      if (this.step === 'checking') this.step = 'check';
    } catch (error) {
      this.#lost(error, false);
    }
  }

  back(): void {
    this.step = this.step === 'columns' ? 'file' : 'columns';
  }

  async write(): Promise<void> {
    if (!this.#port || this.step !== 'check') return;
    this.step = 'writing';
    this.stopping = false;
    this.progress = { done: 0, total: this.check?.ready ?? 0 };
    window.addEventListener('beforeunload', warn);
    try {
      this.result = await this.#app.port.imports.write(this.#port, (progress) => (this.progress = progress));
      this.step = 'result';
      if (!this.watched) this.#tellAway(this.result);
    } catch (error) {
      this.#lost(error, true);
    } finally {
      window.removeEventListener('beforeunload', warn);
    }
  }

  stop(): void {
    if (!this.#port) return;
    this.stopping = true;
    this.#app.port.imports.cancel(this.#port);
  }

  /** The rows that were not imported, with reasons, as a file of the same plugin. */
  async saveFailed(): Promise<void> {
    const entry = this.#app.plugins.contributions(transfer).find(({ spec }) => spec.write);
    if (!this.#port || !this.head || !this.file || !entry?.spec.write) return;
    this.saving = true;
    try {
      const sheet = failedSheet(this.head.headings, await this.#app.port.imports.failed(this.#port), this.fields);
      const blob = await this.#app.plugins.call(entry, async () => {
        const { default: write } = await entry.spec.write!();
        return write(this.#app.plugins.ctx(entry.plugin), sheet);
      });
      const name = t('failedFile', { name: this.file.name.replace(/\.[^.]+$/, '') });
      if (blob) saveFile(blob, `${name}${entry.spec.accept[0] ?? ''}`);
    } catch (error) {
      this.#app.notify({ text: callFailedText(error), tone: 'error' });
    } finally {
      this.saving = false;
    }
  }

  async undo(): Promise<void> {
    if (!this.result || this.undoing) return;
    this.undoing = true;
    this.undoProblem = undefined;
    try {
      const done = await this.#app.port.run('import.undo', { batch: this.result.batch });
      if (done.ok) this.undone = done.value.count;
      else this.undoProblem = t('undoFailed', { reason: commandErrorText(done.error) });
    } catch (error) {
      this.undoProblem = t('undoFailed', { reason: callFailedText(error) });
    } finally {
      this.undoing = false;
    }
  }

  /** Back to an empty first step. */
  reset(): void {
    this.#forget();
    this.file = undefined;
    this.step = 'file';
  }

  async #load(sheet?: string): Promise<void> {
    const file = this.file!;
    const entry = transferFor(this.#app.plugins.contributions(transfer), file.name);
    if (!entry) return;
    const before = { head: this.head, port: this.#port };
    const reading = (this.#reading = new AbortController());
    this.trouble = undefined;
    this.read = 0;
    this.step = 'reading';
    let samples: readonly (readonly string[])[] = [];
    let port: string | undefined;
    try {
      const imports = this.#app.port.imports;
      const job = (port = await imports.open());
      const options = { signal: reading.signal, ...(sheet !== undefined && { sheet }) };
      const outcome = await readFile(this.#app.plugins, entry, file, options, async (rows, first) => {
        await imports.feed(job, rows);
        if (samples.length === 0 || samples.some(({ length }) => length === 0))
          samples = addSamples(samples, 'json' in rows ? unpackRows(rows) : rows, first.headings.length);
        this.head = first;
        this.read += 'json' in rows ? rows.count : rows.length;
      });
      if (outcome.ok) {
        if (before.port) imports.close(before.port);
        this.#port = job;
        // on a device's first start the departments may have arrived only now
        if (!before.head) this.defaults = this.#ownDefaults();
        this.head = outcome.head;
        this.samples = samples;
        this.columns = { ...matchHeadings(outcome.head.headings, this.fields) };
        this.check = undefined;
        this.step = 'columns';
        return;
      }
      this.trouble = outcome.problem;
    } catch {
      // cancelled, or the data worker went away while it was fed
      if (!reading.signal.aborted) this.trouble = { type: 'worker', writing: false };
    }
    // not read: what was there before (another sheet of the file) is still good
    if (port !== undefined) this.#close(port);
    this.head = before.head;
    this.step = before.head ? 'columns' : 'file';
  }

  #lost(error: unknown, writing: boolean): void {
    console.error(error);
    this.#forget();
    this.trouble = { type: 'worker', writing };
    this.step = 'file';
  }

  #tellAway(result: ImportResult): void {
    const text = t(result.cancelled || result.trouble ? 'stoppedAway' : 'finishedAway', { n: result.created });
    const action = { title: t('details'), run: () => this.#navigate('/import') };
    this.#app.notify({ text, tone: result.trouble ? 'error' : 'success', action });
  }

  #forget(): void {
    this.cancelReading();
    if (this.#port) this.#close(this.#port);
    this.#port = undefined;
    this.head = undefined;
    this.trouble = undefined;
    this.samples = [];
    this.columns = {};
    this.check = undefined;
    this.result = undefined;
    this.undone = undefined;
    this.undoProblem = undefined;
    this.defaults = this.#ownDefaults();
  }

  #close(job: string): void {
    try {
      this.#app.port.imports.close(job);
    } catch {
      return; // the worker is gone and the rows with it
    }
  }

  /** Oneself and one's department: what B2 requires costs nothing (requirements, conflict 1). */
  #ownDefaults(): Record<string, string> {
    const { me, workspace } = this.#app;
    const { members, departments } = workspace.data();
    const own = members.find(({ id }) => id === me.id)?.departmentId;
    const department = own ?? (departments.length === 1 ? departments[0]!.id : '');
    return { ownerId: me.id, departmentId: department, source: 'file' };
  }
}

const jobs = new WeakMap<UiApp, ImportJob>();

/** The app's import; it lives as long as the app does. */
export function importJobOf(app: UiApp, navigate: (path: string) => void): ImportJob {
  let job = jobs.get(app);
  if (!job) jobs.set(app, (job = new ImportJob(app, navigate)));
  return job;
}

function warn(event: BeforeUnloadEvent): void {
  event.preventDefault();
}

export const fieldTitle = (field: FieldDef): string => textOf(field.title);
