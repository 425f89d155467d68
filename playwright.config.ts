import { defineConfig, devices } from '@playwright/test';
import { browserLaunch } from './tests/support/browser.ts';

/** Each test starts a relay of its own on a free port (tests/support/relay.ts): nothing is shared, everything is real. */
export default defineConfig({
  testDir: 'tests/e2e',
  testMatch: '**/*.e2e.ts',
  fullyParallel: true,
  workers: 2,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  forbidOnly: !!process.env.CI,
  retries: 0,
  use: {
    locale: 'vi-VN',
    timezoneId: 'Asia/Ho_Chi_Minh',
    trace: 'retain-on-failure',
    serviceWorkers: 'allow',
    launchOptions: browserLaunch(),
  },
  projects: [{ name: 'chromium', use: { ...devices['Desktop Chrome'] } }],
});
