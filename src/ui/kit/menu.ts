import type { Icon } from './icon.ts';

/** One line of a menu. `checked` makes it a radio item of its group; `href` a link. */
export type MenuItem =
  | {
      readonly label: string;
      readonly icon?: Icon;
      readonly hint?: string;
      readonly danger?: boolean;
      readonly disabled?: boolean;
      readonly checked?: boolean;
      readonly href?: string;
      readonly run?: () => void;
    }
  | { readonly separator: true }
  | { readonly heading: string };
