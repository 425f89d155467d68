import { createContact, rowOf } from '../support/contacts.ts';
import { expect, test } from '../support/flow.ts';

interface Start {
  /** The worker was there before the page had a body, that is before any code of the app. */
  readonly beforeBody: boolean;
}

test('a start reads the copy early: one data worker, begun before the page; not for the next person', async ({
  admin,
}) => {
  const { page, context } = admin;
  await createContact(page, 'Đinh Khởi Động', '0906 111 225');
  await context.addInitScript(() => {
    const starts: Start[] = [];
    const Real = SharedWorker;
    Object.assign(window, {
      starts,
      SharedWorker: class extends Real {
        constructor(url: string | URL, options?: WorkerOptions) {
          super(url, options);
          starts.push({ beforeBody: (document.body as HTMLElement | null) === null });
        }
      },
    });
  });
  const starts = () => page.evaluate(() => (window as unknown as { starts: Start[] }).starts);
  await page.goto('/contacts');
  await expect(rowOf(page, 'Đinh Khởi Động')).toBeVisible();
  expect((await starts()).map(({ beforeBody }) => beforeBody)).toEqual([true]);

  await page.getByRole('button', { name: 'Tài khoản' }).click();
  await page.getByRole('menuitem', { name: 'Đăng xuất' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Đăng xuất' }).click();
  await page.getByRole('button', { name: 'Đăng nhập' }).waitFor();
  expect(await page.evaluate(() => localStorage.getItem('lienhe:wake'))).toBeNull();
  await page.reload();
  await page.getByRole('button', { name: 'Đăng nhập' }).waitFor();
  expect(await starts()).toEqual([]);
});
