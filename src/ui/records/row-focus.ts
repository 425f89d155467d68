import { tick } from 'svelte';

/** The keyboard's place among the rows of a list: each has a link (`data-row-link`) and stands in `data-id`. */
export function createRowFocus(box: () => HTMLElement | undefined) {
  const links = () => [...(box()?.querySelectorAll<HTMLAnchorElement>('[data-row-link]') ?? [])];
  const line = (element: Element | null | undefined) => element?.closest<HTMLElement>('[data-id]') ?? null;
  const indexOf = (element: Element | null) => {
    const its = line(element);
    return its ? links().findIndex((link) => line(link) === its) : -1;
  };
  let last = -1;

  return {
    /** Of the record in whose row the focus is. */
    id: (): string | undefined => line(document.activeElement)?.dataset.id,
    /** To the row below (1) or above (-1); to the first or last from outside. */
    move(by: 1 | -1): void {
      const all = links();
      const at = indexOf(document.activeElement);
      const next = all[at < 0 ? (by > 0 ? 0 : all.length - 1) : at + by];
      next?.focus();
      next?.scrollIntoView({ block: 'nearest' });
    },
    onfocusin: (event: FocusEvent): void => {
      last = event.target instanceof Element ? indexOf(event.target) : -1;
    },
    /** Where the row that had the focus is gone, its neighbour gets it. */
    recover(): void {
      if (last < 0 || document.activeElement !== document.body) return;
      void tick().then(() => links()[Math.min(last, links().length - 1)]?.focus({ preventScroll: true }));
    },
  };
}
