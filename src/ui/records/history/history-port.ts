import type { HistoryPage } from '#core/history/history.ts';
import type { Result } from '#core/kit/result.ts';
import type { ApiFailure } from '../../shell/auth/form-errors.ts';

/** Asks the relay for a page of a record's history; `before` = `next` of the page before. */
export type AskHistory = (recordId: string, before?: number) => Promise<Result<HistoryPage, ApiFailure>>;
