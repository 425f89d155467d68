import ArrowLeftRight from '@lucide/svelte/icons/arrow-left-right';
import BookUser from '@lucide/svelte/icons/book-user';
import Building2 from '@lucide/svelte/icons/building-2';
import ContactRound from '@lucide/svelte/icons/contact-round';
import CopyCheck from '@lucide/svelte/icons/copy-check';
import Settings from '@lucide/svelte/icons/settings';
import Trash2 from '@lucide/svelte/icons/trash-2';
import UserRoundPlus from '@lucide/svelte/icons/user-round-plus';
import type { ViewSpec } from '#plugin-api';
import type { Entry } from '../app-context.ts';
import type { Icon } from '../kit/icon.ts';
import { iconByName } from '../kit/icons.ts';
import { textOf } from '../locale.svelte.ts';
import { t } from './shell-texts.ts';

export interface NavLink {
  readonly href: string;
  readonly label: string;
  readonly icon: Icon;
  /** Number at the end of the line. */
  readonly count?: number;
  /** The same page under a second name; only its first name is marked as current. */
  readonly alias?: boolean;
}
export interface NavGroup {
  readonly title?: string;
  readonly links: readonly NavLink[];
}

export interface NavInput {
  readonly contacts?: number;
  readonly leads?: number;
  readonly companies?: number;
  readonly bin?: number;
  readonly pages: readonly Entry<ViewSpec>[];
}

/** Everything the rail leads to, in its order. Only places that exist. */
export function navigation({ contacts, leads, companies, bin, pages }: NavInput): readonly NavGroup[] {
  return [
    {
      title: t('groupCustomers'),
      links: [
        {
          href: '/contacts',
          label: t('contacts'),
          icon: ContactRound,
          ...(contacts !== undefined && { count: contacts }),
        },
        { href: '/leads', label: t('leads'), icon: UserRoundPlus, ...(leads !== undefined && { count: leads }) },
        {
          href: '/companies',
          label: t('companies'),
          icon: Building2,
          ...(companies !== undefined && { count: companies }),
        },
        { href: '/contacts/bin', label: t('bin'), icon: Trash2, ...(bin ? { count: bin } : {}) },
      ],
    },
    // C5: the same list under the name people know it by
    { title: t('groupDirectory'), links: [{ href: '/contacts', label: t('people'), icon: BookUser, alias: true }] },
    {
      title: t('groupTools'),
      links: [
        { href: '/import', label: t('transfer'), icon: ArrowLeftRight },
        { href: '/duplicates', label: t('duplicates'), icon: CopyCheck },
        ...pages.map(pageLink),
      ],
    },
    { links: [{ href: '/settings', label: t('settings'), icon: Settings }] },
  ];
}

/** The phone's bottom bar: the places people go to all day. */
export const barLinks = (): readonly NavLink[] => [
  { href: '/contacts', label: t('contacts'), icon: ContactRound },
  { href: '/leads', label: t('leads'), icon: UserRoundPlus },
  { href: '/companies', label: t('companies'), icon: Building2 },
  { href: '/import', label: t('transfer'), icon: ArrowLeftRight },
  { href: '/settings', label: t('settings'), icon: Settings },
];

function pageLink(entry: Entry<ViewSpec>): NavLink {
  return {
    href: `/p/${entry.plugin}/${entry.spec.id}`,
    label: textOf(entry.spec.title),
    icon: iconByName(entry.spec.icon),
  };
}

/** The link of `path`: the longest that it lies under. */
export function currentHref(path: string, hrefs: readonly string[]): string | undefined {
  return hrefs.filter((href) => path === href || path.startsWith(`${href}/`)).sort((a, b) => b.length - a.length)[0];
}
