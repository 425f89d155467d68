import { createCommands, type CommandRunner } from '#commands/run.ts';
import type { RecordId } from '#core/kit/ids.ts';
import { err } from '#core/kit/result.ts';
import { COMPANY_KEY, REPRESENTATIVE_KEY, type Row } from '#core/record/row.ts';
import type { Schedule } from '#replica/snapshot.ts';
import { createContext } from './context.ts';
import type { DataCore } from './data-core.ts';
import { createGuardQuestions } from './guards.ts';
import { readLiveRecord } from './live-record.ts';
import type { CallRequest, CallResults, FromWorker, ToWorker } from './messages.ts';
import type { DataStatus } from './port.ts';
import { createReadGate } from './read-gate.ts';

/** At most so often does a tab hear of the status. */
const STATUS_EVERY_MS = 200;

/** The worker's side of one tab. */
export interface TabSession {
  receive(message: Exclude<ToWorker, { type: 'hello' | 'wake' }>): void;
  close(): void;
}

export interface TabSessionOptions {
  readonly core: DataCore;
  readonly post: (message: FromWorker) => void;
  readonly schedule: Schedule;
  readonly now: () => number;
  readonly onError: (error: unknown) => void;
}

/**
 * Serves one tab. Every call is answered with `returned` or `threw`, whatever happens; a tab that goes away takes its
 * subscriptions, its imports and its open questions with it.
 */
