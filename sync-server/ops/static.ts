import { existsSync } from 'node:fs';
import { serveStatic } from '@hono/node-server/serve-static';
import { Hono, type Context } from 'hono';
import type { AppEnv } from '../api/env.ts';

/** Serves the built app: files (with their .br/.gz twins), and its shell for every page's address. */
export function staticRoutes(webRoot: string): Hono<AppEnv> {
  const routes = new Hono<AppEnv>();
  if (!existsSync(webRoot)) {
    routes.get('/', (c) =>
      c.text('Ứng dụng chưa được đóng gói: chạy "npm start". / The app is not built yet: run "npm start".', 503),
    );
    return routes;
  }
  // hashed names never change; everything else (shell, service worker, manifest) is asked for anew each time
  const onFound = (path: string, c: Context) =>
    c.header(
      'Cache-Control',
      /[\\/]_app[\\/]immutable[\\/]/.test(path) ? 'public, max-age=31536000, immutable' : 'no-cache',
    );
  routes.use('*', serveStatic({ root: webRoot, precompressed: true, onFound }));
  // a chunk of an older build must be missing, not HTML; the same for any other file
  const shell = serveStatic({ root: webRoot, path: 'index.html', precompressed: true, onFound });
  routes.get('*', (c, next) => (isPage(c.req.path) ? shell(c, next) : next()));
  return routes;
}

const isPage = (path: string): boolean => !path.startsWith('/_app/') && !/\.[^/]*$/.test(path);
