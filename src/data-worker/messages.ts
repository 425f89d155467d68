import type { RecordId } from '#core/kit/ids.ts';
import type { PackedRows } from '#core/kit/packed-rows.ts';
import type { FieldDef } from '#core/record/field.ts';
import type { Presence, Role, WorkspaceChange, WorkspaceData } from '#core/record/workspace-data.ts';
import type {
  Commands,
  DataPort,
  DataStatus,
  Duplicate,
  DuplicateQuestion,
  DuplicateQueue,
  FieldQuestion,
  FieldUse,
  GuardAnswer,
  GuardIntent,
  ImportPlan,
  ImportPort,
  ListQuery,
  ListResult,
  LiveRecord,
} from './port.ts';

/** Whose records, and where the relay is. The same for all tabs of one worker. */
export interface WorkerConfig {
  readonly user: string;
  /** As the session says; the workspace document knows better once it is there. */
  readonly role: Role;
  readonly workspace: string;
  /** Origin of the relay as `ws:` or `wss:`. */
  readonly socketUrl: string;
  readonly build: string;
}

/** Keeps persons and workspaces of one browser apart; another build has another script and so another worker. */
export const workerName = ({ workspace, user }: WorkerConfig): string => `lienhe:${workspace}:${user}`;

/** What a tab says. `sub` and `call` are numbers the tab gives out; each is used once. */
export type ToWorker =
  /** First of all. `lock` = a Web Lock this tab holds as long as it lives; '' where there are none. */
  | { readonly type: 'hello'; readonly config: WorkerConfig; readonly lock: string }
  /** Instead of a hello: a page is coming, begin. */
  | { readonly type: 'wake'; readonly config: WorkerConfig }
  /** Starts a subscription, or asks something else over it. */
  | { readonly type: 'query'; readonly sub: number; readonly query: ListQuery }
  | { readonly type: 'open'; readonly sub: number; readonly id: RecordId }
  | { readonly type: 'status'; readonly sub: number }
  | { readonly type: 'workspace'; readonly sub: number }
  | { readonly type: 'presence'; readonly sub: number }
  | { readonly type: 'duplicates'; readonly sub: number; readonly limit: number }
  | { readonly type: 'stop'; readonly sub: number }
  | { readonly type: 'call'; readonly call: number; readonly request: CallRequest }
  /** A command that runs begins no further pack. */
  | { readonly type: 'stop-run'; readonly call: number }
  | { readonly type: 'cancel-import'; readonly job: string }
  | { readonly type: 'close-import'; readonly job: string }
  /** What this tab remembers of the workspace: right after hello. */
  | { readonly type: 'remembered'; readonly data: WorkspaceData }
  | { readonly type: 'plugin-fields'; readonly fields: readonly FieldDef[] }
  | { readonly type: 'viewing'; readonly id: RecordId | undefined }
  | { readonly type: 'guards'; readonly intents: readonly GuardIntent['on'][] }
  | { readonly type: 'answers'; readonly ask: number; readonly answers: readonly GuardAnswer[] }
  | { readonly type: 'reconnect' }
  /** The page is being hidden and may not come back. */
  | { readonly type: 'hidden' }
  | { readonly type: 'bye' };

/** Calls that give one answer. */
export type CallRequest =
  | { readonly method: 'run'; readonly command: keyof Commands; readonly input: Commands[keyof Commands]['input'] }
  | { readonly method: 'wipe'; readonly force: boolean }
  | { readonly method: 'unsent' }
  | { readonly method: 'dismiss-refused'; readonly key: number }
  | { readonly method: 'document'; readonly id: RecordId }
  | { readonly method: 'field-use'; readonly question: FieldQuestion }
  | { readonly method: 'ids-of'; readonly query: Parameters<DataPort['idsOf']>[0] }
  | { readonly method: 'duplicates-of'; readonly question: DuplicateQuestion }
  | { readonly method: 'write-workspace'; readonly change: WorkspaceChange }
  | { readonly method: 'import-open' }
  | {
      readonly method: 'import-feed';
      readonly job: string;
      readonly rows: readonly (readonly unknown[])[] | PackedRows;
    }
  | { readonly method: 'import-check'; readonly job: string; readonly plan: ImportPlan }
  | { readonly method: 'import-write'; readonly job: string }
  | { readonly method: 'import-failed'; readonly job: string };

/** What a call gives, by method. */
export interface CallResults {
  run: Awaited<ReturnType<DataPort['run']>>;
  wipe: Awaited<ReturnType<DataPort['wipe']>>;
  unsent: Awaited<ReturnType<DataPort['unsent']>>;
  'dismiss-refused': boolean;
  document: Uint8Array | undefined;
  'field-use': FieldUse;
  'ids-of': readonly RecordId[];
  'duplicates-of': readonly Duplicate[];
  'write-workspace': Awaited<ReturnType<DataPort['writeWorkspace']>>;
  'import-open': string;
  'import-feed': void;
  'import-check': Awaited<ReturnType<ImportPort['check']>>;
  'import-write': Awaited<ReturnType<ImportPort['write']>>;
  'import-failed': Awaited<ReturnType<ImportPort['failed']>>;
}

/** What the worker says. */
export type FromWorker =
  /** The answer to hello. `lock` = a Web Lock the worker holds as long as it lives; '' where there are none. */
  | { readonly type: 'ready'; readonly lock: string }
  | { readonly type: 'list'; readonly sub: number; readonly result: ListResult }
  | { readonly type: 'record'; readonly sub: number; readonly record: LiveRecord | undefined }
  | { readonly type: 'duplicates'; readonly sub: number; readonly queue: DuplicateQueue }
  | { readonly type: 'status'; readonly sub: number; readonly status: DataStatus }
  | { readonly type: 'workspace'; readonly sub: number; readonly data: WorkspaceData }
  | { readonly type: 'presence'; readonly sub: number; readonly present: readonly Presence[] }
  | { readonly type: 'returned'; readonly call: number; readonly value: CallResults[keyof CallResults] }
  /** A bug in the worker met this call; `message` is for the log. */
  | { readonly type: 'threw'; readonly call: number; readonly message: string }
  | {
      readonly type: 'progress';
      readonly call: number;
      readonly progress: { readonly done: number; readonly total: number };
    }
  | { readonly type: 'ask'; readonly ask: number; readonly intents: readonly GuardIntent[] };
