import { describe, expect, it, vi } from 'vitest';
import { command, field, guard, view, type Contribution, type Ctx, type Half } from '#plugin-api';
import { createTestHost, memoryStorage, pluginModule } from './testing.ts';

const unused = () => Promise.reject(new Error('unused'));
const verb = (id: string): Contribution =>
  command({ id, title: { vi: `Làm ${id}`, en: `Do ${id}` }, at: ['list'], run: unused });
const colour = field({ id: 'colour', entity: 'contact', type: 'text', title: 'Colour' });
const keys = (host: ReturnType<typeof createTestHost>['host']) => host.contributions(command).map(({ key }) => key);

describe('enable and disable', () => {
  it('enables what the workspace does not switch off, and follows it without a reload', async () => {
    const { host, enable, info } = createTestHost([pluginModule('a', [verb('x')]), pluginModule('b', [verb('y')])]);
    await host.loaded();
    expect(keys(host)).toEqual(['a.command@1.x', 'b.command@1.y']);
    enable('a', false);
    expect(keys(host)).toEqual(['b.command@1.y']);
    expect(info('a')).toMatchObject({ state: 'disabled', contributions: 0 });
    enable('a', true);
    expect(info('a').state).toBe('loading');
    await host.loaded();
    expect(info('a')).toMatchObject({ state: 'enabled', contributions: 1 });
  });

  it('does not load the code of a disabled plugin', async () => {
    const load = vi.fn(unused);
    const { host, enable } = createTestHost([pluginModule('a', load)], { storage: offStorage('a') });
    enable('a', true);
    await host.loaded();
    expect(load).not.toHaveBeenCalled();
  });

  it('leaves nothing behind after 50 rounds', async () => {
    let cleanups = 0;
    const signals: AbortSignal[] = [];
    const module = pluginModule('a', [verb('x'), verb('y')], { data: [colour] });
    const { host, enable, listeners, info } = createTestHost([module]);
    for (let round = 0; round < 50; round++) {
      await host.loaded();
      const ctx = host.ctx('a');
      signals.push(ctx.signal);
      ctx.own(() => void cleanups++);
      expect(info('a').contributions).toBe(3);
      enable('a', false);
      expect(info('a')).toMatchObject({ state: 'disabled', contributions: 0, errors: [] });
      expect([...host.contributions(command), ...host.contributions(field), ...host.fields()]).toEqual([]);
      enable('a', true);
    }
    expect(cleanups).toBe(50);
    expect(signals.every(({ aborted }) => aborted)).toBe(true);
    expect(new Set(signals).size).toBe(50);
    await host.loaded();
    host.close();
    expect(listeners.size).toBe(0);
    expect(keys(host)).toEqual([]);
  });

  it('disabled while loading: nothing stays, not even when the code arrives later', async () => {
    const half = Promise.withResolvers<{ default: Half }>();
    const { host, enable, info } = createTestHost([pluginModule('a', () => half.promise, { data: [colour] })]);
    expect(info('a')).toMatchObject({ state: 'loading', contributions: 1 });
    enable('a', false);
    half.resolve({ default: { plugin: 'a', contributes: [verb('x')] } });
    await host.loaded();
    await half.promise;
    expect(info('a')).toMatchObject({ state: 'disabled', contributions: 0, errors: [] });
    expect(keys(host)).toEqual([]);
  });

  it('disabled and enabled again while loading: each contribution is there once', async () => {
    const first = Promise.withResolvers<{ default: Half }>();
    const half = { default: { plugin: 'a', contributes: [verb('x')] } };
    const load = vi.fn<() => Promise<{ default: Half }>>().mockReturnValueOnce(first.promise).mockResolvedValue(half);
    const { host, enable, info } = createTestHost([pluginModule('a', load)]);
    enable('a', false);
    enable('a', true);
    first.resolve(half);
    await host.loaded();
    expect(keys(host)).toEqual(['a.command@1.x']);
    expect(info('a').errors).toEqual([]);
  });

  it('runs cleanups last in first out, each on its own', async () => {
    const order: number[] = [];
    const { host, enable, info } = createTestHost([pluginModule('a')]);
    await host.loaded();
    const ctx = host.ctx('a');
    ctx.own(() => order.push(1));
    ctx.own(() => {
      throw new Error('cleanup failed');
    });
    ctx.own(() => order.push(3));
    enable('a', false);
    expect(order).toEqual([3, 1]);
    expect(info('a').errors.map(({ message }) => message)).toEqual(['Error: cleanup failed']);
    ctx.own(() => order.push(4)); // too late to wait: runs at once
    expect(order).toEqual([3, 1, 4]);
  });

  it('a device may switch a plugin off for itself, and remembers', async () => {
    const storage = memoryStorage();
    const modules = [pluginModule('a', [verb('x')])];
    const first = createTestHost(modules, { storage });
    await first.host.loaded();
    first.host.setOffOnDevice('a', true);
    expect(first.info('a')).toMatchObject({ state: 'disabled', offOnDevice: true, contributions: 0 });
    const again = createTestHost(modules, { storage });
    expect(again.info('a')).toMatchObject({ state: 'disabled', offOnDevice: true });
    again.host.setOffOnDevice('a', false);
    await again.host.loaded();
    expect(again.info('a').state).toBe('enabled');
    expect(again.info('a').offOnDevice).toBeUndefined();
  });

  it('stops dependents with what they require, and says what is missing', async () => {
    const base = pluginModule('base', [verb('x')]);
    const { host, enable, info } = createTestHost([base, pluginModule('top', [verb('y')], { requires: ['base'] })]);
    await host.loaded();
    enable('base', false);
    expect(keys(host)).toEqual([]);
    expect(info('top')).toMatchObject({
      state: 'failed',
      errors: [{ message: 'requires base, which is off or missing' }],
    });
    enable('base', true);
    await host.loaded();
    expect(keys(host)).toEqual(['base.command@1.x', 'top.command@1.y']);
  });
});

