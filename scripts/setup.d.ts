/** What TypeScript sees of `setup.js`. */
export const root: string;
export function postgresBin(): string | undefined;
export function ensurePostgres(): void;
