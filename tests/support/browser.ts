import { existsSync } from 'node:fs';
import { chromium } from 'playwright';

/**
 * Which Chromium the tests start: CHROMIUM_PATH; else Playwright's own (`npx playwright install chromium`);
 * else one of the system. Nothing found: Playwright prints its usual "run npx playwright install".
 */
export function browserLaunch(): { executablePath?: string; args: string[] } {
  const args = [
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--disable-gpu',
  ];
  if (process.getuid?.() === 0) args.push('--no-sandbox');
  const forced = process.env.CHROMIUM_PATH;
  if (forced) return { executablePath: forced, args };
  if (existsSync(chromium.executablePath())) return { args };
  const system = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((p) =>
    existsSync(p),
  );
  return system ? { executablePath: system, args } : { args };
}