describe('what a plugin does wrong stays with it', () => {
  it('a client module that throws: its fields stay, the others run, the app goes on', async () => {
    const broken = pluginModule('bad', () => Promise.reject(new SyntaxError('chunk is broken')), { data: [colour] });
    const { host, info } = createTestHost([broken, pluginModule('good', [verb('y')])]);
    await host.loaded();
    expect(info('bad')).toMatchObject({ state: 'failed', errors: [{ message: 'SyntaxError: chunk is broken' }] });
    expect(host.fields().map(({ id }) => id)).toEqual(['bad.colour']);
    expect(keys(host)).toEqual(['good.command@1.y']);
  });

  it('a client that never loads fails after 15 s', async () => {
    vi.useFakeTimers();
    try {
      const { host, info } = createTestHost([pluginModule('slow', () => new Promise(() => undefined))]);
      await vi.advanceTimersByTimeAsync(15_000);
      await host.loaded();
      expect(info('slow')).toMatchObject({
        state: 'failed',
        errors: [{ message: 'Error: client.ts did not load within 15 s' }],
      });
    } finally {
      vi.useRealTimers();
    }
  });

  it('refuses a wrong manifest and names the reason', () => {
    const { info } = createTestHost([
      pluginModule('future', [], { api: 2 as 1 }),
      pluginModule('Bad_Id'),
      { folder: 'moved', exports: pluginModule('other').exports },
      { folder: 'empty', exports: {} },
    ]);
    expect(info('future')).toMatchObject({
      state: 'failed',
      errors: [{ message: 'api 2 is not served; this host has 1' }],
    });
    expect(info('Bad_Id').state).toBe('failed');
    expect(info('other').errors[0]!.message).toBe('id "other" is not the name of its folder "moved"');
    expect(info('empty').errors[0]!.message).toBe('plugin.ts exports no plugin');
  });

  it('a half of another plugin is refused', async () => {
    const { host, info } = createTestHost([
      pluginModule('a', () => Promise.resolve({ default: { plugin: 'b', contributes: [verb('x')] } })),
    ]);
    await host.loaded();
    expect(info('a')).toMatchObject({ state: 'failed', contributions: 0 });
  });

  it('a duplicate id is an error on the page of the plugin, the rest stays', async () => {
    const { host, info } = createTestHost([pluginModule('a', [verb('x'), verb('x'), verb('y')])]);
    await host.loaded();
    expect(keys(host)).toEqual(['a.command@1.x', 'a.command@1.y']);
    expect(info('a')).toMatchObject({
      state: 'enabled',
      errors: [{ where: 'a.command@1.x', message: 'duplicate id: x' }],
    });
  });

  it('a call that throws gives undefined, a notice and a line in the log', async () => {
    const { host, info, notices } = createTestHost([pluginModule('a', [verb('x')])]);
    await host.loaded();
    const [entry] = host.contributions(command);
    expect(await host.call(entry!, () => Promise.resolve(7))).toBe(7);
    expect(await host.call(entry!, () => Promise.reject(new TypeError('no such thing')))).toBeUndefined();
    expect(info('a').errors).toMatchObject([{ where: 'a.command@1.x', message: 'TypeError: no such thing' }]);
    expect(notices).toEqual([expect.objectContaining({ tone: 'error' })]);
  });

  it('a cancelled call is no failure', async () => {
    const { host, info, notices } = createTestHost([pluginModule('a', [verb('x')])]);
    await host.loaded();
    const [entry] = host.contributions(command);
    await host.call(entry!, () => Promise.reject(new DOMException('stop', 'AbortError')));
    expect([info('a').errors, notices]).toEqual([[], []]);
  });

  it('a view whose boundary reports three errors within a minute is switched off for the session', async () => {
    let now = 1_000_000;
    const panel = view({ slot: 'settings', id: 'panel', title: { vi: 'Bảng', en: 'Panel' }, load: unused });
    const { host, notices, enable } = createTestHost([pluginModule('a', [panel, verb('x')])], { now: () => now });
    await host.loaded();
    const [entry] = host.contributions(view);
    host.report(entry!, new Error('1'));
    host.report(entry!, new Error('2'));
    now += 60_001;
    host.report(entry!, new Error('3'));
    expect(host.contributions(view)).toHaveLength(1);
    host.report(entry!, new Error('4'));
    host.report(entry!, new Error('5'));
    expect(host.contributions(view)).toEqual([]);
    expect(keys(host)).toEqual(['a.command@1.x']);
    expect(notices.at(-1)!.text).toMatchObject({
      en: '"Panel" of the plugin "Plugin a" was switched off for now: it failed 3 times within a minute.',
    });
    // by hand off and on: a new chance
    enable('a', false);
    enable('a', true);
    await host.loaded();
    expect(host.contributions(view)).toHaveLength(1);
  });

  it('keeps the last 100 errors', async () => {
    const { host, info } = createTestHost([pluginModule('a')]);
    await host.loaded();
    for (let i = 0; i < 150; i++) host.ctx('a').log(`line ${i}`);
    expect(info('a').errors).toHaveLength(100);
    expect(info('a').errors[0]!.message).toBe('line 149');
  });

  it('finds the plugin of an error nobody caught', async () => {
    const errors = new EventTarget();
    // as the build writes it; the tests' own loader would rewrite a real import()
    const run = () => Promise.reject(new Error('import("./Bx3kq.js")'));
    const module = pluginModule('a', [command({ id: 'x', title: 'x', at: [], run })]);
    const { host, info } = createTestHost([module], { errors });
    await host.loaded();
    const reject = (stack: string) => {
      const reason = Object.assign(new Error('late'), { stack });
      const event = Object.assign(new Event('unhandledrejection', { cancelable: true }), { reason });
      errors.dispatchEvent(event);
      return event.defaultPrevented;
    };
    expect(reject('Error: late\n at http://localhost/plugins/a/client/run.ts:3:9')).toBe(true);
    expect(reject('Error: late\n at http://localhost/_app/immutable/chunks/Bx3kq.js:1:99')).toBe(true);
    expect(reject('Error: late\n at http://localhost/_app/immutable/chunks/app.js:1:99')).toBe(false);
    expect(info('a').errors.map(({ message }) => message)).toEqual(['uncaught: Error: late', 'uncaught: Error: late']);
  });
});

