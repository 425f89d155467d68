import { err, ok, type Result } from '#core/kit/result.ts';
import { setImmediate as turn } from 'node:timers/promises';
import type {
  Compaction,
  Erasure,
  Push,
  PushOutcome,
  Settled,
  Stored,
  StoreError,
  StorePort,
} from '../../sync-server/store/port.ts';
import { openSqliteEngine, toStoreError, type SqliteEngine } from '../../sync-server/store/sqlite-engine.ts';

/** The relay's store on its real database, in this thread: a simulation must not depend on when another one answers. */
export interface InlineStore extends StorePort {
  /** Questions without an answer yet. */
  readonly busy: number;
  /** The database itself, for whoever checks it: answers at once. */
  readonly engine: SqliteEngine;
  /** Ends without a word: what is under way is answered `store-gone`, whether it was committed or not. */
  crash(): void;
}

/** `onCommit` hears what is committed in the moment it is, also when a crash keeps it from being answered. */
export function openInlineStore(file: string, onCommit?: (outcome: PushOutcome) => void): InlineStore {
  const engine = openSqliteEngine({ file });
  const gone: StoreError = { type: 'store-gone', message: 'crashed' };
  let crashed = false;
  let busy = 0;

  /** A turn before it and a turn after it: a crash may come between COMMIT and the answer. */
  async function run<T>(work: () => T): Stored<T> {
    busy++;
    try {
      await turn();
      if (crashed) return err(gone);
      const value = work();
      await turn();
      return crashed ? err(gone) : ok(value);
    } catch (error) {
      return err(toStoreError(error));
    } finally {
      busy--;
    }
  }

  const commit = (workspace: string, pushes: readonly Push[]) => {
    const written = engine.write([{ kind: 'commit', workspace, pushes }])[0]! as Result<PushOutcome[], StoreError>;
    if (written.ok) for (const outcome of written.value) onCommit?.(outcome);
    return written;
  };

  return {
    engine,
    incarnation: engine.incarnation,
    get busy() {
      return busy;
    },
    head: (workspace) => run(() => engine.head(workspace)),
    lastN: (workspace, user, device) => run(() => engine.lastN(workspace, user, device)),
    countAfter: (workspace, seq, reader) => run(() => engine.countAfter(workspace, seq, reader)),
    pull: (workspace, seq, limits, reader) => run(() => engine.pull(workspace, seq, limits, reader)),
    manifest: (workspace, seq, limits, reader) => run(() => engine.manifest(workspace, seq, limits, reader)),
    groups: (workspace, person) => run(() => engine.groups(workspace, person)),
    record: (workspace, id) => run(() => engine.record(workspace, id)),
    log: (workspace, seq, limit) => run(() => engine.log(workspace, seq, limit)),
    history: (workspace, id, before, limit) => run(() => engine.history(workspace, id, before, limit)),
    workspaceMeta: (workspace) => run(() => engine.workspaceMeta(workspace)),
    workspaces: () => run(() => engine.workspaces()),
    entries: (workspace, seq, limits) => run(() => engine.entries(workspace, seq, limits)),
    loadRoom: (room, after = 0) => run(() => engine.loadRoom(room, after)),
    async commit(workspace, pushes) {
      const written = await run(() => commit(workspace, pushes));
      return written.ok ? written.value : written;
    },
    appendRoom: () => Promise.resolve(ok(0)),
    compactRoom: () => Promise.resolve(ok(undefined)),
    async erase(workspace, id, user, at) {
      const written = await run(() => engine.write([{ kind: 'erase', workspace, id, user, at }])[0]!);
      return (written.ok ? written.value : written) as Result<Erasure | undefined, StoreError>;
    },
    async compactLog(workspace, before, limit) {
      const written = await run(() => engine.write([{ kind: 'compact-log', workspace, before, limit }])[0]!);
      return (written.ok ? written.value : written) as Result<Compaction, StoreError>;
    },
    async settle(workspace) {
      const written = await run(() => engine.write([{ kind: 'settle', workspace }])[0]!);
      return (written.ok ? written.value : written) as Result<Settled, StoreError>;
    },
    countVisible: (workspace, person, type) => run(() => engine.countVisible(workspace, person, type)),
    people: (workspace) => run(() => engine.people(workspace)),
    async putPeople(workspace, rows) {
      const written = await run(() => engine.write([{ kind: 'put-people', workspace, rows }])[0]!);
      return (written.ok ? written.value : written) as Result<void, StoreError>;
    },
    health: () => ({ storage: crashed ? 'gone' : 'ok' }),
    close() {
      this.crash();
      return Promise.resolve();
    },
    crash() {
      if (crashed) return;
      crashed = true;
      engine.close();
    },
  };
}
