import { IDBFactory } from 'fake-indexeddb';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { idType, newId, type RecordId } from '#core/kit/ids.ts';
import { DEVICE_CLOSE } from '#core/protocol/messages.ts';
import type { Changes, RecordType } from '#core/record/row.ts';
import { createRelay, type Relay } from '../../../sync-server/relay/relay.ts';
import { startDevice, type Device } from '../device.ts';
import { openInlineStore, type InlineStore } from '../inline-store.ts';
import { createNetwork, type Network } from '../network.ts';
import { makeFolder, putEmptyDatabase } from '../platform.ts';
import { createRandom, type Random } from '../random.ts';
import { createVirtualTime, type VirtualTime } from '../virtual-time.ts';
import { canary } from './canary.ts';
import { createPeople, PEOPLE, somewhere, type People, type Who } from './people.ts';
import type { History, Step } from './steps.ts';
import { createWireTap, type WireTap } from './wire-tap.ts';

export const WORKSPACE = 'w1';

/** Something a device called saved: the text must be found again. */
export interface Typed {
  readonly who: Who;
  readonly text: string;
}

/** Three people, each at a device of their own, a relay, a network that does what networks do, and chance. */
export interface World {
  readonly people: People;
  readonly devices: readonly Device[];
  readonly disks: readonly IDBFactory[];
  readonly network: Network;
  readonly time: VirtualTime;
  readonly store: InlineStore;
  readonly tap: WireTap;
  /** Every record that somebody tried to make. */
  readonly ids: readonly RecordId[];
  readonly typed: readonly Typed[];
  /** What went wrong so far. */
  readonly wrong: readonly unknown[];
  /** Lets one thing happen. */
  take(step: Step): Promise<void>;
  /** Delivers all there is until nothing happens any more. */
  settle(): Promise<void>;
  close(): Promise<void>;
}

