import type { GuardAnswer, GuardIntent } from '#data-worker/port.ts';
import type { GuardSpec, Look, Text, Verdict } from '#plugin-api';
import type { Entry } from '#ui/app-context.ts';

/** One limit for all guards of a question, loading included. */
export const GUARD_LIMIT_MS = 500;

export interface GuardDesk {
  /** Guards enabled now. */
  readonly guards: () => readonly Entry<GuardSpec>[];
  /** Resolves when no plugin is loading any more: a guard of a plugin under way must not be passed by. */
  readonly loaded: () => Promise<void>;
  readonly look: (plugin: string) => Look;
  readonly textOf: (text: Text) => string;
  readonly nameOf: (plugin: string) => string;
  /** A guard threw, was late or gave something that is no verdict. */
  readonly onFailure: (entry: Entry<GuardSpec>, error: unknown) => void;
}

/**
 * Asks every guard of every intent, all in parallel, within one limit. A denial wins; a guard that throws, is late or
 * answers nonsense denies, for a rule nobody could check is a rule that may forbid.
 */
export async function askGuards(desk: GuardDesk, intents: readonly GuardIntent[]): Promise<readonly GuardAnswer[]> {
  const limit = new Deadline(GUARD_LIMIT_MS);
  try {
    const ready = await limit.race(desk.loaded().then(() => true));
    if (!ready) return intents.map(() => ({ allow: false, plugin: '', reason: desk.textOf(STILL_LOADING) }));
    return await Promise.all(intents.map((intent) => askOne(desk, intent, limit)));
  } finally {
    limit.clear();
  }
}

async function askOne(desk: GuardDesk, intent: GuardIntent, limit: Deadline): Promise<GuardAnswer> {
  const matching = desk.guards().filter((entry) => entry.spec.on === intent.on);
  const verdicts = await Promise.all(matching.map((entry) => verdictOf(desk, entry, intent, limit)));
  const denied = verdicts.findIndex((verdict) => !verdict.allow);
  const verdict = verdicts[denied];
  if (!verdict || verdict.allow) return { allow: true };
  return { allow: false, plugin: matching[denied]!.plugin, reason: desk.textOf(verdict.reason) };
}

async function verdictOf(
  desk: GuardDesk,
  entry: Entry<GuardSpec>,
  intent: GuardIntent,
  limit: Deadline,
): Promise<Verdict> {
  const failed = (error: unknown): Verdict => {
    desk.onFailure(entry, error);
    const name = desk.nameOf(entry.plugin);
    return {
      allow: false,
      reason: {
        vi: `Tiện ích "${name}" không kiểm tra được thay đổi này, nên chưa lưu.`,
        en: `The plugin "${name}" could not check this change, so it was not saved.`,
      },
    };
  };
  try {
    const { on, ...what } = intent;
    const check = async (): Promise<unknown> => {
      const { default: run } = await entry.spec.check();
      return run(desk.look(entry.plugin), structuredClone(what) as never);
    };
    const verdict = await limit.race(check());
    if (verdict === undefined && limit.passed)
      return failed(new Error(`no answer to ${on} within ${GUARD_LIMIT_MS} ms`));
    return isVerdict(verdict) ? verdict : failed(new Error(`not a verdict: ${String(JSON.stringify(verdict))}`));
  } catch (error) {
    return failed(error);
  }
}

function isVerdict(value: unknown): value is Verdict {
  if (typeof value !== 'object' || value === null || !('allow' in value)) return false;
  if (value.allow === true) return true;
  return (
    value.allow === false && 'reason' in value && (typeof value.reason === 'string' || typeof value.reason === 'object')
  );
}

const STILL_LOADING: Text = {
  vi: 'Các tiện ích đang tải. Hãy thử lại sau giây lát.',
  en: 'Plugins are still loading. Please try again in a moment.',
};

/** One time limit several waits share. */
class Deadline {
  passed = false;
  readonly #over: Promise<undefined>;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(ms: number) {
    this.#over = new Promise((resolve) => {
      this.#timer = setTimeout(() => {
        this.passed = true;
        resolve(undefined);
      }, ms);
    });
  }

  /** The promise's value, or undefined when the time is up first. */
  race<T>(promise: Promise<T>): Promise<T | undefined> {
    // a rejection that comes after the limit has no reader any more
    promise.catch(() => undefined);
    return Promise.race([promise, this.#over]);
  }

  clear(): void {
    clearTimeout(this.#timer);
  }
}
