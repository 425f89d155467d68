import '../../app.css';
import { describe, expect, it } from 'vitest';
import { page } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import { command } from '#plugin-api';
import { createPluginHost } from '#plugin-host/host.ts';
import { pluginModule } from '#plugin-host/testing.ts';
import { createMemoryApp, memoryWorkspace } from '#tests/support/memory-app.ts';
import type { Notice, UiApp } from '../app-context.ts';
import Stage from './testing/Stage.svelte';

const verb = command({ id: 'x', title: 'x', at: [], run: () => Promise.reject(new Error('unused')) });

/** The page over a real host and a workspace that can be switched. */
async function open(role: 'admin' | 'member' = 'admin', refuses: ReadonlySet<string> = new Set()) {
  let data = memoryWorkspace();
  if (role === 'member') data = { ...data, members: data.members.map((member) => ({ ...member, role: 'member' })) };
  const listeners = new Set<(next: typeof data) => void>();
  const memory = createMemoryApp(data);
  const workspace: UiApp['workspace'] = {
    ...memory.workspace,
    data: () => data,
    onData: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    async write(change) {
      if (change.type !== 'set-plugin') throw new Error(change.type);
      if (refuses.has(change.id)) return { ok: false, error: { type: 'forbidden' } };
      data = { ...data, plugins: { ...data.plugins, [change.id]: change.enabled } };
      for (const listener of listeners) listener(data);
      return { ok: true, value: undefined };
    },
  };
  const host = createPluginHost({
    port: memory.port,
    workspaceData: workspace,
    notify: () => undefined,
    locale: () => 'vi',
    navigate: () => undefined,
    storage: { getItem: () => null, setItem: () => undefined },
    modules: [
      pluginModule('good', [verb], { description: 'Làm việc tốt', needs: ['records:read', 'net:api.example.vn'] }),
      pluginModule('bad', () => Promise.reject(new Error('chunk is broken'))),
    ],
  });
  await host.loaded();
  const notices: Notice[] = [];
  const app: UiApp = {
    me: memory.me,
    port: memory.port,
    workspace,
    plugins: host,
    members: () => data.members,
    notify: (notice) => notices.push(notice),
    signOut: () => Promise.resolve(),
  };
  await render(Stage, { app });
  return { host, notices };
}

const card = (name: string) => page.getByRole('article', { name });

describe('plugins page', () => {
  it('switches a plugin for the workspace and for this device, without a reload', async () => {
    const { host } = await open();
    const good = card('Tiện ích good');
    await expect.element(good.getByText('Đang bật')).toBeVisible();
    await expect.element(good.getByText('1 chức năng')).toBeVisible();
    await expect.element(good.getByText('Cần quyền: đọc dữ liệu, kết nối api.example.vn')).toBeVisible();
    await good.getByLabelText('Tắt trên máy này').click();
    await expect.element(good.getByText('Đang tắt')).toBeVisible();
    expect(host.contributions(command)).toEqual([]);
    await good.getByLabelText('Tắt trên máy này').click();
    await expect.element(good.getByText('Đang bật')).toBeVisible();
    await good.getByRole('switch').click();
    await expect.element(good.getByRole('switch')).toHaveAttribute('aria-checked', 'false');
    await expect.element(good.getByText('0 chức năng')).toBeVisible();
    expect(good.getByLabelText('Tắt trên máy này').query()).toBeNull();
  });

  it('turns a refused switch back and says why', async () => {
    const { notices } = await open('admin', new Set(['good']));
    const good = card('Tiện ích good').getByRole('switch');
    await good.click();
    await expect.poll(() => notices).toMatchObject([{ tone: 'error' }]);
    await expect.element(good).toHaveAttribute('aria-checked', 'true');
  });

  it('shows what failed, and why', async () => {
    await open();
    await expect.element(card('Tiện ích bad').getByText('Có lỗi')).toBeVisible();
    await expect.element(card('Tiện ích bad').getByText('Error: chunk is broken')).toBeVisible();
  });

  it('lets members switch it on their device only', async () => {
    await open('member');
    await expect.element(card('Tiện ích good').getByRole('switch')).toBeDisabled();
    await expect.element(card('Tiện ích good').getByLabelText('Tắt trên máy này')).toBeEnabled();
  });
});
