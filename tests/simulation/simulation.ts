import { administrator } from '../../sync-server/relay/testing/person.ts';
import { IDBFactory } from 'fake-indexeddb';
import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { newId, type RecordId } from '#core/kit/ids.ts';
import { jsonEqual, type Json } from '#core/kit/json.ts';
import type { Changes } from '#core/record/row.ts';
import { conflictsOf, foldRecord } from '#crdt/fold.ts';
import { canonicalState } from '#crdt/record.ts';
import { createRelay, type Relay } from '../../sync-server/relay/relay.ts';
import { setIncarnation } from '../../sync-server/store/sqlite-schema.ts';
import { startDevice, type Device } from './device.ts';
import { openInlineStore, type InlineStore } from './inline-store.ts';
import { createNetwork } from './network.ts';
import { createRandom } from './random.ts';
import { createVirtualTime } from './virtual-time.ts';

export interface SimulationOptions {
  readonly seed: number;
  readonly steps: number;
  readonly devices?: number;
  /** The relay's database may be put back to a backup, under a new incarnation (L5). */
  readonly restores?: boolean;
  /** The relay forgets entries of its log, so that devices that are away fall below the horizon (L6). */
  readonly compaction?: boolean;
  /** Hears of every step; for replaying a failure. */
  readonly log?: (line: string) => void;
}

/** What a run was made of; its invariants held when it is returned. */
export interface SimulationReport {
  readonly records: number;
  readonly acknowledged: number;
  readonly faults: Readonly<Record<string, number>>;
}

/** An invariant of sync.md §6 did not hold; the seed and the number of steps replay it. */
export class InvariantBroken extends Error {
  override readonly name = 'InvariantBroken';
}

const WORKSPACE = 'w1';
const SHARED_KEYS = ['name', 'title', 'phones/a', 'phones/b', 'text:description'] as const;
const STEPS = {
  edit: 30,
  create: 6,
  import: 2,
  deliver: 60,
  burst: 8,
  time: 10,
  cut: 3,
  loseAnswers: 3,
  freeze: 1,
  crashDevice: 2,
  crashInEdit: 2,
  crashRelay: 2,
  flush: 2,
  compact: 1,
  backup: 0,
  restore: 0,
  compactLog: 0,
};

/**
 * Real replicas over real (fake-indexeddb) disks, the real relay on a real SQLite file, and a network in between that
 * does what networks do. Chance and time come from the seed. At the end the faults stop, and then must hold:
 * I1 (every write a device called saved is there), I3 (equal content, state vector, delete set everywhere),
 * I10 (rows = fold of the documents), and every outbox is empty.
 */
