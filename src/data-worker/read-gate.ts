import type { FromWorker } from './messages.ts';

type Answer = Extract<FromWorker, { readonly type: 'list' | 'record' | 'duplicates' }>;

/**
 * What a tab's live queries show goes through here: while the copy is locked the tab gets nothing of it, and what it had
 * is taken from it; afterwards it gets the latest of each. Subscriptions themselves never notice.
 */
export interface ReadGate {
  answer(message: Answer): void;
  /** The copy was locked or opened. */
  moved(): void;
  /** A subscription ended. */
  forget(sub: number): void;
}

export function createReadGate(isOpen: () => boolean, post: (message: FromWorker) => void): ReadGate {
  const latest = new Map<number, Answer>();
  return {
    answer(message) {
      latest.set(message.sub, message);
      if (isOpen()) post(message);
    },
    moved() {
      for (const message of latest.values()) post(isOpen() ? message : blank(message));
    },
    forget: (sub) => void latest.delete(sub),
  };
}

function blank(message: Answer): Answer {
  if (message.type === 'record') return { ...message, record: undefined };
  if (message.type === 'duplicates') return { ...message, queue: { total: 0, groups: [], merges: [] } };
  const { query } = message.result;
  const groups = query.sources.map((source) => ({ source, total: 0 }));
  return { ...message, result: { query, rows: [], total: 0, groups } };
}
