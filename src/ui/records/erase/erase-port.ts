import type { Result } from '#core/kit/result.ts';
import type { ApiFailure } from '../../shell/auth/form-errors.ts';

/** Has the relay erase a record for good (L7). It takes a connection: nothing of it waits on the device. */
export type EraseRecord = (recordId: string) => Promise<Result<void, ApiFailure>>;
