/**
 * Pages on their way to one device (P8): at most `max` that it has not confirmed as durable. Bounds what a first sync
 * holds in memory for a slow device (I12).
 */
export interface PageCredit {
  /** Resolves when another page may be sent; false when the socket closed meanwhile. */
  wait(): Promise<boolean>;
  sent(seq: number, bytes: number): void;
  /** A page that ended at `seq`, and all before it, are durable on the device. */
  confirm(seq: number): void;
  /** Ends every wait. */
  close(): void;
  /** How many more may be sent now. */
  readonly free: number;
  /** Bytes sent and not confirmed. */
  readonly bytes: number;
}

export function createPageCredit(max: number): PageCredit {
  let unconfirmed: { readonly seq: number; readonly bytes: number }[] = [];
  let waiting: (() => void)[] = [];
  let closed = false;
  const wake = () => {
    const woken = waiting;
    waiting = [];
    for (const resolve of woken) resolve();
  };
  return {
    async wait() {
      while (!closed && unconfirmed.length >= max) await new Promise<void>((resolve) => waiting.push(resolve));
      return !closed;
    },
    sent: (seq, bytes) => void unconfirmed.push({ seq, bytes }),
    confirm(seq) {
      // pages of a snapshot all say the same: a word for one of them is for the oldest
      const at = unconfirmed.findIndex((page) => page.seq >= seq);
      unconfirmed = at < 0 ? [] : unconfirmed.slice(unconfirmed[at]!.seq === seq ? at + 1 : at);
      wake();
    },
    close() {
      closed = true;
      wake();
    },
    get free() {
      return Math.max(0, max - unconfirmed.length);
    },
    get bytes() {
      return unconfirmed.reduce((sum, page) => sum + page.bytes, 0);
    },
  };
}
