import { sveltekit } from '@sveltejs/kit/vite';
import tailwindcss from '@tailwindcss/vite';
import { SvelteKitPWA } from '@vite-pwa/sveltekit';
import { defineConfig } from 'vite';

const relay = process.env.RELAY_URL ?? 'http://127.0.0.1:8787';
const socket = { target: relay.replace(/^http/, 'ws'), ws: true };

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
            // what every start shows, with all it imports: each file costs a trip through the service worker
            {
              name: 'first',
              test: /src[\\/]routes[\\/](\(app\)[\\/](contacts[\\/]\(list\)[\\/])?)?\+(layout|page|error)\.svelte/,
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
