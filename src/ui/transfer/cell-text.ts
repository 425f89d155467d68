import type { Cell } from '#plugin-api';
import { locale } from '../locale.svelte.ts';

/** A cell of a file as text: numbers without grouping (they may be phones), days as the language writes them. */
export function cellText(cell: Cell | undefined): string {
  if (cell === null || cell === undefined) return '';
  if (cell instanceof Date) {
    if (Number.isNaN(cell.getTime())) return '';
    const isDay = cell.getTime() % 86_400_000 === 0;
    return new Intl.DateTimeFormat(locale.current === 'vi' ? 'vi-VN' : 'en-GB', {
      day: '2-digit',
      month: '2-digit',
      year: 'numeric',
      ...(isDay ? { timeZone: 'UTC' } : { hour: '2-digit', minute: '2-digit', timeZone: 'Asia/Ho_Chi_Minh' }),
    }).format(cell);
  }
  return String(cell);
}

/** 0 → A, 26 → AA: how spreadsheets name columns. */
export function columnLetter(index: number): string {
  return (index >= 26 ? columnLetter(Math.floor(index / 26) - 1) : '') + String.fromCharCode(65 + (index % 26));
}
