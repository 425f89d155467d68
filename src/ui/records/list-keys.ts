import type { KeyPress } from '../shell/keys.ts';

/** What a key in the list asks for (ux.md §5.4). Enter needs none: the focus is on a row's link. */
export type ListAction =
  'next' | 'previous' | 'select-next' | 'select-previous' | 'select' | 'edit' | 'delete' | 'clear';

/**
 * Nothing happens where something is typed, or while Telex or VNI composes; single letters can be switched off
 * (WCAG 2.1.4), arrows and Delete stay.
 */
export function listAction(
  event: KeyPress & { readonly shiftKey: boolean },
  where: { typing: boolean; letters: boolean },
): ListAction | undefined {
  if (event.isComposing || event.keyCode === 229 || event.defaultPrevented || where.typing) return undefined;
  if (event.ctrlKey || event.metaKey || event.altKey) return undefined;
  switch (event.key) {
    case 'ArrowDown':
      return event.shiftKey ? 'select-next' : 'next';
    case 'ArrowUp':
      return event.shiftKey ? 'select-previous' : 'previous';
    case 'Delete':
      return 'delete';
    case 'Escape':
      return 'clear';
  }
  if (!where.letters || event.shiftKey) return undefined;
  switch (event.key.toLowerCase()) {
    case 'j':
      return 'next';
    case 'k':
      return 'previous';
    case 'x':
      return 'select';
    case 'e':
      return 'edit';
  }
  return undefined;
}
