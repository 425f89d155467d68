export interface LeaderLockEvents {
  readonly onWon: () => void;
  /** Another tab took the lock away. */
  readonly onLost: () => void;
}

export interface LeaderLock {
  /** Takes the lock from whoever has it. */
  steal(): void;
}

/** A Web Lock one tab has at a time: this one stands in the line for it, for ever. */
export function standForLeader(name: string, { onWon, onLost }: LeaderLockEvents): LeaderLock {
  /** The request that has the lock. Two may be granted after one another: that in the line, and one that stole. */
  let holding: symbol | undefined;

  function request(steal: boolean): void {
    const mine = Symbol();
    let won = false;
    const held = navigator.locks.request(name, { steal }, () => {
      won = true;
      const led = holding !== undefined;
      holding = mine;
      if (!led) onWon();
      return new Promise<never>(() => undefined);
    });
    held.catch(() => {
      // a request that was refused before it was granted (a page that is going away) would be refused again
      if (!won) return;
      if (!steal) request(false);
      if (holding !== mine) return;
      holding = undefined;
      onLost();
    });
  }

  request(false);
  return { steal: () => request(true) };
}
