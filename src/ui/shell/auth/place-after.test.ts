import { describe, expect, it } from 'vitest';
import { placeAfter } from './place-after.ts';

describe('where a sign-in leads', () => {
  it.each([
    ['/contacts?q=lan', '/contacts?q=lan'],
    ['/settings/members', '/settings/members'],
    [null, '/contacts'],
    ['', '/contacts'],
    ['https://evil.example', '/contacts'],
    ['//evil.example', '/contacts'],
    ['/\\evil.example', '/contacts'],
    ['/login?next=/login', '/contacts'],
    ['/setup', '/contacts'],
  ])('%s → %s', (next, place) => expect(placeAfter(next)).toBe(place));
});
