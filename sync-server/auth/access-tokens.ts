import { createHash, randomBytes } from 'node:crypto';
import type { BetterAuthPlugin } from 'better-auth';
import { err, ok, type Failure, type Result } from '#core/kit/result.ts';
import type { Auth } from './auth.ts';
import type { Account } from './membership.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
/** Tokens one person may have. */
const MAX_TOKENS = 20;
/** Starts every token, so that people and secret scanners recognise one. */
const PREFIX = 'lienhe_';
/** `usedAt` is kept to the hour: a token of a busy client would else cost a write at every connection. */
const USED_EVERY_MS = 60 * 60 * 1000;

/** The table, made and kept by better-auth beside its own on whichever database there is. */
export const accessTokenTable = {
  id: 'access-tokens',
  schema: {
    accessToken: {
      fields: {
        userId: { type: 'string', required: true, references: { model: 'user', field: 'id', onDelete: 'cascade' } },
        name: { type: 'string', required: true },
        /** SHA-256 in hexadecimal. The token itself is 256 random bits: nothing slower is needed. */
        hash: { type: 'string', required: true, unique: true },
        hint: { type: 'string', required: true },
        mayWrite: { type: 'boolean', required: true },
        createdAt: { type: 'date', required: true },
        expiresAt: { type: 'date', required: false },
        usedAt: { type: 'date', required: false },
      },
    },
  },
} satisfies BetterAuthPlugin;

/** A token as its owner sees it later; the token itself is shown once. Times are ms since 1970. */
export interface AccessToken {
  readonly id: string;
  readonly name: string;
  /** Its first characters. */
  readonly hint: string;
  readonly mayWrite: boolean;
  readonly createdAt: number;
  /** null = never. */
  readonly expiresAt: number | null;
  readonly usedAt: number | null;
}

export interface NewToken {
  readonly name: string;
  /** null = does not expire. */
  readonly days: number | null;
  readonly mayWrite: boolean;
}

/**
 * Access for programs: a person makes a token, which may do what he may, in rooms only, until it expires or he revokes
 * it. Stored as a hash, so that the database gives none away.
 */
export interface AccessTokens {
  create(
    userId: string,
    input: NewToken,
  ): Promise<Result<{ readonly token: string; readonly made: AccessToken }, Failure & { type: 'too-many' }>>;
  list(userId: string): Promise<AccessToken[]>;
  /** False where he has no such token. */
  revoke(userId: string, id: string): Promise<boolean>;
  /** Whose token this is; undefined for none, an expired one, or that of somebody who left. */
  find(token: string): Promise<TokenSession | undefined>;
  /** The account of a token that was found before; undefined once it ended. */
  still(id: string): Promise<Account | undefined>;
}

export interface TokenSession {
  readonly id: string;
  readonly account: Account;
  readonly mayWrite: boolean;
}

interface Row extends Omit<AccessToken, 'createdAt' | 'expiresAt' | 'usedAt'> {
  readonly userId: string;
  readonly hash: string;
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
  readonly usedAt: Date | null;
}

export interface AccessTokensOptions {
  readonly auth: Auth;
  readonly account: (userId: string) => Account | undefined | Promise<Account | undefined>;
  readonly now: () => number;
}

export function createAccessTokens({ auth, account, now }: AccessTokensOptions): AccessTokens {
  const model = 'accessToken';
  const rows = async () => (await auth.$context).adapter;
  const by = (field: keyof Row, value: string) => ({ model, where: [{ field, value }] });

  async function session(row: Row | null): Promise<TokenSession | undefined> {
    if (!row || (row.expiresAt && row.expiresAt.getTime() <= now())) return undefined;
    const owner = await account(row.userId);
    return owner && { id: row.id, account: owner, mayWrite: row.mayWrite };
  }

  return {
    async create(userId, { name, days, mayWrite }) {
      const adapter = await rows();
      const existing = await adapter.findMany<Row>(by('userId', userId));
      if (existing.length >= MAX_TOKENS) return err({ type: 'too-many' });
      const token = PREFIX + randomBytes(32).toString('base64url');
      const made = await adapter.create<Omit<Row, 'id'>, Row>({
        model,
        data: {
          userId,
          name,
          hash: hashOf(token),
          hint: token.slice(0, PREFIX.length + 4),
          mayWrite,
          createdAt: new Date(now()),
          expiresAt: days === null ? null : new Date(now() + days * DAY_MS),
          usedAt: null,
        },
      });
      return ok({ token, made: shown(made) });
    },

    async list(userId) {
      const found = await (await rows()).findMany<Row>(by('userId', userId));
      return found.map(shown).sort((a, b) => b.createdAt - a.createdAt);
    },

    async revoke(userId, id) {
      const adapter = await rows();
      const found = await adapter.findOne<Row>(by('id', id));
      if (found?.userId !== userId) return false;
      await adapter.delete(by('id', id));
      return true;
    },

    async find(token) {
      if (!token.startsWith(PREFIX) || token.length > 100) return undefined;
      const adapter = await rows();
      const row = await adapter.findOne<Row>(by('hash', hashOf(token)));
      const found = await session(row);
      if (row && found && now() - (row.usedAt?.getTime() ?? 0) > USED_EVERY_MS) {
        await adapter.update({ ...by('id', row.id), update: { usedAt: new Date(now()) } });
      }
      return found;
    },

    async still(id) {
      return (await session(await (await rows()).findOne<Row>(by('id', id))))?.account;
    },
  };
}

const hashOf = (token: string) => createHash('sha256').update(token).digest('hex');

const shown = ({ id, name, hint, mayWrite, createdAt, expiresAt, usedAt }: Row): AccessToken => ({
  id,
  name,
  hint,
  mayWrite,
  createdAt: createdAt.getTime(),
  expiresAt: expiresAt?.getTime() ?? null,
  usedAt: usedAt?.getTime() ?? null,
});
