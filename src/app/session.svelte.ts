import type { Me } from '#ui/app-context.ts';
import type { DeviceStore } from './device-store.ts';

/** What the relay says about this browser's session. */
export type SessionAnswer =
  | { readonly state: 'setup' }
  | { readonly state: 'signed-out'; readonly workspace: string }
  | { readonly state: 'signed-in'; readonly me: Me }
  /** No answer, or one that is not the relay's (a captive portal). */
  | { readonly state: 'unreachable' };

/** Where a start leads. */
export type Start =
  | { readonly to: 'open'; readonly me: Me }
  | { readonly to: 'setup' }
  | { readonly to: 'sign-in'; readonly workspace: string }
  | { readonly to: 'unreachable' };

/** How the relay sees the account whose copy is open. 'unknown' until it answered. */
export type Standing = 'unknown' | 'ok' | 'expired' | 'other-account';

const KEY = 'lienhe:me';
/** A sign-out without a network could not end the session's cookie: the relay is told before it is asked anything. */
export const SIGN_OUT_OWED = 'lienhe:sign-out-owed';

/**
 * Who is signed in on this device. Whoever was last is kept, and their copy opens without asking the relay first: a
 * start never waits for the network. The relay's answer afterwards only changes the standing; work goes on meanwhile.
 */
export function createSession({ ask, store }: { ask: () => Promise<SessionAnswer>; store: DeviceStore }) {
  let standing = $state<Standing>('unknown');
  /** The account whose copy this tab has open. */
  let open: Me | undefined;

  function keep(me: Me): void {
    store.set(KEY, JSON.stringify(me));
  }
  function take(answer: SessionAnswer): void {
    if (!open) return;
    switch (answer.state) {
      case 'signed-in':
        standing = answer.me.id === open.id && answer.me.workspaceId === open.workspaceId ? 'ok' : 'other-account';
        if (standing === 'ok') keep(answer.me); // a new role or name
        return;
      case 'signed-out':
      case 'setup':
        standing = 'expired';
        return;
      case 'unreachable':
        return; // says nothing about the session
    }
  }

  return {
    get standing() {
      return standing;
    },
    /** Where to go. Resolves at once where somebody is kept. */
    async start(): Promise<Start> {
      const kept = readMe(store.get(KEY));
      if (kept) {
        open = kept;
        void this.check();
        return { to: 'open', me: kept };
      }
      const answer = await ask();
      switch (answer.state) {
        case 'signed-in':
          keep(answer.me);
          open = answer.me;
          standing = 'ok';
          return { to: 'open', me: answer.me };
        case 'signed-out':
          return { to: 'sign-in', workspace: answer.workspace };
        case 'setup':
          return { to: 'setup' };
        case 'unreachable':
          return { to: 'unreachable' };
      }
    },
    /** Asks the relay again: when the network is back, or the socket was refused. */
    async check(): Promise<void> {
      take(await ask());
    },
    /** The socket was told that the session ended. */
    ended(): void {
      if (open && standing !== 'other-account') standing = 'expired';
    },
    /** Somebody signed in; the next start opens their copy. */
    signedIn(me: Me): void {
      store.remove(SIGN_OUT_OWED); // the new session's cookie took the old one's place, and must not be ended for it
      keep(me);
    },
    /** Signed out: the next start asks the relay. */
    forget(): void {
      store.remove(KEY);
    },
    /** The account kept on this device, if any: who has to sign in again. */
    kept: (): Me | undefined => readMe(store.get(KEY)),
  };
}
export type Session = ReturnType<typeof createSession>;

function readMe(text: string | undefined): Me | undefined {
  if (text === undefined) return undefined;
  try {
    const me = JSON.parse(text) as Partial<Me> | null;
    const complete =
      typeof me?.id === 'string' &&
      typeof me.workspaceId === 'string' &&
      typeof me.name === 'string' &&
      typeof me.email === 'string' &&
      typeof me.role === 'string';
    return complete ? { ...(me as Me), workspaceName: me.workspaceName ?? '' } : undefined;
  } catch {
    return undefined; // written by something else; the relay is asked instead
  }
}
