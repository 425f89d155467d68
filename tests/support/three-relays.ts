import { ADMIN } from './relay-in-process.ts';
import { freePort, startRelay, type TestRelay } from './relay.ts';

/** Relay processes on one PostgreSQL database, set up, with the administrator's cookie, which holds at all of them. */
export interface RelayGroup {
  readonly relays: readonly TestRelay[];
  readonly cookie: string;
  readonly workspaceId: string;
  close(): Promise<void>;
}

export async function startRelays(databaseUrl: string, count = 3): Promise<RelayGroup> {
  // as behind a proxy: all of them are the same address to people
  const env = { DATABASE_URL: databaseUrl, PUBLIC_URL: `http://localhost:${await freePort()}`, LOG_LEVEL: 'warn' };
  const relays = await Promise.all(Array.from({ length: count }, () => startRelay(env)));
  const answer = await fetch(`${relays[0]!.url}/api/setup`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: env.PUBLIC_URL },
    body: JSON.stringify(ADMIN),
  });
  const { me } = (await answer.json()) as { me: { workspaceId: string } };
  const cookie = answer.headers
    .getSetCookie()
    .map((set) => set.split(';')[0])
    .join('; ');
  return {
    relays,
    cookie,
    workspaceId: me.workspaceId,
    close: async () => void (await Promise.all(relays.map((relay) => relay.close()))),
  };
}
