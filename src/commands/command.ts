import type { RecordRight } from '#core/access/role.ts';
import type { Json } from '#core/kit/json.ts';
import { err, type Failure, type Result } from '#core/kit/result.ts';
import { LIMITS } from '#core/protocol/messages.ts';
import type { RecordType } from '#core/record/row.ts';
import type { CommandError, Commands } from '#data-worker/port.ts';
import * as v from 'valibot';
import type { CommandContext } from './context.ts';
import type { UndoLog } from './undo-log.ts';

export type CommandName = keyof Commands;
export type Outcome<C extends CommandName> = Promise<Result<Commands[C]['output'], CommandError>>;

/** What a running command has: the worker's context and this session's undo log. */
export interface Session {
  readonly context: CommandContext;
  readonly undo: UndoLog;
  /** Of the command that runs now, where somebody looks on. */
  readonly watch?: Watch;
}

/** How far a command over many records is, and whether it is to begin no further pack. */
export interface Watch {
  progress(done: number, total: number): void;
  stopped(): boolean;
}

/** One verb. `run` gets input of the checked shape; it checks values, asks guards, commits, remembers the undo. */
export interface Command<C extends CommandName> {
  readonly input: v.GenericSchema<unknown, Commands[C]['input']>;
  /** What it writes; contacts unless told. */
  readonly type?: RecordType;
  /** Who has not all of these for that type is told `forbidden`; the relay would refuse the change (P4). */
  readonly rights?: (input: Commands[C]['input']) => readonly RecordRight[];
  run(session: Session, input: Commands[C]['input']): Outcome<C>;
}

/** One thing that is wrong with one input. */
export interface Problem {
  readonly field: string;
  readonly error: Failure & Record<string, unknown>;
}

export type Invalid = Extract<CommandError, { readonly type: 'invalid' }>;
export const invalid = (fields: readonly Problem[]) => err<Invalid>({ type: 'invalid', fields });
export const notFound = err({ type: 'not-found' } as const);
export const forbidden = err({ type: 'forbidden' } as const);

/** Plain data that survives JSON, no deeper than the relay takes (P3). */
const json = v.custom<Json>((value) => isJson(value, 1), 'no JSON value');
export const jsonValue = json;
export const formValues = v.record(v.string(), json);
export const recordId = v.pipe(v.string(), v.nonEmpty(), v.maxLength(100));
export const recordIds = v.pipe(v.array(recordId), v.minLength(1));

function isJson(value: unknown, depth: number): value is Json {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return true;
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value !== 'object' || depth > LIMITS.depth) return false;
  if (Array.isArray(value)) return value.every((item) => isJson(item, depth + 1));
  const proto: unknown = Object.getPrototypeOf(value);
  if (proto !== Object.prototype && proto !== null) return false;
  return Object.values(value).every((item) => isJson(item, depth + 1));
}
