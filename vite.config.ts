import { sveltekit } from '@sveltejs/kit/vite';
import tailwindcss from '@tailwindcss/vite';
import { defineConfig } from 'vite';

const relay = process.env.RELAY_URL ?? 'http://127.0.0.1:8787';
const socket = { target: relay.replace(/^http/, 'ws'), ws: true };

export default defineConfig({
  plugins: [tailwindcss(), sveltekit()],
  worker: { format: 'es' },
  build: { target: 'es2022' },
  server: {
    proxy: { '/api': relay, '/sync': socket, '/rooms': socket },
  },
});
