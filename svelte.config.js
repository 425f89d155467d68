import { execSync } from 'node:child_process';
import adapter from '@sveltejs/adapter-static';

// kit loads this file more than once per build (and again in a child process): the version must stay the same
process.env.APP_VERSION ??= version();

function version() {
  try {
    const hash = execSync('git rev-parse --short=12 HEAD', { stdio: ['ignore', 'pipe', 'ignore'] })
      .toString()
      .trim();
    return `${hash}-${Date.now().toString(36)}`;
  } catch {
    return Date.now().toString(36); // not a git checkout
  }
}

/** @type {import('@sveltejs/kit').Config} */
export default {
  compilerOptions: {
    runes: ({ filename }) => (filename.split(/[/\\]/).includes('node_modules') ? undefined : true),
  },
  kit: {
    adapter: adapter({ fallback: 'index.html', precompress: true }),
    files: { lib: 'src/ui', serviceWorker: 'src/service-worker/index.ts' },
    serviceWorker: { register: false },
    csp: {
      mode: 'hash',
      directives: {
        'default-src': ['self'],
        'script-src': ['self'],
        'style-src': ['self', 'unsafe-inline'],
        'img-src': ['self', 'data:', 'blob:'],
        'connect-src': ['self'],
        'worker-src': ['self'],
        'object-src': ['none'],
        'base-uri': ['self'],
      },
    },
    version: { name: process.env.APP_VERSION },
    typescript: {
      config(c) {
        c.include.push(
          '../plugins/**/*.ts',
          '../plugins/**/*.svelte',
          '../tests/**/*.ts',
          '../scripts/**/*.ts',
          '../sync-server/**/*.ts',
          '../*.ts',
        );
        return c;
      },
    },
  },
};
