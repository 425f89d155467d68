import type { Result } from '#core/kit/result.ts';
import { failureText, type ApiFailure } from '../shell/auth/form-errors.ts';
import { t } from './device-texts.ts';

/** A sign-in on one device. Times are ms since 1970. */
export interface DeviceSession {
  readonly id: string;
  readonly current: boolean;
  readonly agent: string;
  readonly createdAt: number;
  /** To the hour; `online` = connected now. */
  readonly seenAt: number;
  readonly online: boolean;
}

export interface DevicesPort {
  list(): Promise<Result<readonly DeviceSession[], ApiFailure>>;
  end(id: string, wipe: boolean): Promise<Result<void, ApiFailure>>;
  /** All but the one that asks; gives how many. */
  endOthers(wipe: boolean): Promise<Result<number, ApiFailure>>;
}

export const devicesFailureText = (failure: ApiFailure): string =>
  failure.type === 'signed-out' ? t('signedOut') : failureText(failure);
