import { goto } from '$app/navigation';
import { page } from '$app/state';

/** Pages of a recycle bin. */
export function toBinPage(path: string, next: number, size: number): void {
  const params = new URLSearchParams({
    ...(next > 1 && { page: String(next) }),
    ...(size !== 10 && { size: String(size) }),
  });
  void goto(`${path}?${params.toString()}`, { keepFocus: true });
}

/** The create form over a list: how it is left. */
export function leaveForm(list: string) {
  const close = () => void goto(`${list}${page.url.search}`, { keepFocus: true, noScroll: true });
  /** "Back" from the record leads to the list, not to an empty form. */
  const show = (id: string) => void goto(`${list}/${id}`, { replaceState: true });
  return { close, show };
}
