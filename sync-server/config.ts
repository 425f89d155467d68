import { join, resolve } from 'node:path';
import * as v from 'valibot';
import { err, ok, type Result } from '#core/kit/result.ts';
import { networks } from './networks.ts';

/** Everything the relay can be told from outside. All of it is optional; the README holds the table. */
export interface Config {
  /** 0 = any free port. */
  readonly port: number;
  readonly host: string;
  readonly dataDir: string;
  /** The SQLite file of accounts and records, where `databaseUrl` does not say otherwise. */
  readonly databaseFile: string;
  /** postgres://… where accounts and records are on PostgreSQL, maybe with other relays. */
  readonly databaseUrl?: string | undefined;
  /** Origin under which people reach the relay, where it was said; without it the address it listens on. */
  readonly publicUrl: string | undefined;
  readonly logLevel: LogLevel;
  /** Addresses and networks of proxies on other machines, whose `X-Forwarded-For` is believed. */
  readonly trustedProxies?: readonly string[] | undefined;
  /** Entries of the log older than this may be forgotten (L6). ms. */
  readonly keepLogMs: number;
  /** Lets a monitoring program on another machine read `/metrics`. */
  readonly metricsToken?: string | undefined;
  /** The SQLite file takes no more changes beyond this size. */
  readonly maxDatabaseBytes?: number | undefined;
}

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export interface ConfigError {
  readonly type: 'config-invalid';
  /** One sentence for each wrong variable. */
  readonly problems: readonly string[];
}

const DAY_MS = 24 * 60 * 60 * 1000;

const text = v.pipe(v.string(), v.trim());

const schema = v.object({
  PORT: v.optional(
    v.pipe(
      text,
      v.regex(/^\d{1,5}$/, 'PORT must be a number from 0 to 65535.'),
      v.transform(Number),
      v.maxValue(65_535, 'PORT must be a number from 0 to 65535.'),
    ),
  ),
  HOST: v.optional(
    v.pipe(text, v.regex(/^[\w.:-]+$/, 'HOST must be an address or a name, such as 127.0.0.1 or 0.0.0.0.')),
  ),
  DATA_DIR: v.optional(text),
  DATABASE_URL: v.optional(
    v.pipe(
      text,
      v.check(
        (url) => !/^[a-z][a-z0-9+.-]*:\/\//i.test(url) || /^(sqlite|file|postgres(ql)?):/i.test(url),
        'DATABASE_URL must be a SQLite file, such as sqlite:data/lienhe.sqlite, or postgres://user:password@host/database.',
      ),
    ),
  ),
  PUBLIC_URL: v.optional(
    v.pipe(
      text,
      v.check(isOrigin, 'PUBLIC_URL must be an address without a path, such as https://crm.example.vn.'),
      v.transform((url) => new URL(url).origin),
    ),
  ),
  TRUSTED_PROXIES: v.optional(
    v.pipe(
      text,
      v.transform((list) => list.split(/[\s,]+/).filter(Boolean)),
      v.check(
        (list) => networks(list) !== undefined,
        'TRUSTED_PROXIES must be addresses or networks with commas between them, such as 10.0.0.5, 172.30.87.0/24.',
      ),
    ),
  ),
  METRICS_TOKEN: v.optional(
    v.pipe(
      text,
      v.regex(/^[\x21-\x7e]{16,}$/, 'METRICS_TOKEN must be 16 characters or more, without spaces or accents.'),
    ),
  ),
  MAX_DATABASE_MB: v.optional(
    v.pipe(text, v.regex(/^[1-9]\d{0,8}$/, 'MAX_DATABASE_MB must be a number of megabytes.'), v.transform(Number)),
  ),
  LOG_RETENTION_DAYS: v.optional(
    v.pipe(
      text,
      v.regex(/^\d{1,4}$/, 'LOG_RETENTION_DAYS must be a number of days, from 1 to 9999.'),
      v.transform(Number),
      v.minValue(1, 'LOG_RETENTION_DAYS must be a number of days, from 1 to 9999.'),
    ),
  ),
  LOG_LEVEL: v.optional(
    v.pipe(
      v.string(),
      v.trim(),
      v.toLowerCase(),
      v.picklist(LOG_LEVELS, `LOG_LEVEL must be one of ${LOG_LEVELS.join(', ')}.`),
    ),
  ),
});

/** Reads the environment. An empty variable counts as absent. */
export function readConfig(env: Readonly<Record<string, string | undefined>>): Result<Config, ConfigError> {
  const given = Object.fromEntries(
    Object.entries(env).filter(([, value]) => value !== undefined && value.trim() !== ''),
  );
  const parsed = v.safeParse(schema, given);
  if (!parsed.success) return err({ type: 'config-invalid', problems: parsed.issues.map((issue) => issue.message) });
  const {
    PORT,
    HOST,
    DATA_DIR,
    DATABASE_URL,
    PUBLIC_URL,
    LOG_LEVEL,
    LOG_RETENTION_DAYS,
    TRUSTED_PROXIES,
    METRICS_TOKEN,
    MAX_DATABASE_MB,
  } = parsed.output;
  const dataDir = resolve(DATA_DIR ?? 'data');
  const isPostgres = /^postgres(ql)?:/i.test(DATABASE_URL ?? '');
  return ok({
    port: PORT ?? 8787,
    host: HOST ?? '127.0.0.1',
    dataDir,
    databaseUrl: isPostgres ? DATABASE_URL : undefined,
    databaseFile:
      DATABASE_URL && !isPostgres
        ? resolve(DATABASE_URL.replace(/^(sqlite|file):(\/\/)?/i, ''))
        : join(dataDir, 'lienhe.sqlite'),
    publicUrl: PUBLIC_URL,
    logLevel: LOG_LEVEL ?? 'info',
    keepLogMs: (LOG_RETENTION_DAYS ?? 90) * DAY_MS,
    trustedProxies: TRUSTED_PROXIES,
    metricsToken: METRICS_TOKEN,
    maxDatabaseBytes: MAX_DATABASE_MB === undefined ? undefined : MAX_DATABASE_MB * 1024 * 1024,
  });
}

function isOrigin(text: string): boolean {
  const url = URL.parse(text);
  return (
    url !== null && /^https?:$/.test(url.protocol) && url.pathname === '/' && !url.search && !url.hash && !url.username
  );
}
