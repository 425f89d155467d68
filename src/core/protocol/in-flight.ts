import { LIMITS, type Change } from './messages.ts';

/** What one push weighs; bytes of its updates. */
export interface PushLoad {
  readonly changes: number;
  readonly bytes: number;
}

export const loadOf = (changes: readonly Change[]): PushLoad => ({
  changes: changes.length,
  bytes: changes.reduce((sum, { update }) => sum + update.length, 0),
});

/** The largest push there may be. */
export const LARGEST_PUSH: PushLoad = { changes: LIMITS.pushChanges, bytes: LIMITS.pushBytes };

/** Pushes that were sent and not answered. Both sides count: the device keeps to it, the relay ends who does not (P8). */
export interface InFlight {
  readonly pushes: number;
  fits(push: PushLoad): boolean;
  add(push: PushLoad): void;
  remove(push: PushLoad): void;
}

export function createInFlight(): InFlight {
  let pushes = 0;
  let changes = 0;
  let bytes = 0;
  return {
    get pushes() {
      return pushes;
    },
    fits: (push) =>
      pushes < LIMITS.pushesInFlight &&
      changes + push.changes <= LIMITS.changesInFlight &&
      bytes + push.bytes <= LIMITS.pushBytesInFlight,
    add(push) {
      pushes++;
      changes += push.changes;
      bytes += push.bytes;
    },
    remove(push) {
      pushes--;
      changes -= push.changes;
      bytes -= push.bytes;
    },
  };
}
