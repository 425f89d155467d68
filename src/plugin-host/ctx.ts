import type { CommandError, Commands, DataPort } from '#data-worker/port.ts';
import type { Ctx, Manifest, Need } from '#plugin-api';
import type { Notice } from '#ui/app-context.ts';
import { createReader } from './reader.ts';

/** What a plugin's running code is given for as long as the plugin is enabled. */
export interface Scope {
  readonly ctx: Ctx;
  /** Aborts the signal and runs the cleanups, last in first out, each in its own try. */
  end(): void;
}

export interface ScopeOptions {
  readonly manifest: Manifest;
  readonly port: Pick<DataPort, 'open' | 'query' | 'run'>;
  readonly notify: (notice: Notice) => void;
  readonly locale: () => 'vi' | 'en';
  readonly navigate: (path: string) => void;
  readonly onError: (where: string, error: unknown) => void;
  readonly onLog: (message: string) => void;
}

/** A command that did not succeed, as plugins see it: `type` and the rest of the `CommandError` are properties. */
export class CommandFailed extends Error {
  override readonly name = 'CommandFailed';
  readonly error: CommandError;
  constructor(command: string, error: CommandError) {
    super(`${command}: ${error.type}`);
    this.error = error;
  }
}

/** A plugin used what its manifest does not name in `needs`. */
export class NeedMissing extends Error {
  override readonly name = 'NeedMissing';
}

export function createScope(options: ScopeOptions): Scope {
  const { manifest, port } = options;
  const abort = new AbortController();
  const cleanups: (() => void)[] = [];
  const reader = createReader(port, abort.signal);
  const check = (need: Need) => {
    abort.signal.throwIfAborted();
    if (!manifest.needs?.includes(need))
      throw new NeedMissing(`the manifest of "${manifest.id}" does not name ${need}`);
  };
  const runCleanup = (cleanup: () => void) => {
    try {
      cleanup();
    } catch (error) {
      options.onError(`${manifest.id}.cleanup`, error);
    }
  };
  const ctx: Ctx = {
    plugin: manifest.id,
    get locale() {
      return options.locale();
    },
    signal: abort.signal,
    own(cleanup) {
      // disabled in the meantime: nobody would ever run it
      if (abort.signal.aborted) runCleanup(cleanup);
      else cleanups.push(cleanup);
    },
    records: {
      async get(type, id) {
        check('records:read');
        return reader.get(type, id);
      },
      async find(type, filter, limit) {
        check('records:read');
        return reader.find(type, filter, limit);
      },
    },
    async run(command, input = {}) {
      check(`records:write:${command.split('.')[0]}`);
      const result = await port.run(command as keyof Commands, input as never);
      if (!result.ok) throw new CommandFailed(command, result.error);
      return result.value;
    },
    navigate(path) {
      if (!abort.signal.aborted) options.navigate(path);
    },
    notify(text, tone = 'info') {
      if (!abort.signal.aborted) options.notify({ text, tone });
    },
    log(message, data) {
      options.onLog(data ? `${message} ${JSON.stringify(data)}` : message);
    },
  };
  return {
    ctx,
    end() {
      if (abort.signal.aborted) return;
      abort.abort(new DOMException(`plugin ${manifest.id} was disabled`, 'AbortError'));
      for (const cleanup of cleanups.splice(0).reverse()) runCleanup(cleanup);
    },
  };
}
