import type { GuardAnswer, GuardIntent } from './port.ts';
import type { Schedule } from '#replica/snapshot.ts';

/** A tab that does not answer by then has said no: a plugin that hangs must not let through what it guards. */
const ANSWER_MS = 500;

/** Asks one tab's guards. */
export interface GuardQuestions {
  /** The kinds of intents the tab has guards for; the others are allowed without asking. */
  register(intents: readonly GuardIntent['on'][]): void;
  ask(intents: readonly GuardIntent[]): Promise<readonly GuardAnswer[]>;
  answered(ask: number, answers: readonly GuardAnswer[]): void;
  /** The tab went away: open questions are answered with no. */
  close(): void;
}

export function createGuardQuestions(
  post: (ask: number, intents: readonly GuardIntent[]) => void,
  schedule: Schedule,
): GuardQuestions {
  const open = new Map<number, (answers: readonly GuardAnswer[]) => void>();
  let guarded: ReadonlySet<GuardIntent['on']> = new Set();
  let nextAsk = 1;
  const settle = (ask: number, answers: readonly GuardAnswer[]) => {
    open.get(ask)?.(answers);
    open.delete(ask);
  };
  return {
    register: (intents) => void (guarded = new Set(intents)),
    async ask(intents) {
      const asked = intents.filter((intent) => guarded.has(intent.on));
      if (asked.length === 0) return intents.map(() => ({ allow: true }));
      const ask = nextAsk++;
      const answers = await new Promise<readonly GuardAnswer[]>((resolve) => {
        const cancel = schedule(() => settle(ask, []), ANSWER_MS);
        open.set(ask, (given) => {
          cancel();
          resolve(given);
        });
        post(ask, asked);
      });
      let next = 0;
      return intents.map((intent) =>
        guarded.has(intent.on)
          ? (answers[next++] ?? { allow: false, reason: 'no-answer', plugin: '' })
          : { allow: true },
      );
    },
    answered: settle,
    close() {
      for (const ask of [...open.keys()]) settle(ask, []);
    },
  };
}
