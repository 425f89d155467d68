import { createNotices } from '#ui/kit/notices.svelte.ts';
import { createApi } from './api.ts';
import { createDeviceStore } from './device-store.ts';
import { createSession } from './session.svelte.ts';

/**
 * What a tab has before anybody is signed in; the pages of src/routes take it from here, everything below gets it
 * handed. The rest is made by `createApp` once somebody's copy opens.
 */
export const api = createApi((input, init) => fetch(input, init));
export const store = createDeviceStore();
/** A sign-out without a network could not end the session's cookie: the relay is told before it is asked anything. */
export const SIGN_OUT_OWED = 'lienhe:sign-out-owed';
export const notices = createNotices();
export const session = createSession({
  store,
  ask: async () => {
    if (store.get(SIGN_OUT_OWED)) {
      const ended = await api.signOut();
      if (!ended.ok) return { state: 'unreachable' };
      store.remove(SIGN_OUT_OWED);
    }
    const answer = await api.session();
    return answer.ok ? answer.value : { state: 'unreachable' };
  },
});
