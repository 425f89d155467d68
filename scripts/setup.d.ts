/** What TypeScript sees of `setup.js`. */
export const root: string;
export function pinnedNode(): string;
export const relayArgs: readonly string[];
export function postgresBin(): string | undefined;
export function ensurePostgres(): void;
