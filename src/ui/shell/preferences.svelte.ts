import { locale, type Locale } from '../locale.svelte.ts';

export type Theme = 'light' | 'dark' | 'system';
const THEMES: readonly Theme[] = ['light', 'dark', 'system'];

/** Also read by static/start.js before the first paint. */
const KEYS = { theme: 'lienhe:theme', locale: 'lienhe:locale', letters: 'lienhe:letter-keys' } as const;

/** How the app looks and speaks on this device. In private mode, where nothing can be kept, it holds for the tab. */
class Preferences {
  theme = $state<Theme>('system');
  /** Single-letter keys can be switched off (WCAG 2.1.4). */
  letterKeys = $state(true);

  load(): void {
    const theme = recall(KEYS.theme);
    this.theme = THEMES.find((known) => known === theme) ?? 'system';
    locale.current = recall(KEYS.locale) === 'en' ? 'en' : 'vi';
    this.letterKeys = recall(KEYS.letters) !== 'off';
    this.#show();
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.#show());
  }
  setTheme(theme: Theme): void {
    this.theme = theme;
    keep(KEYS.theme, theme);
    this.#show();
  }
  setLocale(next: Locale): void {
    locale.current = next;
    keep(KEYS.locale, next);
    this.#show();
  }
  setLetterKeys(on: boolean): void {
    this.letterKeys = on;
    keep(KEYS.letters, on ? 'on' : 'off');
  }

  #show(): void {
    const dark =
      this.theme === 'dark' || (this.theme === 'system' && matchMedia('(prefers-color-scheme: dark)').matches);
    const root = document.documentElement;
    root.dataset.theme = dark ? 'dark' : 'light';
    root.lang = locale.current;
    document.querySelector('meta[name="theme-color"]')?.setAttribute('content', dark ? '#111516' : '#f6f7f7');
  }
}
export const preferences = new Preferences();

function recall(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null; // private mode
  }
}
function keep(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    return; // private mode: it holds until the tab closes
  }
}
