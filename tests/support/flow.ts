import { test as base, type Browser, type BrowserContext, type Page } from '@playwright/test';
import { createCable, startRelay, type Cable, type TestRelay } from './relay.ts';

/** Passwords, names and mails of the tests' people. */
export const ADMIN = {
  workspace: 'Công ty Thử Nghiệm',
  name: 'Trần Quản Trị',
  email: 'admin@example.vn',
  password: 'mat-khau-dai-1',
};

/** A person at a browser: a context of their own and a cable to the relay of their own. */
export interface Person {
  readonly page: Page;
  readonly context: BrowserContext;
  readonly cable: Cable;
  /** The address this person's browser uses. */
  readonly url: string;
}

interface Fixtures {
  /** Environment of the relay, where a test needs one. */
  relayEnv: Record<string, string>;
  relay: TestRelay;
  /** Opens a browser for somebody who has not signed in. */
  person: (options?: { viewport?: { width: number; height: number }; serviceWorkers?: 'block' }) => Promise<Person>;
  /** The administrator of a new workspace, signed in, at the contact list. */
  admin: Person;
}

export const test = base.extend<Fixtures>({
  relayEnv: [{}, { option: true }],
  relay: async ({ relayEnv }, use) => {
    const relay = await startRelay(relayEnv);
    await use(relay);
    await relay.close();
  },
  person: async ({ relay, browser }, use) => {
    const people: Person[] = [];
    await use(async (options) => {
      const one = await openPerson(browser, relay, options);
      people.push(one);
      return one;
    });
    for (const { context, cable } of people) {
      await context.close();
      await cable.close();
    }
  },
  admin: async ({ person }, use) => {
    const admin = await person();
    await setUp(admin);
    await use(admin);
  },
});
export { expect } from '@playwright/test';

async function openPerson(browser: Browser, relay: TestRelay, options: object = {}): Promise<Person> {
  const cable = await createCable(relay.port);
  const context = await browser.newContext({
    baseURL: cable.url,
    locale: 'vi-VN',
    timezoneId: 'Asia/Ho_Chi_Minh',
    ...options,
  });
  const page = await context.newPage();
  return { page, context, cable, url: cable.url };
}

/** Makes the workspace over the API, as the first-run screen does, and opens the contact list. */
export async function setUp(admin: Person): Promise<void> {
  const answer = await admin.context.request.post('/api/setup', { data: ADMIN, headers: { origin: admin.url } });
  if (!answer.ok()) throw new Error(`setup: ${answer.status()} ${await answer.text()}`);
  await openList(admin.page);
}

/** Invites a colleague and signs them up in their own browser. */
export async function joinAs(admin: Person, colleague: Person, name: string, email: string): Promise<void> {
  const invited = await admin.context.request.post('/api/invitations', {
    data: { email, role: 'member' },
    headers: { origin: admin.url },
  });
  const { id } = (await invited.json()) as { id: string };
  const joined = await colleague.context.request.post(`/api/invitations/${id}/accept`, {
    data: { name, password: 'mat-khau-dai-2' },
    headers: { origin: colleague.url },
  });
  if (!joined.ok()) throw new Error(`accept: ${joined.status()} ${await joined.text()}`);
  await openList(colleague.page);
}

/** Waits until the device has the whole build, so that every part of the app opens without a network. */
export const onDevice = (page: Page) => page.waitForFunction(() => navigator.serviceWorker.controller !== null);

/** Opens the contact list and waits until it has synced. */
export async function openList(page: Page): Promise<void> {
  await page.goto('/contacts');
  await page.getByRole('heading', { level: 1, name: 'Liên hệ' }).waitFor();
  await page
    .getByText(/Đã đồng bộ/)
    .first()
    .waitFor({ state: 'attached' });
}
