import type { Notice } from '../app-context.ts';

export interface ShownNotice extends Notice {
  readonly id: number;
}

export interface Clock {
  set(run: () => void, ms: number): unknown;
  clear(handle: unknown): void;
}
const browserClock: Clock = {
  set: (run, ms) => setTimeout(run, ms),
  clear: (handle) => clearTimeout(handle as ReturnType<typeof setTimeout>),
};

/** At most this many are on the screen; the oldest one without a button goes first. */
const MOST = 4;

/**
 * The notices on screen. Each goes away after `ms` (5 s, 10 s with a button), counted anew after the pointer or the
 * focus leaves them: nothing with a button disappears under somebody's hand.
 */
export function createNotices(clock: Clock = browserClock) {
  let shown = $state.raw<readonly ShownNotice[]>([]);
  // eslint-disable-next-line svelte/prefer-svelte-reactivity -- nothing on screen shows a timer
  const timers = new Map<number, unknown>();
  let held = false;
  let serial = 0;

  const lifeMs = (notice: Notice) => notice.ms ?? (notice.action ? 10_000 : 5_000);
  function arm(notice: ShownNotice) {
    if (held || !Number.isFinite(lifeMs(notice))) return;
    timers.set(
      notice.id,
      clock.set(() => dismiss(notice.id), lifeMs(notice)),
    );
  }
  function disarm(id: number) {
    clock.clear(timers.get(id));
    timers.delete(id);
  }
  function dismiss(id: number) {
    disarm(id);
    shown = shown.filter((notice) => notice.id !== id);
  }

  return {
    get shown() {
      return shown;
    },
    /** Shows a notice; `Infinity` ms keeps it until it is dismissed. Gives its id. */
    notify(notice: Notice): number {
      const entry = { ...notice, id: ++serial };
      shown = [...shown, entry];
      if (shown.length > MOST) dismiss((shown.find((other) => !other.action) ?? shown[0]!).id);
      arm(entry);
      return entry.id;
    },
    dismiss,
    /** The button of a notice was pressed: it runs once, and the notice goes. */
    act(id: number) {
      const notice = shown.find((entry) => entry.id === id);
      dismiss(id);
      notice?.action?.run();
    },
    /** While the pointer or the focus is on them, none goes away. */
    hold(on: boolean) {
      if (on === held) return;
      held = on;
      for (const notice of shown) (on ? disarm : () => arm(notice))(notice.id);
    },
  };
}

export type Notices = ReturnType<typeof createNotices>;
