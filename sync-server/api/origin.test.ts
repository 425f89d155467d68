import { expect, test } from 'vitest';
import { originAllowed } from './origin.ts';

const policy = { publicUrl: 'https://crm.example.vn', host: '127.0.0.1' };

test.each([
  ['PUBLIC_URL, whatever the proxy calls us', { origin: 'https://crm.example.vn', host: '10.0.0.5:8787' }, true],
  ['the address it listens on', { origin: 'http://127.0.0.1:8787', host: '127.0.0.1:8787' }, true],
  ['localhost', { origin: 'http://localhost:5173', host: 'localhost:5173' }, true],
  ['IPv6', { origin: 'http://[::1]:8787', host: '[::1]:8787' }, true],
  ['an address in the office', { origin: 'http://192.168.1.7:8787', host: '192.168.1.7:8787' }, true],
  ['no browser', { host: '127.0.0.1:8787' }, true],
  ['another site', { origin: 'https://evil.example', host: '127.0.0.1:8787' }, false],
  ['another port of the same machine', { origin: 'http://localhost:3000', host: 'localhost:8787' }, false],
  ['a name rebound to us', { origin: 'http://evil.example:8787', host: 'evil.example:8787' }, false],
  ['a sandboxed page', { origin: 'null', host: '127.0.0.1:8787' }, false],
  ['PUBLIC_URL without https', { origin: 'http://crm.example.vn', host: 'crm.example.vn' }, false],
  ['a cross-site request that hides its origin', { 'sec-fetch-site': 'cross-site', host: '127.0.0.1:8787' }, false],
] as const)('%s', (_what, headers, allowed) => {
  expect(originAllowed(new Headers(headers), policy)).toBe(allowed);
});
