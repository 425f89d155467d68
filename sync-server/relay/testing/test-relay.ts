import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import type { Person } from '#core/access/person.ts';
import type { StorePort } from '../../store/port.ts';
import { openSqliteStore } from '../../store/sqlite.ts';
import { createRelay, type Relay, type RelayOptions } from '../relay.ts';
import { administrator } from './person.ts';
import { T0 } from './t0.ts';
import { connectDevice, type TestDevice } from './test-device.ts';

/** One SQLite database for a file of tests; a new workspace and a new relay for each test. */
export interface TestRelay {
  readonly store: StorePort;
  readonly relay: Relay;
  readonly workspace: string;
  /** Another relay process, so to say: with options of its own, on the same store unless told. */
  another(options?: Partial<RelayOptions>): Relay;
  /** A device that has said nothing yet; an administrator's unless told. */
  readonly connect: (user: string, on?: Relay, person?: () => Person) => TestDevice;
  /** A device that is caught up. */
  readonly caughtUp: (user: string, on?: Relay, person?: () => Person) => Promise<TestDevice>;
}

const quiet = { info: () => {}, warn: () => {}, error: () => {} };

/** Registers the hooks of the file that calls it. */
export function createTestRelay(): TestRelay {
  let folder: string;
  let store: StorePort;
  let relay: Relay;
  let workspace: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lienhe-relay-'));
    store = await openSqliteStore({ file: join(folder, 'relay.db') });
  });
  afterAll(async () => {
    await store.close();
    await rm(folder, { recursive: true });
  });
  beforeEach(() => {
    workspace = crypto.randomUUID();
    relay = test.another();
  });
  const test: TestRelay = {
    get store() {
      return store;
    },
    get relay() {
      return relay;
    },
    get workspace() {
      return workspace;
    },
    another: (options) => createRelay({ store, log: quiet, now: () => T0, ...options }),
    connect: (user, on = relay, person = () => administrator(user)) => connectDevice(on, { user, workspace, person }),
    async caughtUp(user, on, person) {
      const device = test.connect(user, on, person);
      device.hello();
      await device.hears('caught-up');
      return device;
    },
  };
  return test;
}

/** A store whose commits wait until they are let through. */
export function heldCommits(store: StorePort): { readonly held: StorePort; readonly release: () => void } {
  const gate = Promise.withResolvers<void>();
  const held: StorePort = { ...store, commit: async (...args) => (await gate.promise, store.commit(...args)) };
  return { held, release: gate.resolve };
}
