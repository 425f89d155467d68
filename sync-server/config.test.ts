import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { readConfig } from './config.ts';

test('nothing is needed', () => {
  expect(readConfig({ PORT: '', HOST: ' ' })).toEqual({
    ok: true,
    value: {
      port: 8787,
      host: '127.0.0.1',
      dataDir: resolve('data'),
      databaseFile: join(resolve('data'), 'lienhe.sqlite'),
      publicUrl: undefined,
      logLevel: 'info',
      keepLogMs: 90 * 86_400_000,
    },
  });
});

test('everything can be said', () => {
  const read = readConfig({
    PORT: '0',
    HOST: '0.0.0.0',
    DATA_DIR: '/srv/x',
    DATABASE_URL: 'sqlite:/srv/y/crm.sqlite',
    PUBLIC_URL: 'https://crm.example.vn/',
    LOG_LEVEL: 'WARN',
    METRICS_TOKEN: 'mot-ma-that-dai-1',
    MAX_DATABASE_MB: '500',
    LOG_RETENTION_DAYS: '14',
    TRUSTED_PROXIES: '10.0.0.5, 172.30.87.0/24',
  });
  expect(read).toEqual({
    ok: true,
    value: {
      port: 0,
      host: '0.0.0.0',
      dataDir: '/srv/x',
      databaseFile: '/srv/y/crm.sqlite',
      databaseUrl: undefined,
      publicUrl: 'https://crm.example.vn',
      logLevel: 'warn',
      metricsToken: 'mot-ma-that-dai-1',
      maxDatabaseBytes: 500 * 1024 * 1024,
      keepLogMs: 14 * 86_400_000,
      trustedProxies: ['10.0.0.5', '172.30.87.0/24'],
    },
  });
});

test.each(['postgres://u:secret@db:5432/x', 'postgresql://db/x?sslmode=require'])(
  '%s is a PostgreSQL database',
  (DATABASE_URL) => {
    expect(readConfig({ DATABASE_URL })).toMatchObject({ ok: true, value: { databaseUrl: DATABASE_URL } });
  },
);

test.each([
  [{ PORT: 'http' }, /^PORT must/],
  [{ PORT: '70000' }, /^PORT must/],
  [{ HOST: 'a b' }, /^HOST must/],
  [{ DATABASE_URL: 'mysql://db/x' }, /must be a SQLite file/],
  [{ PUBLIC_URL: 'crm.example.vn' }, /^PUBLIC_URL must/],
  [{ PUBLIC_URL: 'https://example.vn/crm' }, /^PUBLIC_URL must/],
  [{ LOG_LEVEL: 'loud' }, /^LOG_LEVEL must/],
  [{ METRICS_TOKEN: 'secret' }, /^METRICS_TOKEN must/],
  [{ MAX_DATABASE_MB: '-1' }, /^MAX_DATABASE_MB must/],
  [{ TRUSTED_PROXIES: 'nginx' }, /^TRUSTED_PROXIES must/],
  [{ TRUSTED_PROXIES: '10.0.0.0/33' }, /^TRUSTED_PROXIES must/],
])('%j is refused in plain words', (env, words) => {
  const read = readConfig(env);
  if (read.ok) throw new Error('accepted');
  expect(read.error.problems).toEqual([expect.stringMatching(words) as string]);
  expect(read.error.problems.join()).not.toContain('secret');
});