describe('ctx', () => {
  const writes = { needs: ['records:read', 'records:write:contact'] as const };

  it('runs commands as values or rejections, and only those it needs', async () => {
    const run = vi.fn().mockResolvedValueOnce({ ok: true, value: { ids: ['c'], undo: 'u' } });
    run.mockResolvedValue({ ok: false, error: { type: 'not-found' } });
    const { host, enable } = createTestHost([pluginModule('a', [], writes)], { port: { run } });
    await host.loaded();
    const ctx = host.ctx('a');
    expect(await ctx.run('contact.delete', { ids: ['c'] })).toEqual({ ids: ['c'], undo: 'u' });
    await expect(ctx.run('contact.delete')).rejects.toMatchObject({
      name: 'CommandFailed',
      error: { type: 'not-found' },
    });
    await expect(ctx.run('company.create')).rejects.toMatchObject({ name: 'NeedMissing' });
    enable('a', false);
    await expect(ctx.run('contact.delete')).rejects.toMatchObject({ name: 'AbortError' });
    expect(run).toHaveBeenCalledTimes(2);
  });

  it('reads records once and lets go; a disabled plugin is not left waiting', async () => {
    const stop = vi.fn();
    const row = { id: 'contact_1', source: 'contact', values: { name: 'Lan' }, updatedAt: 0, createdAt: 0 };
    let answering = true;
    const { host, enable } = createTestHost([pluginModule('a', [], writes)], {
      port: {
        open: (_, onRecord) => {
          if (answering) onRecord({ ...row, source: 'contact', pendingFields: [], conflictValues: [] });
          return { update: () => undefined, stop };
        },
      },
    });
    await host.loaded();
    const ctx = host.ctx('a');
    expect(await ctx.records.get('contact', 'contact_1')).toEqual({ id: 'contact_1', name: 'Lan' });
    expect(await ctx.records.get('company', 'contact_1')).toBeUndefined();
    expect(stop).toHaveBeenCalledTimes(2);
    answering = false;
    const waiting = ctx.records.get('contact', 'contact_1');
    await Promise.resolve();
    enable('a', false);
    await expect(waiting).rejects.toMatchObject({ name: 'AbortError' });
    expect(stop).toHaveBeenCalledTimes(3);
  });

  it('navigates and notifies while enabled, and not after', async () => {
    const { host, enable, paths, notices } = createTestHost([pluginModule('a')]);
    await host.loaded();
    const ctx: Ctx = host.ctx('a');
    ctx.navigate('/import');
    ctx.notify('hello', 'warn');
    enable('a', false);
    ctx.navigate('/later');
    host.ctx('a').notify('later');
    expect(paths).toEqual(['/import']);
    expect(notices).toEqual([{ text: 'hello', tone: 'warn' }]);
  });
});

