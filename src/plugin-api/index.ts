import type { Component } from 'svelte';
import type { Filter } from '#core/filter/filter.ts';
import type { PackedRows } from '#core/kit/packed-rows.ts';
import type { FieldTypeId, Text } from '#core/record/field.ts';

/**
 * All that a plugin may import (docs: plugins.md). Plugin → contributions → points; running code gets a `Ctx`.
 * Everything executable is behind `Lazy`, so an enabled plugin costs its manifest and a disabled one nothing.
 */
export { packRows } from '#core/kit/packed-rows.ts';
export type { Filter, PackedRows, Text };
export type Id = string;
export type Lazy<T> = () => Promise<{ default: T }>;

/** A typed place where plugins add values. Calling it makes a contribution: plain data, no side effect. */
export interface Point<Spec> {
  (spec: Spec): Contribution;
  readonly id: PointId;
  readonly __spec?: Spec;
}
/** The major version is part of the name: `field@1`. */
export type PointId = `${string}@${number}`;
export interface Contribution {
  readonly point: PointId;
  readonly spec: unknown;
}
export const definePoint = <Spec>(id: PointId): Point<Spec> =>
  Object.assign((spec: Spec): Contribution => ({ point: id, spec }), { id });

/** What a plugin says it touches; checked at run time and shown at install. */
export type Need = 'records:read' | `records:write:${string}` | 'files' | 'notify' | 'clipboard' | `net:${string}`;

export interface Manifest {
  /** Folder, route and field prefix; never reused. */
  readonly id: string;
  readonly version: string;
  readonly api: 1;
  readonly name: Text;
  readonly description?: Text;
  readonly needs?: readonly Need[];
  readonly requires?: readonly string[];
  readonly data?: readonly Contribution[];
}
export interface Half {
  readonly plugin: string;
  readonly contributes: readonly Contribution[];
}
export interface Plugin<M extends Manifest = Manifest> {
  readonly manifest: M;
  client(contributes: readonly Contribution[]): Half;
}
export const definePlugin = <const M extends Manifest>(manifest: M): Plugin<M> => ({
  manifest,
  client: (contributes) => ({ plugin: manifest.id, contributes }),
});

/** Record values as plugins see them: the row's values and its id. */
export type RecordValues = { readonly id: Id } & Readonly<Record<string, unknown>>;
export interface Reader {
  get(type: string, id: Id): Promise<RecordValues | undefined>;
  find(type: string, filter: Filter, limit?: number): Promise<readonly RecordValues[]>;
}

/** What running plugin code may touch. Every method is async or one-way; arguments survive `structuredClone`. */
export interface Ctx {
  readonly plugin: string;
  readonly locale: 'vi' | 'en';
  /** Aborts when the plugin is disabled. */
  readonly signal: AbortSignal;
  /** `cleanup` runs when the plugin is disabled, last in first out. */
  own(cleanup: () => void): void;
  readonly records: Reader;
  /** Runs a command as the user, with origin `plugin:<id>`. Rejects with the command's error. */
  run(command: string, input?: unknown): Promise<unknown>;
  /** Opens a page of the app: '/import'. */
  navigate(path: string): void;
  notify(message: Text, tone?: 'info' | 'warn' | 'error'): void;
  log(message: string, data?: Record<string, unknown>): void;
}
/** All a guard gets: local reads, no network, so that it answers offline. */
export interface Look {
  readonly records: Reader;
}

export interface FieldSpec {
  /** Stored as `<plugin>.<id>`. */
  readonly id: string;
  readonly entity: 'contact';
  readonly type: FieldTypeId;
  readonly title: Text;
  readonly column?: boolean;
  readonly choices?: readonly { readonly id: string; readonly title: Text }[];
}

