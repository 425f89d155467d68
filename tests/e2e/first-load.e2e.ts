import { expect, setUp, test } from '../support/flow.ts';
import { gzippedBytes, staticScripts } from '../support/page-scripts.ts';

/** gzip; the data worker's script loads beside the page and is not counted (docs/adr/0007). */
const MOST_BYTES = 130_000;

const CONTACT_LIST = [
  '+layout.svelte',
  '+error.svelte',
  '(app)/+layout.svelte',
  '(app)/contacts/(list)/+layout.svelte',
  '(app)/contacts/(list)/+page.svelte',
];

const weigh = (paths: Iterable<string>) => {
  const weights = [...paths].map((path) => ({ path, bytes: gzippedBytes(path) })).sort((a, b) => b.bytes - a.bytes);
  return { total: weights.reduce((sum, { bytes }) => sum + bytes, 0), weights };
};

test('first load: what the contact list imports weighs at most 130 kB', () => {
  const { total, weights } = weigh(staticScripts(CONTACT_LIST));
  expect(weights.length).toBeGreaterThan(5);
  expect(total, JSON.stringify(weights.slice(0, 10))).toBeLessThanOrEqual(MOST_BYTES);
});

test('first load: signing in imports nothing of the list', () => {
  const { total, weights } = weigh(staticScripts(['+layout.svelte', '+error.svelte', '(auth)/login/+page.svelte']));
  expect(weights.length).toBeGreaterThan(3);
  expect(total, JSON.stringify(weights.slice(0, 10))).toBeLessThanOrEqual(90_000);
});

test('first load: what a newcomer’s contact list fetches weighs at most 130 kB', async ({ person }) => {
  const newcomer = await person();
  const scripts = new Set<string>();
  newcomer.page.on('response', (response) => {
    const { pathname } = new URL(response.url());
    if (pathname.startsWith('/_app/') && pathname.endsWith('.js')) scripts.add(pathname);
  });
  await setUp(newcomer);
  // by then it has fetched what it fetches of itself: the list has synced, the build is cached, the page is idle
  await newcomer.page.evaluate(async () => {
    await navigator.serviceWorker.ready;
    await new Promise((resolve) => requestAnimationFrame(() => requestIdleCallback(resolve)));
  });
  const { total, weights } = weigh([...scripts].filter((path) => !path.includes('/workers/')));
  for (const needed of staticScripts(CONTACT_LIST)) expect([...scripts]).toContain(`/${needed}`);
  expect(total, JSON.stringify(weights.slice(0, 10))).toBeLessThanOrEqual(MOST_BYTES);
});
