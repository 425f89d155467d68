import { defineConfig, devices } from '@playwright/test';
import { browserLaunch } from './tests/support/browser.ts';

/** Each test starts a relay of its own on a free port (tests/support/relay.ts): nothing is shared, everything is real. */
export default defineConfig({
  testDir: 'tests/e2e',
  testMatch: '**/*.e2e.ts',
  fullyParallel: true,
  // one more than cores: a flow waits for disks, timers and other processes half of its time
  workers: 3,
  // generous: two browsers and their relays on two cores; a test that passes never waits for either
  timeout: 120_000,
  // longer than a device waits at most before it tries the relay again
  expect: { timeout: 45_000 },
  forbidOnly: !!process.env.CI,
  retries: 0,
  use: {
    locale: 'vi-VN',
    timezoneId: 'Asia/Ho_Chi_Minh',
    // a trace takes a quarter of a run's time; `TRACE=1 npm run e2e -- NAME` makes one of a test that fails
    trace: process.env.TRACE ? 'retain-on-failure' : 'off',
    screenshot: 'only-on-failure',
    contextOptions: { reducedMotion: 'reduce' },
    serviceWorkers: 'allow',
    launchOptions: browserLaunch(),
  },
  projects: [{ name: 'chromium', use: { ...devices['Desktop Chrome'] } }],
});
