/** One choice. `value` is what is stored; '' is nobody's value. */
export interface ComboOption {
  readonly value: string;
  readonly label: string;
  /** Smaller, at the end: a phone number, a department. */
  readonly hint?: string;
}

export type ComboLine =
  { readonly kind: 'option'; readonly option: ComboOption } | { readonly kind: 'create'; readonly name: string };

export interface ComboSource {
  options: (query: string) => readonly ComboOption[] | Promise<readonly ComboOption[]>;
  /** May a new one be made of this text? Asked when no option has exactly this label. */
  mayCreate: (query: string) => boolean;
}

/**
 * The state of a combobox, without any element: which lines there are for what was typed, and which one is active.
 * An answer that comes after a later question is dropped.
 */
export function createCombo(source: ComboSource) {
  let lines = $state.raw<readonly ComboLine[]>([]);
  let active = $state(-1);
  let busy = $state(false);
  let failed = $state(false);
  let asked = 0;

  return {
    get lines() {
      return lines;
    },
    get active() {
      return active;
    },
    get busy() {
      return busy;
    },
    get failed() {
      return failed;
    },
    /** Asks for the lines of `query`; `current` becomes the active one if it is among them, else the first. */
    async ask(query: string, current = ''): Promise<void> {
      const turn = ++asked;
      busy = true;
      failed = false;
      try {
        const found = await source.options(query);
        if (turn !== asked) return;
        const name = query.trim();
        const same = (label: string) => label.localeCompare(name, 'vi', { sensitivity: 'accent' }) === 0;
        lines = found.map((option) => ({ kind: 'option', option }));
        if (name && source.mayCreate(name) && !found.some((option) => same(option.label)))
          lines = [...lines, { kind: 'create', name }];
        const at = lines.findIndex((line) => line.kind === 'option' && line.option.value === current && current !== '');
        active = lines.length === 0 ? -1 : Math.max(0, at);
      } catch {
        // shown in the list; the next letter asks again
        if (turn !== asked) return;
        failed = true;
        lines = [];
        active = -1;
      } finally {
        if (turn === asked) busy = false;
      }
    },
    /** Moves the active line, round the ends. */
    move(by: number): void {
      if (lines.length) active = (active + by + lines.length) % lines.length;
    },
    point(index: number): void {
      active = index;
    },
    get line(): ComboLine | undefined {
      return lines[active];
    },
  };
}
