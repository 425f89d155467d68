import { Hono } from 'hono';
import { expect, test } from 'vitest';
import { createClientAddress } from './client-address.ts';

/** The address a request from `remote` counts for. */
async function addressOf(remote: string, forwarded: string | undefined, trusted?: string[]): Promise<string> {
  const clientAddress = createClientAddress(trusted);
  const app = new Hono().get('/', (c) => c.text(clientAddress(c)));
  const incoming = { socket: { remoteAddress: remote, remotePort: 5000, remoteFamily: 'IPv4' } };
  const headers = new Headers();
  if (forwarded !== undefined) headers.set('x-forwarded-for', forwarded);
  return (await app.request('/', { headers }, { incoming })).text();
}

test.each([
  ['203.0.113.9', undefined, undefined, '203.0.113.9'],
  ['127.0.0.1', '198.51.100.1, 203.0.113.9', undefined, '203.0.113.9'],
  ['::ffff:127.0.0.1', '203.0.113.9', undefined, '203.0.113.9'],
  ['203.0.113.9', '198.51.100.1', undefined, '203.0.113.9'], // a stranger's claim
  ['172.30.87.6', '203.0.113.9', undefined, '172.30.87.6'],
  ['172.30.87.6', '203.0.113.9', ['172.30.87.0/24'], '203.0.113.9'],
  ['::ffff:172.30.87.6', '203.0.113.9', ['172.30.87.0/24'], '203.0.113.9'],
  ['172.30.88.6', '203.0.113.9', ['172.30.87.0/24'], '172.30.88.6'],
  ['fd00::5', '203.0.113.9', ['10.0.0.5', 'fd00::5'], '203.0.113.9'],
  ['172.30.87.6', undefined, ['172.30.87.0/24'], '172.30.87.6'],
])('%s with X-Forwarded-For %s, trusting %j: %s', async (remote, forwarded, trusted, expected) => {
  expect(await addressOf(remote, forwarded, trusted)).toBe(expected);
});
