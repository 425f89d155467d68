import Building from '@lucide/svelte/icons/building-2';
import Contact from '@lucide/svelte/icons/contact-round';
import Download from '@lucide/svelte/icons/download';
import Mail from '@lucide/svelte/icons/mail';
import MessageCircle from '@lucide/svelte/icons/message-circle';
import Phone from '@lucide/svelte/icons/phone';
import Puzzle from '@lucide/svelte/icons/puzzle';
import Table from '@lucide/svelte/icons/table';
import Upload from '@lucide/svelte/icons/upload';
import type { Icon } from './icon.ts';

/** The icons that plugins may name. An unknown name gets the puzzle piece. */
const byName: Readonly<Record<string, Icon>> = {
  building: Building,
  contact: Contact,
  download: Download,
  mail: Mail,
  message: MessageCircle,
  phone: Phone,
  table: Table,
  upload: Upload,
};

export const iconByName = (name: string | undefined): Icon =>
  name !== undefined && Object.hasOwn(byName, name) ? byName[name]! : Puzzle;
