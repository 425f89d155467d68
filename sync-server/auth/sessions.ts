import { createHash } from 'node:crypto';
import type { BetterAuthPlugin } from 'better-auth';
import type { Auth } from './auth.ts';
import type { Account } from './membership.ts';

/** Sessions that were ended from elsewhere, so that their devices can be told what to do with their copy. */
export const endedSessionTable = {
  id: 'ended-sessions',
  schema: {
    session: { fields: { seenAt: { type: 'date', required: false, input: false } } },
    endedSession: {
      fields: {
        userId: { type: 'string', required: true, references: { model: 'user', field: 'id', onDelete: 'cascade' } },
        /** SHA-256 of the session's token in hexadecimal. */
        hash: { type: 'string', required: true, unique: true },
        wipe: { type: 'boolean', required: true },
        endedAt: { type: 'date', required: true },
      },
    },
  },
} satisfies BetterAuthPlugin;

/** A person's sign-in on one device, as its owner sees it. Times are ms since 1970. */
export interface DeviceSession {
  readonly id: string;
  /** The one that asks. */
  readonly current: boolean;
  /** User-Agent of the browser when it was last seen; may be empty. */
  readonly agent: string;
  readonly createdAt: number;
  /** To the hour; a device that is connected now is `online`. */
  readonly seenAt: number;
  readonly online: boolean;
}

/** A device that stayed away. Times are ms since 1970. */
export interface SilentDevice {
  readonly user: string;
  /** User-Agent; may be empty. */
  readonly agent: string;
  readonly seenAt: number;
}

/** What a device is told whose session is over: it asks for a sign-in, or it erases its copy first (sync.md §5). */
export type SessionEnd = 'signed-out' | 'wipe';

export interface Sessions {
  /** The newest first. `online`: tokens of sessions with an open socket. */
  list(userId: string, current: string, online: ReadonlySet<string>): Promise<DeviceSession[]>;
  /** Ends one of a person's own; gives its token, undefined where he has none of this id. */
  end(userId: string, id: string, wipe: boolean): Promise<string | undefined>;
  /** Ends all of a person's but one; gives their tokens. */
  endAll(userId: string, wipe: boolean, except?: string): Promise<string[]>;
  /** Why a session that is no good any more is none. Somebody who was deactivated keeps no copy. */
  endOf(token: string | undefined): Promise<SessionEnd>;
  /** Notes that a device was there, at most once an hour; without `agent` as the browser it was. */
  seen(token: string, agent?: string | null): Promise<void>;
  /** Devices of everybody that were last there before a time and are still signed in, the longest ago first. */
  silent(before: number, limit: number): Promise<SilentDevice[]>;
}

const HOUR_MS = 60 * 60 * 1000;
/** A device that comes back later than this finds its copy locked, and its cookie gone. */
const KEPT_MS = 400 * 24 * HOUR_MS;
const AGENT_LENGTH = 300;
const NOTED = 10_000;

interface Row {
  readonly id: string;
  readonly userId: string;
  readonly token: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly expiresAt: Date;
  readonly userAgent?: string | null;
  readonly seenAt?: Date | null;
}
interface EndedRow {
  readonly userId: string;
  readonly hash: string;
  readonly wipe: boolean;
  readonly endedAt: Date;
}

export interface SessionsOptions {
  readonly auth: Auth;
  /** An account that is active. */
  readonly account: (userId: string) => Promise<Account | undefined>;
  readonly now: () => number;
}

