import AxeBuilder from '@axe-core/playwright';
import { createContact } from '../support/contacts.ts';
import { expect, test, type Person } from '../support/flow.ts';
import { fillWithSamples } from '../support/samples.ts';

// no page starts without a network here: the build need not be put on the device
test.use({ serviceWorkers: 'block' });

/** A theme changes colours alone: what is not about them is looked at once for each width. */
const LOOKS = [
  { width: 1280, colorScheme: 'light', rules: 'all' },
  { width: 1280, colorScheme: 'dark', rules: 'colours' },
  { width: 390, colorScheme: 'dark', rules: 'colours' },
  { width: 390, colorScheme: 'light', rules: 'all' },
] as const;

/** Every screen, wide and narrow, light and dark; loaded once, since it follows both while it is open. */
async function findNothing({ page }: Person, paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    await page.goto(path);
    await page.getByRole('heading').first().waitFor();
    for (const { width, colorScheme, rules } of LOOKS) {
      await page.setViewportSize({ width, height: 844 });
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await page.waitForFunction(
        (theme) =>
          document.documentElement.dataset.theme === theme &&
          !document.querySelector('[aria-busy=true]') &&
          document.getAnimations().length === 0,
        colorScheme,
      );
      // no frames of other origins: the whole result can be made in the page, without a second one
      const axe = new AxeBuilder({ page }).setLegacyMode();
      if (rules === 'all') axe.withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']);
      else axe.withRules(['color-contrast', 'link-in-text-block']);
      const { violations } = await axe.analyze();
      expect(
        violations.map((v) => `${path} ${width}: ${v.id} ${v.nodes.map((n) => n.target.join(' ')).join(', ')}`),
      ).toEqual([]);
    }
  }
}

test('WCAG 2.2 AA: axe finds nothing on the screens of contacts', async ({ admin }) => {
  const { page } = admin;
  await fillWithSamples(admin, 30);
  await createContact(page, 'Nguyễn Thị Tiếp Cận', '0912 345 678');
  const detail = new URL(page.url()).pathname;
  await findNothing(admin, ['/contacts', detail, '/contacts/new', '/contacts/bin', '/import']);
});

test('WCAG 2.2 AA: axe finds nothing on the screens of companies', async ({ admin }) => {
  const { page } = admin;
  await fillWithSamples(admin, 12);
  await page.goto('/companies');
  const company = (await page.getByRole('rowheader').getByRole('link').first().getAttribute('href'))!;
  const beside = `/companies?open=${company.split('/').pop()!}`;
  await findNothing(admin, ['/companies', company, beside, '/companies/new', '/companies/bin']);
});

test('WCAG 2.2 AA: axe finds nothing on the screens of settings', async ({ admin }) => {
  await findNothing(admin, [
    '/settings',
    '/settings/members',
    '/settings/roles',
    '/settings/visibility',
    '/settings/sync',
    '/settings/device',
    '/settings/plugins',
    '/settings/tokens',
  ]);
});
