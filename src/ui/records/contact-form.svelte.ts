import { jsonEqual, type Json } from '#core/kit/json.ts';
import type { Result } from '#core/kit/result.ts';
import type { FieldDef } from '#core/record/field.ts';
import type { RecordType, Values } from '#core/record/row.ts';
import type { Done } from '#data-worker/port.ts';
import type { UiApp } from '../app-context.ts';
import { textOf } from '../locale.svelte.ts';
import { runSafely } from './actions.ts';
import { createDirectory, requiredFields } from './directory.ts';
import { checkDrafts, NOTHING_REQUIRED, toDraft, type Draft, type Drafts } from './draft.ts';
import { commandErrorText, fieldErrorText } from './error-text.ts';

export interface FormTarget {
  readonly app: UiApp;
  /** Contacts unless told. */
  readonly type?: RecordType;
  readonly fields: readonly FieldDef[];
  /** The record to edit; absent for a new one. */
  readonly record?: { readonly id: string; readonly values: Values };
  /** Titles this form gives to fields, where they differ ("Nhân viên tiếp nhận"). */
  readonly titles?: Readonly<Record<string, string>>;
}

/** What a form of a record holds: drafts, one message per field, whether it is being saved. Values are never lost. */
export class ContactForm {
  drafts = $state.raw<Drafts>({});
  errors = $state.raw<Readonly<Record<string, string>>>({});
  /** What is wrong with the form as a whole (refused by a guard, storage full). */
  problem = $state('');
  busy = $state(false);
  readonly #target: FormTarget;
  #start = $state.raw<Drafts>({});

  constructor(target: FormTarget, prefilled: Drafts = {}) {
    this.#target = target;
    const values = target.record?.values ?? {};
    const directory = createDirectory(target.app.workspace.data());
    const drafts = target.fields.map((f) => [f.id, toDraft(f, values[f.id], directory)] as const);
    this.#start = { ...Object.fromEntries(drafts), ...prefilled };
    this.drafts = this.#start;
  }

  get changed(): boolean {
    return Object.keys(this.drafts).some((id) => !jsonEqual(this.drafts[id], this.#start[id]));
  }

  set(id: string, draft: Draft): void {
    this.drafts = { ...this.drafts, [id]: draft };
    if (id in this.errors)
      this.errors = Object.fromEntries(Object.entries(this.errors).filter(([field]) => field !== id));
    this.problem = '';
  }

  /** Takes over drafts kept from before (a reload); fields that are gone meanwhile are left out. */
  restore(kept: Drafts): void {
    const known = this.#target.fields.filter((f) => f.id in kept && sameShape(kept[f.id]!, this.#start[f.id]!));
    this.drafts = { ...this.#start, ...Object.fromEntries(known.map((f) => [f.id, kept[f.id]!])) };
  }

  /** Fills fields nobody has touched; for what becomes known only while the form is open. */
  prefill(values: Drafts): void {
    const untouched = Object.entries(values).filter(([id]) => jsonEqual(this.drafts[id], this.#start[id]));
    this.#start = { ...this.#start, ...values };
    this.drafts = { ...this.drafts, ...Object.fromEntries(untouched) };
  }

  reset(): void {
    this.drafts = this.#start;
    this.errors = {};
    this.problem = '';
  }

  titleOf(field: FieldDef): string {
    return this.#target.titles?.[field.id] ?? textOf(field.title);
  }

  /** Saves, or says what is wrong. `undefined` = nothing was saved; `errors` and `problem` say why. */
  submit(): Promise<Done | undefined> {
    const { app, record, type = 'contact' } = this.#target;
    return this.send((values) =>
      record ? runSafely(app, `${type}.edit`, { id: record.id, values }) : runSafely(app, `${type}.create`, { values }),
    );
  }

  /** Adds what was typed to a contact that is there already (D15). `undefined` = nothing was done; `errors` say why. */
  supplement(id: string): Promise<Done | undefined> {
    const { app } = this.#target;
    return this.send((values) => runSafely(app, 'contact.supplement', { id, values }), NOTHING_REQUIRED);
  }

  /** Has `run` write what was typed, once that is fit to be written; says what is wrong as `submit` does. */
  async send<T>(
    run: (values: Record<string, Json>) => Promise<Result<T, Failed>>,
    required?: ReadonlySet<string>,
  ): Promise<T | undefined> {
    if (this.busy) return undefined;
    const { app, fields, record, type = 'contact' } = this.#target;
    const data = app.workspace.data();
    const checked = checkDrafts(
      fields,
      this.drafts,
      record?.values ?? {},
      required ?? requiredFields(data, type),
      createDirectory(data),
      record === undefined,
    );
    this.problem = '';
    this.#show(checked.problems);
    if (checked.problems.length > 0) return undefined;

    this.busy = true;
    const result = await run(checked.values);
    this.busy = false;
    if (result.ok) return result.value;
    this.#tell(result.error);
    return undefined;
  }

  #tell(error: Failed): void {
    if (error.type === 'invalid') this.#show(error.fields);
    else this.problem = error.type === 'gone' ? error.text : commandErrorText(error, this.#target.fields);
  }

  #show(problems: readonly { readonly field: string; readonly error: { readonly type: string } }[]): void {
    const texts: Record<string, string> = {};
    for (const { field: id, error } of problems) {
      const field = this.#target.fields.find((f) => f.id === id);
      if (field) texts[id] ??= fieldErrorText(error, this.titleOf(field));
      else this.problem = fieldErrorText(error, this.#target.titles?.[id] ?? id);
    }
    this.errors = texts;
  }
}

type Failed = Extract<Awaited<ReturnType<typeof runSafely>>, { readonly ok: false }>['error'];

const sameShape = (a: Draft, b: Draft): boolean => Array.isArray(a) === Array.isArray(b) && typeof a === typeof b;
