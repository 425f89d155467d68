/** What pointing at a row of a list asks for (E9). */
export type Pointing =
  | { readonly type: 'select'; readonly through: boolean }
  | { readonly type: 'menu'; readonly x: number; readonly y: number }
  /** Nothing of ours: the link in the row, or nothing. */
  | { readonly type: 'none' };

/** How long a finger rests before it selects; how far it may move meanwhile (px). */
export const LONG_PRESS_MS = 500;
const SLOP = 10;

/**
 * Turns pointer events on rows into selecting and menus: Ctrl/⌘ + click, Shift + click, right click; on touch a long
 * press, after which taps select as long as something is selected.
 */
export function createPointing(onlongpress: (id: string) => void) {
  let touch:
    { readonly id: string; readonly x: number; readonly y: number; timer: ReturnType<typeof setTimeout> } | undefined;
  let isTouch = false;
  /** The click that ends a long press is not one of its own. */
  let swallow = false;

  const end = () => {
    if (touch) clearTimeout(touch.timer);
    touch = undefined;
  };
  return {
    down(event: PointerEvent, id: string): void {
      end();
      swallow = false;
      isTouch = event.pointerType === 'touch';
      if (!isTouch || !event.isPrimary) return;
      const timer = setTimeout(() => {
        swallow = true;
        touch = undefined;
        onlongpress(id);
      }, LONG_PRESS_MS);
      touch = { id, x: event.clientX, y: event.clientY, timer };
    },
    move(event: PointerEvent): void {
      if (touch && Math.hypot(event.clientX - touch.x, event.clientY - touch.y) > SLOP) end();
    },
    up: end,
    click(event: MouseEvent, selecting: boolean): Pointing {
      if (swallow) {
        swallow = false;
        event.preventDefault();
        return { type: 'none' };
      }
      const held = event.ctrlKey || event.metaKey || event.shiftKey;
      const control = event.target instanceof Element && event.target.closest('button, input, label') !== null;
      if (control || (!held && !(isTouch && selecting))) return { type: 'none' };
      event.preventDefault();
      return { type: 'select', through: event.shiftKey };
    },
    contextmenu(event: MouseEvent): Pointing {
      event.preventDefault();
      // on touch this is the long press itself, which selects
      return isTouch ? { type: 'none' } : { type: 'menu', x: event.clientX, y: event.clientY };
    },
    stop: end,
  };
}
