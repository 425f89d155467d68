import { describe, expect, it } from 'vitest';
import { CHORD_MS, createKeys, type KeyPress } from './keys.ts';

const press = (key: string, over: Partial<KeyPress> = {}): KeyPress => ({
  key,
  keyCode: 0,
  isComposing: false,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  defaultPrevented: false,
  repeat: false,
  ...over,
});
const page = { typing: false, letters: true };

describe('keys (ux.md 5.4)', () => {
  it('knows search, new and help', () => {
    const keys = createKeys();
    expect(keys(press('/'), page)).toBe('search');
    expect(keys(press('c'), page)).toBe('new');
    expect(keys(press('C'), page)).toBe('new');
    expect(keys(press('?'), page)).toBe('help');
  });

  it('never acts while Telex or VNI composes', () => {
    const keys = createKeys();
    expect(keys(press('c', { isComposing: true }), page)).toBeUndefined();
    expect(keys(press('Process', { keyCode: 229 }), page)).toBeUndefined();
    expect(keys(press('/', { keyCode: 229 }), page)).toBeUndefined();
    expect(keys(press('k', { ctrlKey: true, isComposing: true }), page)).toBeUndefined();
  });

  it('leaves letters to the field one types in, but not Ctrl+K', () => {
    const keys = createKeys();
    const field = { typing: true, letters: true };
    expect(keys(press('c'), field)).toBeUndefined();
    expect(keys(press('/'), field)).toBeUndefined();
    expect(keys(press('k', { ctrlKey: true }), field)).toBe('search');
    expect(keys(press('k', { metaKey: true }), field)).toBe('search');
  });

  it('has no single letters when they are switched off (WCAG 2.1.4)', () => {
    const keys = createKeys();
    expect(keys(press('c'), { typing: false, letters: false })).toBeUndefined();
    expect(keys(press('k', { ctrlKey: true }), { typing: false, letters: false })).toBe('search');
  });

  it('leaves the browser its own keys', () => {
    const keys = createKeys();
    expect(keys(press('c', { ctrlKey: true }), page)).toBeUndefined();
    expect(keys(press('/', { altKey: true }), page)).toBeUndefined();
    expect(keys(press('c', { repeat: true }), page)).toBeUndefined();
    expect(keys(press('c', { defaultPrevented: true }), page)).toBeUndefined();
  });

  it('takes g then l within the time, and forgets it after', () => {
    let now = 0;
    const keys = createKeys(() => now);
    expect(keys(press('g'), page)).toBeUndefined();
    now += CHORD_MS;
    expect(keys(press('l'), page)).toBe('go-contacts');
    expect(keys(press('l'), page)).toBeUndefined();
    keys(press('g'), page);
    now += CHORD_MS + 1;
    expect(keys(press('l'), page)).toBeUndefined();
  });

  it('does not make a new contact of g then c', () => {
    const keys = createKeys(() => 0);
    keys(press('g'), page);
    expect(keys(press('c'), page)).toBeUndefined();
    expect(keys(press('c'), page)).toBe('new');
  });
});
