import { createNotices } from '#ui/kit/notices.svelte.ts';
import { createApi } from './api.ts';
import { createDeviceStore } from './device-store.ts';
import { createSession, SIGN_OUT_OWED, type SessionAnswer } from './session.svelte.ts';

/**
 * What a tab has before anybody is signed in; the pages of src/routes take it from here, everything below gets it
 * handed. The rest is made by `createApp` once somebody's copy opens.
 */
export const api = createApi((input, init) => fetch(input, init));
export const store = createDeviceStore();
export const notices = createNotices();

/** Asks the relay who is signed in. Pages ask through this, so that a sign-out that is owed comes first. */
export async function askRelay(): Promise<SessionAnswer> {
  if (store.get(SIGN_OUT_OWED)) {
    const ended = await api.signOut();
    if (!ended.ok) return { state: 'unreachable' };
    store.remove(SIGN_OUT_OWED);
  }
  const answer = await api.session();
  return answer.ok ? answer.value : { state: 'unreachable' };
}
export const session = createSession({ store, ask: askRelay });
