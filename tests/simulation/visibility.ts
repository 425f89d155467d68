import { IDBFactory } from 'fake-indexeddb';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { sees } from '#core/access/access.ts';
import { parsePartition, partitionOf, type PartitionKey } from '#core/access/partition.ts';
import { personOf, type Person } from '#core/access/person.ts';
import { VISIBILITY_PRESETS, type RoleDef, type VisibilityRule } from '#core/access/role.ts';
import { idType, newId, type RecordId } from '#core/kit/ids.ts';
import type { RecordType } from '#core/record/row.ts';
import { foldRecord } from '#crdt/fold.ts';
import { decodePack, decodeRelayMessage } from '#core/protocol/codec.ts';
import { inflateRawSync } from 'node:zlib';
import { createRelay, type Relay } from '../../sync-server/relay/relay.ts';
import { administrator } from '../../sync-server/relay/testing/person.ts';
import { startDevice, type Device } from './device.ts';
import { openInlineStore, type InlineStore } from './inline-store.ts';
import { createNetwork } from './network.ts';
import { createRandom } from './random.ts';
import { createVirtualTime } from './virtual-time.ts';

const WORKSPACE = 'w1';
const PEOPLE = ['u0', 'u1', 'u2'] as const;
const DEPARTMENTS = ['d1', 'd2'] as const;
const STEPS = {
  edit: 14, create: 8, move: 14, delete: 4, rights: 12, deliver: 30, settle: 12, cut: 6, lose: 3, crash: 4, relay: 2, time: 6, compact: 0, away: 0,
}; // prettier-ignore

/** A rule of sync.md §2 or §6 did not hold; the seed and the number of steps replay it. */
export class VisibilityBroken extends Error {
  override readonly name = 'VisibilityBroken';
}

/**
 * The visibility model, driving the real replica (fake-indexeddb), the real relay and its real store. `u0` sees all; the
 * rules, departments and memberships of the others change all the time, records are made, edited, moved and deleted by
 * everybody, connections and processes die. Every record's text holds its id, so that a byte of it is known anywhere.
 *
 * All the time: no frame to a person names a record that person never was entitled to (I4). When everything has come to
 * rest: each device holds exactly what its person may see, by plain evaluation of the rule over the relay's rows (V1–V6);
 * the states are the relay's (I3); nothing else of any record is in any table of the device (I5).
 */
