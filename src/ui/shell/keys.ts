/** What a key on the page asks for. */
export type KeyAction =
  'search' | 'new' | 'help' | 'go-contacts' | 'go-leads' | 'go-companies' | 'go-transfer' | 'go-settings';

/** As much of a `KeyboardEvent` as deciding needs. */
export interface KeyPress {
  readonly key: string;
  readonly keyCode: number;
  readonly isComposing: boolean;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly defaultPrevented: boolean;
  readonly repeat: boolean;
}

const CHORDS: Readonly<Record<string, KeyAction>> = {
  l: 'go-contacts',
  m: 'go-leads',
  d: 'go-companies',
  n: 'go-transfer',
  s: 'go-settings',
};

/** After `g`, the second letter must come within this time. */
export const CHORD_MS = 1200;

/**
 * Turns key presses into actions. Nothing happens while an input method (Telex, VNI) composes, where something is being
 * typed, or with single letters switched off; Ctrl+K works everywhere.
 */
export function createKeys(now: () => number = Date.now) {
  let chordAt = -Infinity;

  return function press(event: KeyPress, where: { typing: boolean; letters: boolean }): KeyAction | undefined {
    if (event.isComposing || event.keyCode === 229 || event.defaultPrevented) return undefined;
    if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === 'k') return 'search';
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || where.typing || !where.letters)
      return undefined;

    const chord = now() - chordAt <= CHORD_MS;
    chordAt = -Infinity;
    const key = event.key.toLowerCase();
    if (chord) return CHORDS[key];
    if (key === 'g') {
      chordAt = now();
      return undefined;
    }
    if (key === '/') return 'search';
    if (key === '?') return 'help';
    return key === 'c' ? 'new' : undefined;
  };
}

/** Is the person typing there, or does a dialog or menu have the keys? */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return (
    target.isContentEditable ||
    target.closest(
      'input:not([type="checkbox"], [type="radio"]), textarea, select, [role="dialog"], [role="menu"], [role="combobox"]',
    ) !== null
  );
}
