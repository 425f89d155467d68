import AxeBuilder from '@axe-core/playwright';
import { createContact } from '../support/contacts.ts';
import { expect, test } from '../support/flow.ts';
import { fillWithSamples } from '../support/samples.ts';

for (const scheme of ['light', 'dark'] as const) {
  test(`WCAG 2.2 AA: axe finds nothing on any screen, ${scheme}`, async ({ admin }) => {
    test.setTimeout(120_000);
    const { page } = admin;
    await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
    await fillWithSamples(admin, 30);
    await createContact(page, 'Nguyễn Thị Tiếp Cận', '0912 345 678');
    const detail = new URL(page.url()).pathname;
    for (const width of [1280, 390]) {
      await page.setViewportSize({ width, height: 844 });
      for (const path of [
        '/contacts',
        detail,
        '/contacts/new',
        '/contacts/bin',
        '/import',
        '/settings',
        '/settings/members',
        '/settings/roles',
        '/settings/visibility',
        '/settings/sync',
        '/settings/device',
        '/settings/plugins',
        '/settings/tokens',
      ]) {
        await page.goto(path);
        await page.getByRole('heading').first().waitFor();
        await page.waitForFunction(
          () => !document.querySelector('[aria-busy=true]') && document.getAnimations().length === 0,
        );
        const { violations } = await new AxeBuilder({ page })
          .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'])
          .analyze();
        expect(
          violations.map((v) => `${path} ${width}: ${v.id} ${v.nodes.map((n) => n.target.join(' ')).join(', ')}`),
        ).toEqual([]);
      }
    }
  });
}