describe('guards', () => {
  const save = { on: 'record.save', type: 'contact', patch: { name: 'Lan' } } as const;
  const remove = { on: 'record.remove', type: 'contact', ids: ['contact_1'] } as const;
  const says = (id: string, check: () => Promise<unknown>, on: 'record.save' | 'record.remove' = 'record.save') =>
    guard({ id, on, check: () => Promise.resolve({ default: check as never }) });
  const allow = () => Promise.resolve({ allow: true });
  const deny = () => Promise.resolve({ allow: false, reason: { vi: 'Không', en: 'No' } });

  it('asks those of the intent; a denial wins; answers keep the order of the questions', async () => {
    const { host } = createTestHost([pluginModule('a', [says('yes', allow)]), pluginModule('b', [says('no', deny)])]);
    expect(await host.askGuards([remove, save, remove])).toEqual([
      { allow: true },
      { allow: false, plugin: 'b', reason: 'No' },
      { allow: true },
    ]);
  });

  it('tells the worker which intents are guarded, and both while something loads', async () => {
    const { host, guarded, enable } = createTestHost([pluginModule('a', [says('yes', allow)]), pluginModule('b', [])]);
    expect(guarded.intents).toEqual(['record.remove', 'record.save']);
    await host.loaded();
    await vi.waitFor(() => expect(guarded.intents).toEqual(['record.save']));
    enable('a', false);
    expect(guarded.intents).toEqual([]);
    expect(guarded.ask).toBe(host.askGuards);
  });

  it.each([
    ['throws', () => Promise.reject(new Error('bug'))],
    [
      'throws at once',
      () => {
        throw new Error('bug');
      },
    ],
    ['answers nonsense', () => Promise.resolve({ allow: 'yes' })],
    ['answers nothing', () => Promise.resolve(undefined)],
  ])('a guard that %s denies and is logged', async (_, check) => {
    const { host, info } = createTestHost([pluginModule('a', [says('bad', check), says('good', allow)])]);
    const [answer] = await host.askGuards([save]);
    expect(answer).toMatchObject({
      allow: false,
      plugin: 'a',
      reason: expect.stringContaining('could not check') as string,
    });
    expect(info('a').errors).toHaveLength(1);
  });

  it('a guard whose code does not load denies', async () => {
    const { host } = createTestHost([pluginModule('a', [guard({ id: 'g', on: 'record.save', check: unused })])]);
    expect(await host.askGuards([save])).toMatchObject([{ allow: false, plugin: 'a' }]);
  });

  it('slow and hanging guards share one limit of 500 ms, loading included', async () => {
    vi.useFakeTimers();
    try {
      const after = <T>(ms: number, value: T) => new Promise<T>((resolve) => setTimeout(() => resolve(value), ms));
      const slowLoad = guard({
        id: 'load',
        on: 'record.save',
        check: () => after(300, { default: () => after(300, { allow: true }) as never }),
      });
      const inTime = guard({
        id: 'ok',
        on: 'record.remove',
        check: () => after(200, { default: () => after(200, { allow: true }) as never }),
      });
      const { host } = createTestHost([
        pluginModule('a', [slowLoad, inTime, says('hang', () => new Promise(() => undefined))]),
      ]);
      await host.loaded();
      const started = Date.now();
      const asking = host.askGuards([save, remove]);
      await vi.advanceTimersByTimeAsync(500);
      expect(await asking).toMatchObject([{ allow: false, plugin: 'a' }, { allow: true }]);
      expect(Date.now() - started).toBe(500);
      expect(vi.getTimerCount()).toBeLessThanOrEqual(1); // the slow guard's own
    } finally {
      vi.useRealTimers();
    }
  });

  it('waits for plugins that are loading rather than passing by their guards', async () => {
    const half = Promise.withResolvers<{ default: Half }>();
    const { host } = createTestHost([pluginModule('a', () => half.promise)]);
    const asking = host.askGuards([save]);
    half.resolve({ default: { plugin: 'a', contributes: [says('no', deny)] } });
    expect(await asking).toEqual([{ allow: false, plugin: 'a', reason: 'No' }]);
  });

  it('a guard that keeps failing keeps denying', async () => {
    const { host } = createTestHost([pluginModule('a', [says('bad', () => Promise.reject(new Error('bug')))])]);
    for (let i = 0; i < 5; i++) expect(await host.askGuards([save])).toMatchObject([{ allow: false }]);
  });
});

function offStorage(id: string) {
  const storage = memoryStorage();
  storage.setItem('lienhe:plugins-off', JSON.stringify([id]));
  return storage;
}