export function createSessions({ auth, account, now }: SessionsOptions): Sessions {
  const noted = new Map<string, number>();
  const context = () => auth.$context;
  const rowsOf = async (userId: string): Promise<Row[]> => {
    const { adapter } = await context();
    const rows = await adapter.findMany<Row>({ model: 'session', where: [{ field: 'userId', value: userId }] });
    return rows.filter((row) => row.expiresAt.getTime() > now());
  };

  /** What its device is told is stored before it is over: a crash between them leaves it signed in, not uninformed. */
  async function endRow({ token, userId }: Row, wipe: boolean): Promise<void> {
    const { adapter, internalAdapter } = await context();
    const hash = hashOf(token);
    const before = new Date(now() - KEPT_MS);
    await adapter.deleteMany({ model: 'endedSession', where: [{ field: 'endedAt', operator: 'lt', value: before }] });
    const known = await adapter.findOne<EndedRow>({ model: 'endedSession', where: [{ field: 'hash', value: hash }] });
    const data: EndedRow = { userId, hash, wipe, endedAt: new Date(now()) };
    if (!known) await adapter.create({ model: 'endedSession', data });
    await internalAdapter.deleteSession(token);
  }

  return {
    async list(userId, current, online) {
      const rows = await rowsOf(userId);
      return rows
        .map((row) => ({
          id: row.id,
          current: row.token === current,
          agent: row.userAgent ?? '',
          createdAt: row.createdAt.getTime(),
          seenAt: (row.seenAt ?? row.updatedAt).getTime(),
          online: online.has(row.token),
        }))
        .sort((a, b) => Number(b.current) - Number(a.current) || b.seenAt - a.seenAt || (a.id < b.id ? -1 : 1));
    },

    async end(userId, id, wipe) {
      const row = (await rowsOf(userId)).find((one) => one.id === id);
      if (row) await endRow(row, wipe);
      return row?.token;
    },

    async endAll(userId, wipe, except) {
      const rows = (await rowsOf(userId)).filter((row) => row.token !== except);
      for (const row of rows) await endRow(row, wipe);
      return rows.map((row) => row.token);
    },

    async endOf(token) {
      if (token === undefined || token.length > 200) return 'signed-out';
      const { adapter } = await context();
      const where = [{ field: 'hash', value: hashOf(token) }];
      const ended = await adapter.findOne<EndedRow>({ model: 'endedSession', where });
      if (ended) return ended.wipe ? 'wipe' : 'signed-out';
      const row = await adapter.findOne<Row>({ model: 'session', where: [{ field: 'token', value: token }] });
      return row && !(await account(row.userId)) ? 'wipe' : 'signed-out';
    },

    async seen(token, agent) {
      if (now() - (noted.get(token) ?? 0) < HOUR_MS) return;
      if (noted.size >= NOTED) noted.clear();
      noted.set(token, now());
      const { adapter } = await context();
      const browser = agent === undefined ? {} : { userAgent: (agent ?? '').slice(0, AGENT_LENGTH) };
      const where = [{ field: 'token', value: token }];
      await adapter.update({ model: 'session', where, update: { seenAt: new Date(now()), ...browser } });
    },

    async silent(before, limit) {
      const { adapter } = await context();
      const rows = await adapter.findMany<Row>({
        model: 'session',
        where: [
          { field: 'seenAt', operator: 'lt', value: new Date(before) },
          { field: 'expiresAt', operator: 'gt', value: new Date(now()) },
        ],
        sortBy: { field: 'seenAt', direction: 'asc' },
        limit,
      });
      return rows.map(({ userId, userAgent, seenAt, updatedAt }) => ({
        user: userId,
        agent: userAgent ?? '',
        seenAt: (seenAt ?? updatedAt).getTime(),
      }));
    },
  };
}

/** The token a browser's cookie carries, whether it is good or not; the name has a prefix on https. */
export function sessionTokenIn(headers: Headers): string | undefined {
  const found = /(?:^|;\s*)(?:__Secure-)?lienhe\.session_token=([^;]+)/.exec(headers.get('cookie') ?? '')?.[1];
  if (found === undefined) return undefined;
  try {
    return decodeURIComponent(found).split('.', 1)[0];
  } catch {
    return undefined; // no percent-encoding: no cookie of ours
  }
}

const hashOf = (token: string): string => createHash('sha256').update(token).digest('hex');