export function serveTab({ core, post, schedule, now, onError }: TabSessionOptions): TabSession {
  const stops = new Map<number, () => void>();
  const lists = new Map<number, ReturnType<DataCore['columns']['watch']>>();
  const queues = new Map<number, ReturnType<DataCore['columns']['watchDuplicates']>>();
  const jobs = new Set<string>();
  /** Calls of commands that are to begin no further pack. */
  const stopped = new Set<number>();
  const guards = createGuardQuestions((ask, intents) => post({ type: 'ask', ask, intents }), schedule);
  const gate = createReadGate(() => core.isOpen(), post);
  const unwatchLock = core.onLock(() => gate.moved());
  const commands: CommandRunner = createCommands(
    createContext({
      user: core.config.user,
      columns: core.columns,
      workspace: () => core.workspace.data(),
      edits: () => core.replica(),
      now,
      ask: (intents) => guards.ask(intents),
    }),
  );

  function openRecord(sub: number, id: RecordId): void {
    let asked = 0;
    const show = async () => {
      const question = ++asked;
      const replica = core.replica();
      const record = await readLiveRecord(id, core.columns, 'pending' in replica ? replica : undefined);
      if (question === asked && stops.has(sub)) gate.answer({ type: 'record', sub, record });
    };
    let cancel: (() => void) | undefined;
    // after the answer to the command that changed it: a frame drawn between the two would make the answer wait
    const refresh = () => {
      cancel ??= schedule(() => {
        cancel = undefined;
        void show().catch(onError);
      }, 0);
    };
    stops.get(sub)?.();
    const forget = core.onRecords((ids) => {
      if (ids.has(id) || linksOf(core.columns.get(id)).some((link) => ids.has(link))) refresh();
    });
    stops.set(sub, () => {
      cancel?.();
      forget();
    });
    // before the replica is open there is nothing to say yet: "no such record" would be wrong
    void core
      .opened()
      .then(() => {
        refresh();
        // whoever opens a record may edit it next: its document is at hand then
        const replica = core.replica();
        if ('document' in replica) return replica.document(id).then(() => undefined);
      })
      .catch(onError);
  }

  function watchStatus(sub: number): void {
    let cancel: (() => void) | undefined;
    let last = '';
    const tell = () => {
      cancel = schedule(() => {
        cancel = undefined;
        if (stale) tell();
      }, STATUS_EVERY_MS);
      stale = false;
      const status: DataStatus = core.status();
      const text = JSON.stringify(status);
      if (text === last) return;
      last = text;
      post({ type: 'status', sub, status });
    };
    let stale = false;
    const forget = core.onStatus(() => {
      stale = true;
      cancel ??= schedule(tell, 0); // after what changed it is answered
    });
    stops.set(sub, () => {
      cancel?.();
      forget();
    });
    tell();
  }

  function watchWorkspace(sub: number): void {
    const tell = () => post({ type: 'workspace', sub, data: core.workspace.data() });
    stops.set(sub, core.workspace.onData(tell));
    core.workspace.open();
    tell();
  }

  function watchPresence(sub: number): void {
    const tell = () => post({ type: 'presence', sub, present: core.workspace.presence() });
    stops.set(sub, core.workspace.onPresence(tell));
    tell();
  }

  async function call(id: number, request: CallRequest): Promise<void> {
    try {
      await core.opened();
      const value = core.isOpen() || request.method === 'wipe' ? await answer(id, request) : whileLocked(request);
      post({ type: 'returned', call: id, value });
    } catch (error) {
      onError(error);
      post({ type: 'threw', call: id, message: error instanceof Error ? error.message : String(error) });
    } finally {
      stopped.delete(id);
    }
  }

  async function answer(id: number, request: CallRequest): Promise<CallResults[keyof CallResults]> {
    const { imports } = commands;
    switch (request.method) {
      case 'run':
        return commands.run(request.command, request.input, {
          progress: (done, total) => post({ type: 'progress', call: id, progress: { done, total } }),
          stopped: () => stopped.has(id),
        });
      case 'ids-of':
        return core.columns.idsOf(request.query);
      case 'wipe':
        return core.wipe(request.force);
      case 'unsent': {
        const replica = core.replica();
        const unsent = 'unsent' in replica ? await replica.unsent() : [];
        return unsent.map((change) => ({ ...change, name: nameOf(change.id) }));
      }
      case 'document': {
        const replica = core.replica();
        return 'document' in replica ? replica.document(request.id) : undefined;
      }
      case 'dismiss-refused': {
        const replica = core.replica();
        return 'dismiss' in replica && (await replica.dismiss(request.key)).ok;
      }
      case 'field-use':
        return core.columns.fieldUse(request.question);
      case 'duplicates-of':
        return core.columns.duplicatesOf(request.question);
      case 'write-workspace':
        return core.workspace.write(request.change);
      case 'import-open': {
        const job = await imports.open();
        jobs.add(job);
        return job;
      }
      case 'import-feed':
        return imports.feed(request.job, request.rows);
      case 'import-check':
        return imports.check(request.job, request.plan);
      case 'import-write':
        return imports.write(request.job, (progress) => post({ type: 'progress', call: id, progress }));
      case 'import-failed':
        return imports.failed(request.job);
    }
  }

  /** A locked copy says nothing and takes nothing. */
  function whileLocked({ method }: CallRequest): CallResults[keyof CallResults] {
    switch (method) {
      case 'run':
        return err({ type: 'denied', reason: 'locked' });
      case 'unsent':
      case 'ids-of':
      case 'duplicates-of':
        return [];
      case 'document':
        return undefined;
      case 'dismiss-refused':
        return false;
      default:
        throw new Error('the copy is locked');
    }
  }

  /** Records that another one's row says something of: its company, its representative. */
  function linksOf(row: Row | undefined): RecordId[] {
    return [row?.values[COMPANY_KEY], row?.values[REPRESENTATIVE_KEY]].filter((id) => typeof id === 'string');
  }

  const nameOf = (id: RecordId): string => {
    const name = core.columns.get(id)?.values.name;
    return typeof name === 'string' ? name : '';
  };

  function stop(sub: number): void {
    stops.get(sub)?.();
    stops.delete(sub);
    lists.delete(sub);
    queues.delete(sub);
    gate.forget(sub);
  }

  function closeImport(job: string): void {
    if (!jobs.delete(job)) return;
    commands.imports.cancel(job);
    commands.imports.close(job);
  }

  return {
    receive(message) {
      switch (message.type) {
        case 'query': {
          const { sub, query } = message;
          const list = lists.get(sub);
          if (list) return list.update(query);
          const started = core.columns.watch(query, (result) => gate.answer({ type: 'list', sub, result }));
          lists.set(sub, started);
          stops.set(sub, () => started.stop());
          return;
        }
        case 'duplicates': {
          const { sub, limit } = message;
          const queue = queues.get(sub);
          if (queue) return queue.update(limit);
          const started = core.columns.watchDuplicates(limit, (found) =>
            gate.answer({ type: 'duplicates', sub, queue: found }),
          );
          queues.set(sub, started);
          stops.set(sub, () => started.stop());
          return;
        }
        case 'open':
          return openRecord(message.sub, message.id);
        case 'status':
          return watchStatus(message.sub);
        case 'workspace':
          return watchWorkspace(message.sub);
        case 'presence':
          return watchPresence(message.sub);
        case 'stop':
          return stop(message.sub);
        case 'call':
          return void call(message.call, message.request);
        case 'stop-run':
          return void stopped.add(message.call);
        case 'cancel-import':
          return jobs.has(message.job) ? commands.imports.cancel(message.job) : undefined;
        case 'close-import':
          return closeImport(message.job);
        case 'remembered':
          return core.workspace.remembered(message.data);
        case 'plugin-fields':
          return core.workspace.setPluginFields(message.fields);
        case 'viewing':
          return core.workspace.setViewing(commands, message.id);
        case 'guards':
          return guards.register(message.intents);
        case 'answers':
          return guards.answered(message.ask, message.answers);
        case 'reconnect':
          return core.reconnect();
        case 'hidden':
          return void core.flush().catch(onError);
        case 'bye':
          return this.close();
      }
    },
    close() {
      unwatchLock();
      for (const sub of [...stops.keys()]) stop(sub);
      for (const job of [...jobs]) closeImport(job);
      core.workspace.setViewing(commands, undefined);
      guards.close();
    },
  };
}
