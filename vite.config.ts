import { sveltekit } from '@sveltejs/kit/vite';
import tailwindcss from '@tailwindcss/vite';
import { SvelteKitPWA } from '@vite-pwa/sveltekit';
import { defineConfig } from 'vite';

const relay = process.env.RELAY_URL ?? 'http://127.0.0.1:8787';
const socket = { target: relay.replace(/^http/, 'ws'), ws: true };

/** Svelte, Kit's client, the outermost layout, and what screens without an account share with the others. */
const BASE = new RegExp(
  [
    'node_modules/(svelte/src|@sveltejs/kit/src/runtime|@lucide/svelte/dist/(Icon|utils|context|defaultAttributes))',
    'vite/preload-helper',
    'src/routes/\\+(layout|page|error)\\.svelte',
    'src/hooks',
    'src/ui/app-context',
    'src/ui/kit/(Banner|Button|Field|Input|Spinner)\\.',
    'src/ui/shell/(Logo|StartScreen|Unreachable|preferences)',
    'src/core/kit/result',
  ]
    .join('|')
    .replaceAll('/', '[\\\\/]'),
);

export default defineConfig({
  plugins: [
    tailwindcss(),
    sveltekit(),
    SvelteKitPWA({
      // our own worker (src/service-worker), built by Kit; the plugin writes the list of this build's files into it
      strategies: 'injectManifest',
      srcDir: 'src/service-worker',
      filename: 'service-worker.js',
      injectRegister: false,
      manifest: false, // static/manifest.webmanifest
      injectManifest: {
        // plugin and worker chunks too: everything opens offline after one visit
        globPatterns: ['client/**/*.{js,css,png,svg,webp,woff2,webmanifest}'],
        maximumFileSizeToCacheInBytes: 4 * 1024 * 1024,
      },
    }),
  ],
  worker: { format: 'es' },
  build: {
    target: 'es2022',
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            // what every start shows, with all it imports, in two files: each costs a trip through the service worker.
            // What signing in needs too …
            { name: 'base', test: BASE, priority: 2 },
            // … and the list
            {
              name: 'first',
              test: /src[\\/]routes[\\/]\(app\)[\\/](contacts[\\/]\(list\)[\\/])?\+(layout|page)\.svelte/,
              priority: 1,
            },
            // one file of icons instead of one for each
            { name: 'icons', test: /@lucide[\\/]svelte/ },
          ],
        },
      },
    },
  },
  server: {
    proxy: { '/api': relay, '/sync': socket, '/rooms': socket },
  },
});