export async function simulateVisibility(options: {
  seed: number;
  steps: number;
  /** The relay forgets what it may of its log, so that devices that are away fall below the horizon (L6, V5). */
  compaction?: boolean;
  log?: (line: string) => void;
}) {
  const { seed, steps, log = () => undefined } = options;
  const weights = { ...STEPS, ...(options.compaction ? { compact: 8, away: 8 } : {}) };
  const random = createRandom(seed);
  const time = createVirtualTime(1_760_000_000_000);
  const folder = mkdtempSync(join(tmpdir(), 'lienhe-vis-'));
  const disks = PEOPLE.map(() => new IDBFactory());
  const errors: unknown[] = [];
  const quiet = () => undefined;
  let store: InlineStore | undefined;
  let relay: Relay | undefined;

  const roles = new Map<string, RoleDef>();
  const homes = new Map<string, string>(PEOPLE.map((who) => [who, 'd1']));
  const rule = (): VisibilityRule =>
    random.below(4) > 0
      ? { preset: random.pick(VISIBILITY_PRESETS) }
      : { filter: { any: [{ field: 'departmentId', op: 'in', value: [random.pick(DEPARTMENTS)] }, { not: { field: 'ownerId', op: 'notIn', value: ['@me'] } }] } }; // prettier-ignore
  const newRole = (): RoleDef => ({
    id: 'r',
    name: 'r',
    settings: false,
    types: { contact: { visible: rule(), rights: random.below(5) === 0 ? ['create'] : ['create', 'edit', 'delete'] } },
  });
  for (const who of PEOPLE) roles.set(who, newRole());
  const person = (who: string): Person =>
    who === 'u0' ? administrator(who) : personOf(who, roles.get(who)!, homes.get(who), []);

  const ids: RecordId[] = [];
  /** Who was ever entitled to which record, sent it or not: only about those a frame may speak. */
  const everSaw = new Map<string, Set<RecordId>>(PEOPLE.map((who) => [who, new Set()]));
  const network = createNetwork(
    () =>
      relay &&
      ((socket, owner) => {
        const who = PEOPLE[owner]!;
        relay!.connect(
          { ...socket, get bufferedAmount() { return 0; }, send: (bytes) => { watch(who, bytes); socket.send(bytes); } }, // prettier-ignore
          { user: who, workspace: WORKSPACE, person: () => person(who) },
        );
      }),
  );
  const placeOf = (id: RecordId, state: Uint8Array) =>
    partitionOf(idType(id) as RecordType, foldRecord(id, state).values);
  /** I4 on the wire. */
  function watch(who: string, bytes: Uint8Array): void {
    const decoded = decodeRelayMessage(bytes);
    if (!decoded.ok) throw new VisibilityBroken(`seed ${seed}: unreadable frame`);
    const message = decoded.value;
    const records =
      message.type === 'changes'
        ? message.records
        : message.type === 'page'
          ? unpacked(message.deflated ? inflateRawSync(message.pack) : message.pack)
          : [];
    for (const { id, state } of records) {
      if (!sees(person(who), placeOf(id, state)))
        errors.push(new VisibilityBroken(`I4, seed ${seed}: ${who} was sent ${id}`));
      everSaw.get(who)!.add(id);
    }
    if (message.type !== 'changes') return;
    for (const id of message.drops)
      if (!everSaw.get(who)!.has(id) && !made.get(who)?.has(id))
        errors.push(new VisibilityBroken(`I4, seed ${seed}: ${who} was told of ${id}`));
  }
  const unpacked = (bytes: Uint8Array) => {
    const pack = decodePack(bytes);
    return pack.ok ? pack.value : [];
  };
  const made = new Map<string, Set<RecordId>>(PEOPLE.map((who) => [who, new Set()]));

  const entitle = (id: RecordId, place: PartitionKey) => {
    for (const who of PEOPLE) if (sees(person(who), parsePartition(place)!)) everSaw.get(who)!.add(id);
  };
  /** Notes who may see what is committed, as it is committed: somebody may be entitled for a moment and never be sent it. */
  const noting = (inner: InlineStore): InlineStore => ({
    ...inner,
    get busy() {
      return inner.busy;
    },
    async commit(workspace, pushes) {
      const answer = await inner.commit(workspace, pushes);
      for (const outcome of answer.ok ? answer.value : [])
        if (outcome.kind === 'committed') for (const { id, to } of outcome.records) entitle(id, to);
      return answer;
    },
  });
  const startRelay = () => {
    store = noting(openInlineStore(join(folder, 'relay.db')));
    relay = createRelay({
      store,
      log: {
        info: quiet,
        warn: quiet,
        error: (f, m) => void (m === 'store failed' || errors.push(new Error(m, { cause: f }))),
      },
      now: () => time.now(),
      messages: { perSecond: 1e6, burst: 1e6 },
    });
  };
  const stopRelay = () => {
    store?.crash();
    relay = undefined;
    for (const wire of network.wires()) network.cut(wire);
  };
  const boot = (i: number): Promise<Device> =>
    startDevice({
      disk: disks[i]!,
      open: network.socketsOf(i),
      time,
      random,
      skewMs: 0,
      onError: (error) => errors.push(error),
    });
  startRelay();
  const devices: Device[] = [];
  for (let i = 0; i < PEOPLE.length; i++) devices.push(await boot(i));

  async function settle(): Promise<void> {
    for (let still = 0, rounds = 0; still < 3; rounds++) {
      if (rounds > 20_000) throw new VisibilityBroken(`seed ${seed}: never came to rest`);
      const before = network.activity;
      for (const wire of network.ready()) network.deliver(wire, random.below(2) === 0);
      await turn();
      const busy = devices.some((device) => device.busy > 0) || (store?.busy ?? 0) > 0;
      still = busy || network.activity !== before ? 0 : still + 1;
    }
  }
  const place = () => ({ ownerId: random.pick(['', ...PEOPLE]), departmentId: random.pick(['', ...DEPARTMENTS]) });

  try {
    for (let step = 0; step < steps; step++) {
      const what = random.weighted(weights);
      const i = random.below(PEOPLE.length);
      const who = PEOPLE[i]!;
      const device = devices[i]!;
      const visible = ids.filter((id) => device.columns.has(id));
      const some = visible.length > 0 ? random.pick(visible) : undefined;
      log(`${step} ${what} ${who} ${some ?? ''}`);
      switch (what) {
        case 'create': {
          const id = newId('contact', time.now(), (n) => random.bytes(n));
          ids.push(id);
          made.get(who)!.add(id);
          await device.replica.commit([{ id, changes: { name: `canary ${id}`, ...place() }, create: true }]);
          break;
        }
        case 'edit':
          if (some) await device.replica.commit([{ id: some, changes: { title: `canary ${some} ${step}` } }]);
          break;
        case 'move':
          if (some) await device.replica.commit([{ id: some, changes: place() }]);
          break;
        case 'delete':
          if (some) await device.replica.commit([{ id: some, changes: { deletedAt: time.now() } }]);
          break;
        case 'rights':
          if (random.below(2) === 0) roles.set(who, newRole());
          else homes.set(who, random.pick(DEPARTMENTS));
          relay?.refresh(WORKSPACE);
          for (const id of ids) {
            const record = await store?.record(WORKSPACE, id);
            if (record?.ok && record.value) entitle(id, record.value.partition);
          }
          break;
        case 'deliver':
          for (let n = random.below(12); n > 0; n--) {
            const ready = network.ready();
            if (ready.length > 0) network.deliver(random.pick(ready), random.below(2) === 0);
            await turn();
          }
          break;
        case 'settle':
          await settle();
          break;
        case 'time':
          time.pass(random.below(20_000));
          break;
        case 'cut':
        case 'lose': {
          const wires = network.wires();
          if (wires.length > 0) network[what === 'cut' ? 'cut' : 'loseAnswers'](random.pick(wires));
          break;
        }
        case 'crash':
          device.crash();
          network.dropOwner(i);
          devices[i] = await boot(i);
          break;
        case 'compact':
          await store?.compactLog(WORKSPACE, time.now() + 1, 1000);
          break;
        case 'away':
          // nothing reaches it for a while, and what it does not know is forgotten
          device.crash();
          network.dropOwner(i);
          for (let n = 0; n < 4; n++) {
            const other = devices[(i + 1) % PEOPLE.length]!;
            const there = ids.filter((id) => other.columns.has(id));
            if (there.length > 0) await other.replica.commit([{ id: random.pick(there), changes: place() }]);
          }
          await settle();
          await store?.compactLog(WORKSPACE, time.now() + 1, 1000);
          devices[i] = await boot(i);
          break;
        case 'relay':
          stopRelay();
          await turn();
          startRelay();
          break;
      }
      if (errors.length > 0) throw errors[0];
    }

    // the faults stop
    for (let round = 0; round < 200; round++) {
      await settle();
      time.pass(60_000);
      for (const device of devices) device.link.push();
      await settle();
      const done = devices.every((d) => d.link.status().phase === 'live' && d.replica.pending.count === 0);
      if (done && round > 1) break;
    }
    if (errors.length > 0) throw errors[0];
    for (const [i, who] of PEOPLE.entries()) await check(i, who);
    return { records: ids.length };
  } finally {
    for (const device of devices) device.crash();
    await turn();
    stopRelay();
    rmSync(folder, { recursive: true, force: true });
  }

  async function check(i: number, who: string): Promise<void> {
    const device = devices[i]!;
    const fail = (why: string) => new VisibilityBroken(`seed ${seed}, ${steps} steps, ${who}: ${why}`);
    if (device.replica.pending.count > 0) throw fail('the outbox is not empty');
    const may = new Map<RecordId, Uint8Array>();
    for (const id of ids) {
      const record = await store!.record(WORKSPACE, id);
      if (record.ok && record.value && sees(person(who), placeOf(id, record.value.state)))
        may.set(id, record.value.state);
    }
    for (const id of ids) {
      if (device.columns.has(id) !== may.has(id)) {
        throw fail(may.has(id) ? `lacks ${id}` : `I5: still shows ${id}`);
      }
    }
    await device.replica.flush();
    const bytes = await dump(disks[i]!);
    for (const id of ids) {
      const there = bytes.includes(`canary ${id}`);
      if (!may.has(id) && there) throw fail(`I5: bytes of ${id} are on the device`);
    }
  }
}

/** Everything the device stores, packs inflated, as one text; what the person typed and was refused is theirs (P5). */
export async function dump(disk: IDBFactory, without: readonly string[] = ['refused']): Promise<string> {
  const open = disk.open('lienhe-simulation');
  const db = await new Promise<IDBDatabase>((resolve, reject) => {
    open.onsuccess = () => resolve(open.result);
    open.onerror = () => reject(new Error('not opened'));
  });
  const parts: string[] = [];
  for (const name of [...db.objectStoreNames]) {
    if (without.includes(name)) continue;
    const all = db.transaction(name).objectStore(name).getAll();
    const rows = await new Promise<unknown[]>((resolve) => (all.onsuccess = () => resolve(all.result as unknown[])));
    for (const row of rows) parts.push(textOf(row));
  }
  db.close();
  return parts.join('\n');
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (ArrayBuffer.isView(value)) {
    const bytes = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
    try {
      return `${bytes.toString('latin1')}\n${inflateRawSync(bytes).toString('latin1')}`;
    } catch {
      return bytes.toString('latin1'); // not deflated
    }
  }
  return typeof value === 'object' && value !== null ? Object.values(value).map(textOf).join('\n') : '';
}
