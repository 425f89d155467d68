/** One entry of a plugin's log page. */
export interface LoggedError {
  /** ms since 1970. */
  readonly at: number;
  /** Key of the contribution, or the plugin's id. */
  readonly where: string;
  readonly message: string;
}

/** Errors a plugin's page keeps. */
export const MAX_LOGGED = 100;
/** So many failures of one contribution within `STRIKE_WINDOW_MS` switch it off for the session. */
export const STRIKES = 3;
export const STRIKE_WINDOW_MS = 60_000;

/** What went wrong in plugins since the start, and which contribution failed too often. Lists are replaced, never mutated. */
export interface ErrorLog {
  of(plugin: string): readonly LoggedError[];
  add(plugin: string, where: string, message: string): void;
  /** Counts a failure of a contribution; true when it is the one too many. */
  strike(key: string): boolean;
  /** Forgets a plugin's strikes (it was switched off and on by hand). */
  pardon(plugin: string): void;
}

/** `now` gives ms since 1970. */
export function createErrorLog(now: () => number): ErrorLog {
  const logs = new Map<string, readonly LoggedError[]>();
  const strikes = new Map<string, readonly number[]>();
  return {
    of: (plugin) => logs.get(plugin) ?? NONE,
    add(plugin, where, message) {
      logs.set(plugin, [{ at: now(), where, message }, ...(logs.get(plugin) ?? NONE)].slice(0, MAX_LOGGED));
    },
    strike(key) {
      const recent = [...(strikes.get(key) ?? []), now()].filter((at) => at > now() - STRIKE_WINDOW_MS);
      strikes.set(key, recent);
      return recent.length >= STRIKES;
    },
    pardon(plugin) {
      for (const key of strikes.keys()) if (key.startsWith(`${plugin}.`)) strikes.delete(key);
    },
  };
}

const NONE: readonly LoggedError[] = Object.freeze([]);

/** A thrown value as one line. */
export function messageOf(error: unknown): string {
  if (error instanceof Error) return error.message ? `${error.name}: ${error.message}` : error.name;
  if (typeof error === 'object' && error !== null && 'type' in error) return String(error.type);
  return String(error);
}
