/// <reference lib="webworker" />
/// <reference types="@sveltejs/kit" />
import { version } from '$service-worker';
import { foreignFile } from './shell-of-build.ts';

/*
 * Keeps the whole app on the device: after one visit every route, plugin chunk and worker opens without a network.
 * It guarantees that a page never gets files of two builds: each build has a cache of its own, which is complete before
 * it is used; the page (`/`) in it names only files of that build; and a new build waits until the person says so.
 * Data never passes through here: /api, /sync, /rooms and the server halves of plugins (/p) go to the network.
 */
declare const self: ServiceWorkerGlobalScope & {
  __WB_MANIFEST: readonly { readonly url: string; readonly revision: string | null }[];
};

const PREFIX = 'lienhe-app-';
const CACHE = `${PREFIX}${version}`;
const SHELL = '/';
const NETWORK_ONLY = /^\/(api|sync|rooms)(\/|$)/;

const paths = self.__WB_MANIFEST.map((entry) => new URL(entry.url, self.location.origin).pathname);
const files: ReadonlySet<string> = new Set(paths.filter((path) => path !== SHELL && path !== '/service-worker.js'));

async function install(): Promise<void> {
  const cache = await caches.open(CACHE);
  // the page first: a deploy in the middle of an install must not mix two builds, and shows at once
  const page = await fetch(SHELL, { cache: 'reload', credentials: 'same-origin' });
  if (!page.ok) throw new Error(`the page answered ${page.status}`);
  const foreign = foreignFile(await page.clone().text(), self.location.origin, files);
  if (foreign) throw new Error(`the page is of another build: ${foreign}`);

  await Promise.all([...files].map((path) => store(cache, path)));
  await cache.put(SHELL, page);
}

async function store(cache: Cache, path: string): Promise<void> {
  const hashed = path.includes('/_app/immutable/');
  // what an earlier build already brought needs no second download
  const known = hashed ? await caches.match(path, { ignoreVary: true }) : undefined;
  const response = known ?? (await fetch(path, { cache: hashed ? 'default' : 'reload' }));
  if (!response.ok) throw new Error(`${path} answered ${response.status}`);
  await cache.put(path, response);
}

async function activate(): Promise<void> {
  for (const name of await caches.keys()) if (name.startsWith(PREFIX) && name !== CACHE) await caches.delete(name);
  await self.clients.claim();
}

async function answer(key: string, request: Request): Promise<Response> {
  const cache = await caches.open(CACHE);
  return (await cache.match(key, { ignoreVary: true, ignoreSearch: true })) ?? fetch(request);
}

self.addEventListener('install', (event) => event.waitUntil(install()));
self.addEventListener('activate', (event) => event.waitUntil(activate()));
self.addEventListener('message', (event) => {
  if (event.data === 'SKIP_WAITING') void self.skipWaiting();
  if (event.data === `CLAIM ${version}`) event.waitUntil(self.clients.claim());
});
self.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== self.location.origin || NETWORK_ONLY.test(url.pathname)) return;
  if (files.has(url.pathname)) event.respondWith(answer(url.pathname, request));
  // a page of a plugin (/p/…) is a route of the app, a request to its server half is not
  else if (request.mode === 'navigate') event.respondWith(answer(SHELL, request));
});