export async function createWorld({ seed, devices: count }: Pick<History, 'seed' | 'devices'>): Promise<World> {
  const random = createRandom(seed);
  const time = createVirtualTime(1_760_000_000_000);
  const folder = makeFolder('lienhe-vis-');
  const file = join(folder.path, 'relay.db');
  putEmptyDatabase(file);
  const present = PEOPLE.slice(0, count);
  const disks = present.map(() => new IDBFactory());
  const people = createPeople(random);
  const tap = createWireTap(people);
  const ids: RecordId[] = [];
  const typed: Typed[] = [];
  const wrong: unknown[] = [];
  const devices: Device[] = [];
  const crashed: Device[] = [];
  let store: InlineStore;
  let relay: Relay | undefined;
  let writes = 0;

  const network = createNetwork(
    () =>
      relay &&
      ((socket, owner) => {
        const who = PEOPLE[owner]!;
        const tapped = {
          ...socket,
          bufferedAmount: 0,
          send(bytes: Uint8Array) {
            const found = tap.frame(who, bytes);
            if (found) wrong.push(new Error(`I4: ${found}`));
            socket.send(bytes);
          },
        };
        relay!.connect(tapped, { user: who, workspace: WORKSPACE, person: () => people.person(who) });
      }),
    (owner, code) => {
      if (code === DEVICE_CLOSE.differs) wrong.push(new Error(`V7: what ${PEOPLE[owner]} holds does not add up`));
    },
  );

  function startRelay(): void {
    store = openInlineStore(file, (outcome) => tap.committed(outcome));
    const quiet = () => undefined;
    relay = createRelay({
      store,
      // a crashed store is the simulation's doing
      log: {
        info: quiet,
        warn: quiet,
        error: (fields, message) =>
          void (message === 'store failed' || wrong.push(new Error(message, { cause: fields }))),
      },
      now: () => time.now(),
      messages: { perSecond: 1e6, burst: 1e6 },
    });
  }
  function stopRelay(): void {
    store.crash();
    relay = undefined;
    for (const wire of network.wires()) network.cut(wire);
  }
  const boot = (i: number): Promise<Device> =>
    startDevice({
      disk: disks[i]!,
      open: network.socketsOf(i),
      time,
      random,
      skewMs: 0,
      onError: (error) => wrong.push(error),
    });
  async function restart(i: number): Promise<void> {
    devices[i]!.crash();
    crashed.push(devices[i]!);
    network.dropOwner(i);
    devices[i] = await boot(i);
  }

  async function deliver(frames: number, chance: Random): Promise<void> {
    for (let n = frames; n > 0; n--) {
      const ready = network.ready();
      if (ready.length > 0) network.deliver(chance.pick(ready), chance.below(2) === 0);
      for (let turns = chance.below(4); turns > 0; turns--) await turn();
    }
  }

  async function settle(): Promise<void> {
    for (let still = 0, rounds = 0; still < 3; rounds++) {
      if (rounds > 20_000) throw new Error('it never came to rest');
      const before = network.activity;
      for (const wire of network.ready()) network.deliver(wire, random.below(2) === 0);
      await turn();
      const busy = devices.some((device) => device.busy > 0) || store.busy > 0;
      still = busy || network.activity !== before ? 0 : still + 1;
    }
  }

  /** Writes that the device calls saved are noted, each with a text that is nowhere else. */
  async function write(i: number, id: RecordId, changes: Changes, create: boolean): Promise<void> {
    const who = PEOPLE[i]!;
    const text = canary(id, ++writes);
    const saved = await devices[i]!.replica.commit([
      { id, changes: { ...changes, [`said${writes}`]: text }, ...(create ? { create } : {}) },
    ]);
    if (saved.ok) typed.push({ who, text });
  }
  function newRecord(i: number, chance: Random, type: RecordType = 'contact'): RecordId {
    const id = newId(type, time.now(), (n) => chance.bytes(n));
    ids.push(id);
    tap.makes(PEOPLE[i]!, id);
    return id;
  }

  function rightsChanged(): void {
    tap.rightsChanged();
    relay?.refresh(WORKSPACE);
  }

  /**
   * Somebody's rights change, and before the device has done all that follows it dies: at any time, or right when the
   * first record leaves its screen. Often the rights are given back.
   */
  async function revoke(i: number, chance: Random): Promise<void> {
    const { columns, replica } = devices[i]!;
    await replica.flush();
    const shown = ids.filter((id) => columns.has(id));
    const takeBack = people.change(PEOPLE[i]!, chance);
    rightsChanged();
    const atOnce = chance.below(2) === 0;
    for (let turns = atOnce ? 40 : chance.below(24); turns > 0; turns--) {
      const wire = network.ready().find(({ owner }) => owner === i);
      if (wire) network.deliver(wire, false);
      await turn();
      if (atOnce && shown.some((id) => !columns.has(id))) break;
    }
    if (atOnce || chance.below(3) > 0) await restart(i);
    if (chance.below(3) === 0) return;
    takeBack();
    rightsChanged();
  }

  /** The relay forgets what it may of its log (L6). */
  async function compact(): Promise<void> {
    await store.compactLog(WORKSPACE, time.now() + 1, 1_000);
  }

  /** Nothing reaches a device while others write, and what it does not know of is forgotten (V5). */
  async function away(i: number, chance: Random): Promise<void> {
    devices[i]!.crash();
    crashed.push(devices[i]!);
    network.dropOwner(i);
    const other = (i + 1) % count;
    const there = ids.filter((id) => devices[other]!.columns.has(id));
    for (let n = 0; n < 2 && there.length > 0; n++) await write(other, chance.pick(there), somewhere(chance), false);
    await settle();
    await compact();
    devices[i] = await boot(i);
  }

  async function take([kind, whose, number]: Step): Promise<void> {
    const i = whose % count;
    const chance = createRandom(number);
    const device = devices[i]!;
    const shown = ids.filter((id) => device.columns.has(id));
    const some = shown.length > 0 ? chance.pick(shown) : undefined;
    switch (kind) {
      case 'create': {
        const id = newRecord(i, chance);
        return write(i, id, { name: canary(id, 'name'), ...somewhere(chance) }, true);
      }
      case 'import': {
        const records = Array.from({ length: chance.below(12) === 0 ? 40 : 1 + chance.below(3) }, () => {
          const id = newRecord(i, chance);
          return { id, changes: { name: canary(id, 'name'), ...somewhere(chance) }, create: true as const };
        });
        const saved = await device.replica.commitPack(records);
        if (saved.ok) typed.push(...records.map(({ changes }) => ({ who: PEOPLE[i]!, text: changes.name })));
        return;
      }
      case 'edit':
        return some ? write(i, some, {}, false) : undefined;
      case 'move':
        return some ? write(i, some, somewhere(chance), false) : undefined;
      case 'delete':
        return some ? write(i, some, { deletedAt: time.now() }, false) : undefined;
      case 'company':
        return write(i, newRecord(i, chance, 'company'), {}, true);
      case 'link': {
        const companies = shown.filter((id) => idType(id) === 'company');
        const contacts = shown.filter((id) => idType(id) === 'contact');
        if (companies.length === 0 || contacts.length === 0) return;
        return write(i, chance.pick(contacts), { companyId: chance.pick(companies) }, false);
      }
      case 'restore':
        return some ? write(i, some, { deletedAt: null }, false) : undefined;
      case 'rights':
        people.change(PEOPLE[i]!, chance);
        return rightsChanged();
      case 'revoke':
        return revoke(i, chance);
      case 'deliver':
        return deliver(1 + chance.below(12), chance);
      case 'settle':
        return settle();
      case 'time':
        return time.pass(chance.below(20_000));
      case 'cut':
      case 'lose':
      case 'freeze': {
        const wires = network.wires();
        if (wires.length === 0) return;
        return network[kind === 'lose' ? 'loseAnswers' : kind](chance.pick(wires));
      }
      case 'crash': {
        const saving = some && chance.below(2) === 0 ? write(i, some, somewhere(chance), false) : undefined;
        for (let turns = chance.below(12); turns > 0; turns--) await turn();
        await restart(i);
        return saving;
      }
      case 'relay':
        stopRelay();
        await turn();
        return startRelay();
      case 'flush':
        return device.replica.flush();
      case 'compact':
        return compact();
      case 'away':
        return away(i, chance);
    }
  }

  startRelay();
  for (let i = 0; i < count; i++) devices.push(await boot(i));
  return {
    people,
    devices,
    disks,
    network,
    time,
    get store() {
      return store;
    },
    tap,
    ids,
    typed,
    wrong,
    take,
    settle,
    async close() {
      for (const device of devices) device.crash();
      await turn();
      stopRelay();
      folder.remove();
      await Promise.all([...devices, ...crashed].map((device) => device.close()));
    },
  };
}