/** A named verb; `at` places it. */
export interface CommandSpec {
  readonly id: string;
  readonly title: Text;
  /** Name of an icon of the app's set (`icons.ts`): 'upload', 'download', 'table'… */
  readonly icon?: string;
  /**
   * `contact`, `company`: the menu of a record's page. `company-contacts`: the bar and the context menu of a company's
   * contacts (E9), with the ids of the contacts chosen there. `list`, `empty-list`: the list of contacts.
   */
  readonly at: readonly ('contact' | 'company' | 'company-contacts' | 'list' | 'empty-list' | 'palette')[];
  readonly order?: number;
  readonly run: Lazy<(ctx: Ctx, input: CommandInput) => Promise<unknown>>;
}
export interface CommandInput {
  readonly ids: readonly Id[];
}

export interface Slots {
  'contact.tab': { contactId: Id };
  'contact.side': { contactId: Id };
  'company.tab': { companyId: Id };
  /** `/p/<plugin>/<id>`; adds an entry to the navigation. */
  page: { path: string };
  settings: Record<never, never>;
}
export type ViewSpec = {
  [S in keyof Slots]: {
    readonly slot: S;
    readonly id: string;
    readonly title: Text;
    readonly icon?: string;
    readonly order?: number;
    readonly load: Lazy<Component<Slots[S] & { ctx: Ctx }>>;
  };
}[keyof Slots];

/** Intents that must be asked about first. Wrong answers, throws and timeouts deny. */
export interface Intents {
  'record.save': { type: string; id?: Id; patch: Record<string, unknown> };
  'record.remove': { type: string; ids: readonly Id[] };
}
export type Verdict = { readonly allow: true } | { readonly allow: false; readonly reason: Text };
export type GuardSpec = {
  [I in keyof Intents]: {
    readonly id: string;
    readonly on: I;
    readonly check: Lazy<(look: Look, intent: Intents[I]) => Promise<Verdict>>;
  };
}[keyof Intents];

/** A file format. `read` gives chunks of rows of plain cells, the headings first; the host owns mapping, progress, writing. */
export interface TransferSpec {
  readonly id: string;
  readonly title: Text;
  /** File endings with the dot, lower case: '.xlsx'. */
  readonly accept: readonly string[];
  readonly read?: Lazy<(ctx: Ctx, file: Blob, options: ReadOptions) => AsyncIterable<TransferChunk>>;
  readonly write?: Lazy<(ctx: Ctx, sheet: TransferSheet) => Promise<Blob>>;
}
export interface ReadOptions {
  readonly signal: AbortSignal;
  /** Which sheet, where the file has several; default the first visible one that is not empty. */
  readonly sheet?: string;
}
export type Cell = string | number | boolean | Date | null;
export interface TransferChunk {
  /** Only in the first chunk. */
  readonly head?: {
    readonly sheets: readonly string[];
    readonly sheet: string;
    readonly headings: readonly string[];
    /** Line of the first data row in the file, from 1. */
    readonly firstLine: number;
    readonly total: number;
    /** What the reader noticed about the file as a whole: merged cells, formulas. */
    readonly notes: readonly Text[];
  };
  /** At most 2,000. A reader that works in a worker packs them there (`packRows`): the page then only passes them on. */
  readonly rows: readonly (readonly Cell[])[] | PackedRows;
}
export interface TransferSheet {
  readonly name: string;
  readonly headings: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
}
/** Thrown by `read` for a file it cannot take; `type` chooses the text the person sees. */
export class TransferError extends Error {
  override readonly name = 'TransferError';
  readonly type: 'wrong-type' | 'encrypted' | 'broken' | 'too-large' | 'empty';
  readonly detail: Readonly<Record<string, string | number>>;
  constructor(type: TransferError['type'], detail: Readonly<Record<string, string | number>> = {}) {
    super(type);
    this.type = type;
    this.detail = detail;
  }
}

export const field = definePoint<FieldSpec>('field@1');
export const command = definePoint<CommandSpec>('command@1');
export const view = definePoint<ViewSpec>('view@1');
export const guard = definePoint<GuardSpec>('guard@1');
export const transfer = definePoint<TransferSpec>('transfer@1');
