import { newId, type RecordId } from '#core/kit/ids.ts';
import type { Changes } from '#core/record/row.ts';
import type { Before, Write } from './context.ts';

/** One record's part of a command that ran: what it wrote and what was there before. */
export interface Step {
  readonly id: RecordId;
  readonly wrote: Changes;
  /** The same keys with their values before; unused where `created`. */
  readonly before: Changes;
  readonly created: boolean;
}

/** The commands of this session that can be undone, newest last; the oldest are forgotten. */
export interface UndoLog {
  /** Remembers a command; returns its token. */
  add(steps: readonly Step[]): string;
  steps(token: string): readonly Step[] | undefined;
}

const KEPT = 200;

/** Makes an empty log. `now` in ms since 1970. Tokens are unique over sessions, so an old one finds nothing. */
export function createUndoLog(now: () => number, kept = KEPT): UndoLog {
  const log = new Map<string, readonly Step[]>();
  return {
    add(steps) {
      const token = newId('undo', now());
      log.set(token, steps);
      for (const oldest of log.keys()) {
        if (log.size <= kept) break;
        log.delete(oldest);
      }
      return token;
    },
    steps: (token) => log.get(token),
  };
}

/** Steps of writes that were committed. */
export function stepsOf(writes: readonly Write[], before: readonly Before[]): Step[] {
  const befores = new Map(before.map((b) => [b.id, b]));
  return writes.map(({ id, changes, create }) => {
    const was = befores.get(id);
    return { id, wrote: changes, before: was?.changes ?? {}, created: was?.created ?? create === true };
  });
}
