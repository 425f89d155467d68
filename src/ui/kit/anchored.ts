import type { Attachment } from 'svelte/attachments';

/**
 * Shows a `popover="manual"` element in the top layer, as wide as its anchor, below it or above where there is more
 * room, and keeps it there while things scroll. In the top layer no dialog or table clips it, yet it stays inside them
 * in the document, so that a click on it is no click outside.
 */
export function anchored(anchor: HTMLElement): Attachment<HTMLElement> {
  return (layer) => {
    const gap = 4;
    const place = () => {
      const at = anchor.getBoundingClientRect();
      const viewport = window.visualViewport;
      const height = viewport?.height ?? innerHeight;
      const below = height - at.bottom;
      const up = below < Math.min(layer.scrollHeight, 288) + 2 * gap && at.top > below;
      layer.style.left = `${at.left}px`;
      layer.style.width = `${at.width}px`;
      layer.style.maxHeight = `${Math.min(288, (up ? at.top : below) - 3 * gap)}px`;
      layer.style.top = up ? 'auto' : `${at.bottom + gap}px`;
      layer.style.bottom = up ? `${innerHeight - at.top + gap}px` : 'auto';
      layer.style.right = 'auto';
    };
    layer.showPopover();
    place();
    const content = new ResizeObserver(place);
    for (const child of layer.children) content.observe(child);
    window.addEventListener('scroll', place, { capture: true, passive: true });
    window.addEventListener('resize', place);
    window.visualViewport?.addEventListener('resize', place);
    return () => {
      content.disconnect();
      window.removeEventListener('scroll', place, { capture: true });
      window.removeEventListener('resize', place);
      window.visualViewport?.removeEventListener('resize', place);
    };
  };
}
