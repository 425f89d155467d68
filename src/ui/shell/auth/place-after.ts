/** Where to go after the sign-in: a place of this app, never another site's address. */
export function placeAfter(next: string | null): string {
  // '//evil' and '/\evil' are other sites' addresses to a browser
  return next && /^\/(?![/\\])/.test(next) && !/^\/(login|setup|invite)(\/|\?|$)/.test(next) ? next : '/contacts';
}
