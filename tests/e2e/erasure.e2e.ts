import { createContact, editField, openContact, rowOf, syncBadge } from '../support/contacts.ts';
import { expect, joinAs, onDevice, openList, test } from '../support/flow.ts';

test('L7: an administrator erases a contact; it is gone here at once, and there when the other is back', async ({
  admin,
  person,
}) => {
  const binh = await person();
  await createContact(admin.page, 'Vũ Cần Xóa', '0906 222 444');
  await createContact(admin.page, 'Vũ Ở Lại', '0906 222 555');
  await joinAs(admin, binh, 'Lê Văn Bình', 'binh@example.vn');
  await openContact(binh.page, 'Vũ Cần Xóa');
  await onDevice(binh.page);
  binh.cable.pull();
  await expect(syncBadge(binh.page)).toContainText(/ngoại tuyến/i, { timeout: 20_000 });
  await editField(binh.page, 'Chức vụ', 'Kế toán');
  await binh.page.getByRole('button', { name: 'Thao tác khác' }).first().click();
  await expect(binh.page.getByRole('menuitem', { name: 'Sửa' })).toBeVisible();
  await expect(binh.page.getByRole('menuitem', { name: /vĩnh viễn/ })).toHaveCount(0);
  await binh.page.keyboard.press('Escape');

  await openList(admin.page);
  await openContact(admin.page, 'Vũ Cần Xóa');
  await admin.page.getByRole('button', { name: 'Thao tác khác' }).click();
  await admin.page.getByRole('menuitem', { name: 'Xóa vĩnh viễn theo yêu cầu (quyền riêng tư)' }).click();
  const dialog = admin.page.getByRole('dialog', { name: 'Xóa vĩnh viễn Vũ Cần Xóa?' });
  await dialog.getByRole('textbox').fill('xóa vĩnh viễn');
  await dialog.getByRole('button', { name: 'Xóa vĩnh viễn' }).click();
  await expect(admin.page.getByText('Đã xóa vĩnh viễn Vũ Cần Xóa.')).toBeVisible();
  await openList(admin.page);
  await expect(rowOf(admin.page, 'Vũ Ở Lại')).toBeVisible();
  await expect(rowOf(admin.page, 'Vũ Cần Xóa')).toHaveCount(0);

  binh.cable.plug();
  await expect(binh.page.getByRole('heading', { level: 1, name: 'Vũ Cần Xóa' })).toHaveCount(0, { timeout: 40_000 });
  // that it was not taken is told, what was typed is not kept
  await binh.page.goto('/tray');
  await expect(binh.page.getByText(/xóa vĩnh viễn theo yêu cầu về quyền riêng tư/)).toBeVisible();
  await expect(binh.page.getByText('Kế toán')).toHaveCount(0);
  await openList(binh.page);
  await expect(rowOf(binh.page, 'Vũ Ở Lại')).toBeVisible();
  await expect(rowOf(binh.page, 'Vũ Cần Xóa')).toHaveCount(0);
});
