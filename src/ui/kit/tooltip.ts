import type { Attachment } from 'svelte/attachments';

let serial = 0;

/**
 * A tooltip for an element that already has a name: `<button {@attach tooltip('Ctrl+Enter')}>`. Own code instead of a
 * floating library, because it is on the first screen. Shows on hover after 400 ms and on keyboard focus; Escape hides
 * it; it stays while the pointer is on it (WCAG 1.4.13). On touch there is none: nothing may be only in a tooltip.
 */
export function tooltip(text: string | undefined, describe = true): Attachment<HTMLElement> {
  return (target) => {
    if (!text) return;
    let tip: HTMLElement | undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;

    const hide = () => {
      clearTimeout(timer);
      if (!tip) return;
      tip.remove();
      tip = undefined;
      if (describe) target.removeAttribute('aria-describedby');
      document.removeEventListener('keydown', onKey, true);
    };
    const onKey = (event: KeyboardEvent) => {
      if (event.key === 'Escape') hide();
    };
    const show = () => {
      clearTimeout(timer);
      if (tip || !target.isConnected) return;
      tip = document.createElement('div');
      tip.id = `tip-${++serial}`;
      tip.role = 'tooltip';
      tip.textContent = text;
      tip.className =
        'fixed inset-auto m-0 max-w-72 rounded-md bg-inverse px-2 py-1 text-xs text-on-inverse shadow-md whitespace-pre-line animate-in fade-in duration-100';
      tip.addEventListener('pointerenter', () => clearTimeout(timer));
      tip.addEventListener('pointerleave', later);
      // in the top layer, above every dialog, whatever moves or clips the target's surroundings
      tip.popover = 'manual';
      (target.closest('[role="dialog"]') ?? document.body).append(tip);
      tip.showPopover();
      place(target, tip);
      if (describe) target.setAttribute('aria-describedby', tip.id);
      document.addEventListener('keydown', onKey, true);
    };
    const later = () => {
      clearTimeout(timer);
      timer = setTimeout(hide, 100);
    };
    const onEnter = (event: PointerEvent) => {
      if (event.pointerType === 'touch') return;
      clearTimeout(timer);
      timer = setTimeout(show, 400);
    };
    const onFocus = () => {
      if (target.matches(':focus-visible')) show();
    };

    target.addEventListener('pointerenter', onEnter);
    target.addEventListener('pointerleave', later);
    target.addEventListener('pointerdown', hide);
    target.addEventListener('focusin', onFocus);
    target.addEventListener('focusout', hide);
    return () => {
      hide();
      target.removeEventListener('pointerenter', onEnter);
      target.removeEventListener('pointerleave', later);
      target.removeEventListener('pointerdown', hide);
      target.removeEventListener('focusin', onFocus);
      target.removeEventListener('focusout', hide);
    };
  };
}

/** Below the target, or above it where there is no room; always inside the window. */
function place(target: HTMLElement, tip: HTMLElement): void {
  const gap = 6;
  const at = target.getBoundingClientRect();
  const size = tip.getBoundingClientRect();
  const below = at.bottom + gap + size.height <= innerHeight - gap;
  const left = at.left + at.width / 2 - size.width / 2;
  tip.style.left = `${Math.max(gap, Math.min(left, innerWidth - size.width - gap))}px`;
  tip.style.top = `${below ? at.bottom + gap : at.top - gap - size.height}px`;
}
