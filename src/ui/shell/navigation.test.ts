import { describe, expect, it } from 'vitest';
import { currentHref } from './navigation.ts';

describe('which place of the navigation is current', () => {
  const hrefs = ['/contacts', '/contacts/bin', '/import', '/settings'];
  it('is the longest that the page lies under', () => {
    expect(currentHref('/contacts', hrefs)).toBe('/contacts');
    expect(currentHref('/contacts/contact_01jd', hrefs)).toBe('/contacts');
    expect(currentHref('/contacts/bin', hrefs)).toBe('/contacts/bin');
    expect(currentHref('/settings/members', hrefs)).toBe('/settings');
  });
  it('is none for a place that only begins with the same letters', () => {
    expect(currentHref('/contacts-old', hrefs)).toBeUndefined();
    expect(currentHref('/', hrefs)).toBeUndefined();
  });
});
