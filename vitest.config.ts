import { playwright } from '@vitest/browser-playwright';
import { defineConfig, mergeConfig } from 'vitest/config';
import { browserLaunch } from './tests/support/browser.ts';
import vite from './vite.config.ts';

export default mergeConfig(
  vite,
  defineConfig({
    test: {
      // as long as a busy machine takes; a test that passes waits for no more than it needs
      expect: { requireAssertions: true, poll: { timeout: 10_000 } },
      // one more than CI has cores: many tests wait for a relay's process or for a disk
      maxWorkers: 3,
      // a test that passes never waits for it; one that hangs is told from one on a slow machine
      testTimeout: 30_000,
      projects: [
        {
          extends: true,
          test: {
            name: 'unit',
            environment: 'node',
            include: ['{src,plugins,sync-server,tests/simulation,tests/contract,tests/architecture}/**/*.test.ts'],
            exclude: ['**/*.browser.test.ts'],
          },
        },
        {
          extends: true,
          // what a part imports that loads later is found before the tests: else Vite finds it amid one, and reloads the page
          optimizeDeps: { entries: ['{src,plugins}/**/*.svelte', '{src,plugins}/**/*.browser.test.ts'] },
          test: {
            name: 'browser',
            include: ['{src,plugins,tests}/**/*.browser.test.ts'],
            browser: {
              enabled: true,
              headless: true,
              provider: playwright({ launchOptions: browserLaunch() }),
              instances: [{ browser: 'chromium' }],
            },
          },
        },
      ],
    },
  }),
);
