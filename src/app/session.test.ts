import { describe, expect, it } from 'vitest';
import type { Me } from '#ui/app-context.ts';
import { createDeviceStore } from './device-store.ts';
import { createSession, SIGN_OUT_OWED, type SessionAnswer } from './session.svelte.ts';

const lan: Me = {
  id: 'u1',
  name: 'Lan',
  email: 'lan@vidu.vn',
  role: 'admin',
  workspaceId: 'w1',
  workspaceName: 'Vi Du',
};
const minh: Me = { ...lan, id: 'u2', name: 'Minh', email: 'minh@vidu.vn', role: 'member' };

function device() {
  const items = new Map<string, string>();
  return createDeviceStore(
    () =>
      ({
        getItem: (key: string) => items.get(key) ?? null,
        setItem: (key: string, value: string) => void items.set(key, value),
        removeItem: (key: string) => void items.delete(key),
      }) as Storage,
  );
}
/** A relay that answers what it is told to, one after the other; the last answer repeats. */
function relay(...answers: SessionAnswer[]) {
  let asked = 0;
  const ask = () => Promise.resolve(answers[Math.min(asked++, answers.length - 1)]!);
  return { ask, asked: () => asked };
}

describe('a start without anybody kept', () => {
  it.each([
    [{ state: 'setup' }, { to: 'setup' }],
    [
      { state: 'signed-out', workspace: 'Vi Du' },
      { to: 'sign-in', workspace: 'Vi Du' },
    ],
    [{ state: 'unreachable' }, { to: 'unreachable' }],
    [
      { state: 'signed-in', me: lan },
      { to: 'open', me: lan },
    ],
  ] as const)('%j leads to %j', async (answer, start) => {
    const session = createSession({ ask: relay(answer).ask, store: device() });
    expect(await session.start()).toEqual(start);
  });

  it('finds nobody in a damaged entry', async () => {
    const store = device();
    store.set('lienhe:me', '{"id":7}');
    const session = createSession({ ask: relay({ state: 'unreachable' }).ask, store });
    expect(await session.start()).toEqual({ to: 'unreachable' });
  });
});

describe('a start with somebody kept', () => {
  it('opens their copy before the relay answers, and offline', async () => {
    const store = device();
    let answer!: (value: SessionAnswer) => void;
    const session = createSession({ ask: () => new Promise((resolve) => (answer = resolve)), store });
    session.signedIn(lan);
    expect(await session.start()).toEqual({ to: 'open', me: lan });
    expect(session.standing).toBe('unknown');
    answer({ state: 'unreachable' });
    await Promise.resolve();
    expect(session.standing).toBe('unknown');
  });

  it('goes on with an expired session, and recovers', async () => {
    const session = createSession({
      ask: relay({ state: 'signed-out', workspace: 'Vi Du' }, { state: 'signed-in', me: lan }).ask,
      store: device(),
    });
    session.signedIn(lan);
    await session.start();
    await Promise.resolve();
    expect(session.standing).toBe('expired');
    await session.check();
    expect(session.standing).toBe('ok');
    expect(session.kept()).toEqual(lan);
  });

  it('keeps a changed role for the next start', async () => {
    const store = device();
    const session = createSession({ ask: relay({ state: 'signed-in', me: { ...lan, role: 'member' } }).ask, store });
    session.signedIn(lan);
    await session.start();
    await session.check();
    expect(session.kept()?.role).toBe('member');
  });

  it('does not write into the copy of one account as another', async () => {
    const session = createSession({ ask: relay({ state: 'signed-in', me: minh }).ask, store: device() });
    session.signedIn(lan);
    await session.start();
    await session.check();
    expect(session.standing).toBe('other-account');
    expect(session.kept()).toEqual(lan);
  });

  it('asks the relay after a sign-out', async () => {
    const asked = relay({ state: 'signed-out', workspace: 'Vi Du' });
    const session = createSession({ ask: asked.ask, store: device() });
    session.signedIn(lan);
    session.forget();
    expect(await session.start()).toEqual({ to: 'sign-in', workspace: 'Vi Du' });
    expect(asked.asked()).toBe(1);
  });
});

describe('a sign-out the relay was not told of', () => {
  it('does not end the session of whoever signs in next', () => {
    const store = device();
    store.set(SIGN_OUT_OWED, '1');
    createSession({ ask: relay({ state: 'unreachable' }).ask, store }).signedIn(minh);
    expect(store.get(SIGN_OUT_OWED)).toBeUndefined();
  });
});

describe('a browser without storage', () => {
  it('remembers for the tab', () => {
    const store = createDeviceStore(() => {
      throw new DOMException('denied', 'SecurityError');
    });
    store.set('a', '1');
    expect(store.get('a')).toBe('1');
    store.remove('a');
    expect(store.get('a')).toBeUndefined();
  });
});
