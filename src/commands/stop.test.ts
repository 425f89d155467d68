import { expect, test } from 'vitest';
import { createMemoryContext } from '#tests/support/memory-context.ts';
import { createCommands } from './run.ts';

test('a change of many tells how far it is; stopped, it keeps what was written, with one undo for that', async () => {
  const context = createMemoryContext();
  const ids = Array.from({ length: 1_100 }, () => context.newId('contact'));
  await context.commit(ids.map((id, i) => ({ id, changes: { name: `Khách ${i}`, title: 'Cũ' }, create: true })));
  const commands = createCommands(context);
  const told: number[] = [];
  let stop = false;
  const watch = {
    progress: (done: number, total: number) => {
      expect(total).toBe(1_100);
      told.push(done);
      stop = done >= 512;
    },
    stopped: () => stop,
  };
  const changed = await commands.run('contact.edit-many', { ids, values: { title: 'Mới' } }, watch);
  if (!changed.ok) throw new Error('refused');
  const titles = () => ids.filter((id) => context.row(id)?.values.title === 'Mới').length;
  // asked before each pack: the one that was begun is finished
  expect(told).toEqual([0, 512]);
  expect(changed.value.ids).toHaveLength(1_024);
  expect(titles()).toBe(1_024);

  const undone = await commands.run('undo', { token: changed.value.undo });
  expect(undone.ok && undone.value.ids.length).toBe(1_024);
  expect(titles()).toBe(0);

  told.length = 0;
  stop = false;
  const binned = await commands.run('contact.delete', { ids }, { ...watch, stopped: () => false });
  expect(binned.ok && binned.value.ids.length).toBe(1_100);
  expect(told).toEqual([0, 512, 1_024]);
});