export async function simulate(options: SimulationOptions): Promise<SimulationReport> {
  const { seed, steps, log = () => undefined } = options;
  const random = createRandom(seed);
  const time = createVirtualTime(1_760_000_000_000);
  const folder = mkdtempSync(join(tmpdir(), 'lienhe-sim-'));
  const file = join(folder, 'relay.db');
  const backup = join(folder, 'backup.db');
  const count = options.devices ?? 3;
  const disks = Array.from({ length: count }, () => new IDBFactory());
  const skews = Array.from({ length: count }, () => random.pick([0, 0, -3_600_000, 40_000, 7_200_000]));
  const faults: Record<string, number> = {};
  const errors: unknown[] = [];
  const problems = { error: (fields: object, message: string) => errors.push(new Error(message, { cause: fields })) };
  const weights = {
    ...STEPS,
    ...(options.restores ? { backup: 2, restore: 1 } : {}),
    ...(options.compaction ? { compactLog: 5 } : {}),
  };

  let store: InlineStore | undefined;
  let relay: Relay | undefined;
  const network = createNetwork(
    () =>
      relay &&
      ((socket, owner) =>
        relay!.connect(socket, {
          user: `u${owner}`,
          workspace: WORKSPACE,
          person: () => administrator(`u${owner}`),
        })),
  );
  const startRelay = () => {
    store = openInlineStore(file);
    const quiet = () => undefined;
    relay = createRelay({
      store,
      // a crashed store is the simulation's doing
      log: { info: quiet, warn: quiet, error: (f, m) => void (m === 'store failed' || problems.error(f, m)) },
      now: () => time.now(),
      messages: { perSecond: 1e6, burst: 1e6 },
    });
  };
  const stopRelay = () => {
    store?.crash();
    relay = undefined;
    for (const wire of network.wires()) network.cut(wire);
  };
  const boot = (i: number) =>
    startDevice({
      disk: disks[i]!,
      open: network.socketsOf(i),
      time,
      random,
      skewMs: skews[i]!,
      onError: (error) => errors.push(error),
    });

  startRelay();
  const devices: Device[] = [];
  for (let i = 0; i < count; i++) devices.push(await boot(i));

  const ids: RecordId[] = [];
  /** What may stand in a key that only one device writes: the last value called saved, or one tried after it. */
  const expected = new Map<string, { readonly saved: Json | undefined; readonly tried: readonly Json[] }>();
  let acknowledged = 0;

  /** Everything that runs has come to rest: nothing happens before something is delivered or time passes. */
  async function settle(): Promise<void> {
    for (let calm = 0; calm < 2;) {
      const before = network.activity;
      for (let i = 0; i < 4; i++) await turn();
      await Promise.all(devices.map((d) => d.replica.document('none')));
      const idle = devices.every((d) => d.busy === 0) && (store?.busy ?? 0) === 0 && !deflating();
      calm = idle && network.activity === before ? calm + 1 : 0;
    }
  }

  async function restart(i: number): Promise<void> {
    devices[i]!.crash();
    network.dropOwner(i);
    devices[i] = await boot(i);
  }

  const own = (i: number, id: RecordId) => `${id} own${i}`;
  function write(i: number, id: RecordId, create: boolean): { changes: Changes; key: string; value: string } {
    const value = `v${random.below(1e9)}`;
    const changes: Record<string, Json> = { [`own${i}`]: value };
    for (let k = random.below(3); k > 0; k--) {
      const key = random.pick(SHARED_KEYS);
      const text = `${key}-${i}-${random.below(1000)}`;
      changes[key] = key.includes('/') ? { value: text } : !create && random.below(6) === 0 ? null : text;
    }
    return { changes, key: own(i, id), value };
  }
  async function save(i: number, id: RecordId, create: boolean): Promise<void> {
    const { changes, key, value } = write(i, id, create);
    const before = expected.get(key) ?? { saved: undefined, tried: [] };
    expected.set(key, { saved: before.saved, tried: [...before.tried, value] });
    const result = await devices[i]!.replica.commit([{ id, changes, ...(create ? { create: true as const } : {}) }]);
    if (!result.ok) return;
    acknowledged++;
    expected.set(key, { saved: value, tried: [] });
    if (create) ids.push(id);
  }
  const contact = () => newId('contact', time.now(), (length) => random.bytes(length));
  const known = (i: number) => ids.filter((id) => devices[i]!.columns.has(id));

  async function step(kind: keyof typeof STEPS): Promise<void> {
    const i = random.below(count);
    const wires = network.ready();
    const any = network.wires();
    switch (kind) {
      case 'create':
        return save(i, contact(), true);
      case 'edit': {
        const there = known(i);
        return there.length > 0 ? save(i, random.pick(there), false) : save(i, contact(), true);
      }
      case 'import': {
        const writes = Array.from({ length: 1 + random.below(60) }, () => {
          const id = contact();
          return {
            id,
            changes: { name: `Nhập ${random.below(1000)}`, [`own${i}`]: `p${random.below(1e9)}` },
            create: true as const,
          };
        });
        if (!(await devices[i]!.replica.commitPack(writes)).ok) return;
        for (const { id, changes } of writes) {
          acknowledged++;
          ids.push(id);
          expected.set(own(i, id), { saved: changes[`own${i}`]!, tried: [] });
        }
        return;
      }
      case 'deliver':
        return wires.length > 0 ? network.deliver(random.pick(wires), random.below(2) === 0) : undefined;
      case 'burst':
        for (let k = 0; k < 12; k++) {
          const ready = network.ready();
          if (ready.length > 0) network.deliver(random.pick(ready), random.below(2) === 0);
        }
        return;
      case 'time':
        return time.pass(random.pick([50, 700, 5_000, 60_000]));
      case 'cut':
      case 'loseAnswers':
      case 'freeze':
        return any.length > 0 ? network[kind](random.pick(any)) : undefined;
      case 'crashDevice':
        return restart(i);
      case 'crashInEdit': {
        const there = known(i);
        const saving = there.length > 0 ? save(i, random.pick(there), false) : save(i, contact(), true);
        for (let k = random.below(12); k > 0; k--) await turn();
        await restart(i);
        // it may still have been called saved, while the next start was under way: then it must be there
        return saving;
      }
      case 'crashRelay':
        if (wires.length > 0) network.deliver(random.pick(wires), true);
        for (let k = random.below(4); k > 0; k--) await turn();
        stopRelay();
        return startRelay();
      case 'flush':
        return devices[i]!.replica.flush();
      case 'compact': {
        let from: number | undefined = 0;
        while (from !== undefined) ({ next: from } = await devices[i]!.replica.compact(from));
        return;
      }
      case 'backup':
        stopRelay();
        copyFileSync(file, backup);
        return startRelay();
      case 'restore':
        if (!existsSync(backup)) return;
        stopRelay();
        copyFileSync(backup, file);
        newIncarnation(file, random.id());
        return startRelay();
      case 'compactLog':
        return void (await store?.compactLog(WORKSPACE, time.now() + 1 - random.pick([0, 0, 60_000]), 1000));
    }
  }

  const fail = (message: string): never => {
    throw new InvariantBroken(`seed ${seed}, ${steps} steps: ${message}`);
  };

  try {
    for (let n = 0; n < steps; n++) {
      const kind = random.weighted(weights);
      log(`${n} ${kind}`);
      faults[kind] = (faults[kind] ?? 0) + 1;
      await step(kind);
      await settle();
    }
    await heal();
    await check();
    if (errors.length > 0) throw errors[0];
    return { records: ids.length, acknowledged, faults };
  } finally {
    for (const device of devices) device.crash();
    stopRelay();
    await turn();
    rmSync(folder, { recursive: true, force: true });
  }

  /** No more faults: everything must arrive. */
  async function heal(): Promise<void> {
    for (let round = 0; round < 120; round++) {
      for (let ready = network.ready(); ready.length > 0; ready = network.ready()) {
        for (const wire of ready) network.deliver(wire, true);
        await settle();
      }
      const done = devices.every((d) => d.link.status().phase === 'live' && d.replica.pending.count === 0);
      // a frozen link still looks live: time shows it
      if (done && round > 12) return;
      time.pass(8_000);
      await settle();
    }
    fail(`not in step: ${JSON.stringify(devices.map((d) => [d.link.status().phase, d.replica.pending.count]))}`);
  }

  async function check(): Promise<void> {
    for (const [i, device] of devices.entries()) {
      const refused = device.replica.refused();
      if (refused.length > 0) fail(`device ${i}: refused ${JSON.stringify(refused[0])}`);
    }
    // a creation that crashed before it was called saved may be there or not, but everywhere
    const all = new Set(devices.flatMap((d) => d.columns.ids('contact')));
    for (const id of all) {
      const record = await store!.record(WORKSPACE, id);
      const state = record.ok && record.value ? record.value.state : fail(`${id} is not on the relay`);
      const canonical = canonicalState(id, state);
      for (const [i, device] of devices.entries()) {
        const local = (await device.replica.document(id)) ?? fail(`I1: device ${i} has no ${id}`);
        if (canonicalState(id, local) !== canonical) {
          fail(`I3: device ${i}, ${id}\n${canonicalState(id, local)}\n${canonical}`);
        }
        const row = device.columns.get(id);
        const folded = foldRecord(id, local);
        if (!jsonEqual(row as unknown as Json, folded as unknown as Json)) {
          fail(`I10: device ${i}, ${id}\n${JSON.stringify(row)}\n${JSON.stringify(folded)}`);
        }
      }
      const { values } = foldRecord(id, state);
      for (let i = 0; i < count; i++) {
        const wanted = expected.get(own(i, id));
        if (!wanted || (wanted.saved === undefined && values[`own${i}`] === undefined)) continue;
        const found = values[`own${i}`] as Json;
        // a restored relay no longer knows that it corrected a clock: the later value may then be the conflict's loser
        const losers = options.restores
          ? conflictsOf(id, state).flatMap((c) => (c.key === `own${i}` ? c.losers : []))
          : [];
        if (losers.some((loser) => loser.value === wanted.saved)) continue;
        if (found !== wanted.saved && !wanted.tried.includes(found)) {
          fail(`I1: ${id} own${i} is ${JSON.stringify(found)}, not ${JSON.stringify(wanted)}`);
        }
      }
    }
    for (const id of ids) if (!all.has(id)) fail(`I1: ${id} is lost`);
  }
}

/** zlib runs in other threads; whoever waits for it is not at rest. */
const deflating = () => process.getActiveResourcesInfo().some((kind) => kind === 'ZLIB' || kind === 'BlobReader');

function newIncarnation(file: string, incarnation: string): void {
  const db = new Database(file);
  setIncarnation(db, incarnation);
  db.close();
}
