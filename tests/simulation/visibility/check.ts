import { sees } from '#core/access/access.ts';
import type { RecordId } from '#core/kit/ids.ts';
import { jsonEqual, type Json } from '#core/kit/json.ts';
import { foldRecord } from '#crdt/fold.ts';
import { canonicalState } from '#crdt/record.ts';
import type { LogEntry } from '../../../sync-server/store/port.ts';
import { idsIn, textOf } from './canary.ts';
import { readDisk } from './disk.ts';
import { PEOPLE, type Who } from './people.ts';
import { placeOf } from './wire-tap.ts';
import { WORKSPACE, type World } from './world.ts';

/** Everything has come to rest: what must hold now, by plain evaluation of the rules over the relay's rows. */
export async function check(world: World): Promise<void> {
  const { engine } = world.store;
  const log = engine.log(WORKSPACE, 0, 100_000);
  const { horizon, head } = engine.groups(WORKSPACE, world.people.person('u0'));
  checkLog(log, horizon, head.seq);
  const states = new Map<RecordId, Uint8Array>();
  for (const id of world.ids) {
    const record = engine.record(WORKSPACE, id);
    if (record) states.set(id, record.state);
  }
  checkCompanies(states);
  for (const i of world.devices.keys()) await checkDevice(world, i, PEOPLE[i]!, states);
  checkTyped(world, [...states.values(), ...log.map(({ update }) => update)]);
}

const fail = (message: string): never => {
  throw new Error(message);
};

/** I7, I2; up to the horizon the log keeps the newest entries only (L6). */
function checkLog(log: readonly LogEntry[], horizon: number, head: number): void {
  const kept = log.filter(({ seq }) => seq > horizon).map(({ seq }) => seq);
  const all = Array.from({ length: head - horizon }, (_, i) => horizon + 1 + i);
  if (kept.join() !== all.join()) fail(`I7: after ${horizon} up to ${head}, the log has ${kept.join()}`);
  const said = new Set<string>();
  for (const { device, recordId, update } of log) {
    const what = `${device} ${recordId} ${textOf(update)}`;
    if (said.has(what)) fail(`I2: ${recordId} was changed twice by one push of ${device}`);
    said.add(what);
  }
}

/** P6: nobody's company is one that was deleted. */
function checkCompanies(states: ReadonlyMap<RecordId, Uint8Array>): void {
  for (const [id, state] of states) {
    const { companyId } = foldRecord(id, state).values;
    if (typeof companyId !== 'string') continue;
    const company = states.get(companyId);
    if (company && foldRecord(companyId, company).values['deletedAt'] !== undefined)
      fail(`P6: ${id} belongs to ${companyId}, which is deleted`);
  }
}

async function checkDevice(
  world: World,
  i: number,
  who: Who,
  states: ReadonlyMap<RecordId, Uint8Array>,
): Promise<void> {
  const device = world.devices[i]!;
  const person = world.people.person(who);
  if (device.replica.pending.count > 0) fail(`I11: the outbox of ${who} is not empty`);
  const may = new Set<RecordId>();
  for (const [id, state] of states) {
    if (!sees(person, placeOf(id, state))) continue;
    may.add(id);
    if (!device.columns.has(id)) fail(`V3: ${who} lacks ${id}`);
    const local = (await device.replica.document(id)) ?? fail(`V3: ${who} shows ${id} and has no document of it`);
    if (!sameBytes(local, state) && canonicalState(id, local) !== canonicalState(id, state))
      fail(`I3: ${who} has another ${id} than the relay`);
    const [row, folded] = [device.columns.get(id), foldRecord(id, local)];
    if (!jsonEqual(row as unknown as Json, folded as unknown as Json))
      fail(`I10: ${who} shows another ${id} than its document says`);
  }
  for (const id of world.ids) if (!may.has(id) && device.columns.has(id)) fail(`I5: ${who} still sees ${id}`);

  await device.replica.flush();
  const disk = await readDisk(world.disks[i]!);
  for (const [store, text] of disk) {
    // what somebody typed and the relay refused is theirs (P5)
    if (store === 'refused') continue;
    for (const id of idsIn(text)) if (!may.has(id)) fail(`I5: ${who} still has ${id} in “${store}”`);
  }
  const held = idsIn(`${disk.get('records')} ${disk.get('packs')}`);
  for (const id of may) if (!held.has(id)) fail(`V3: ${who} has nothing of ${id} on the disk`);
}

/** P5, I1: what a device called saved has reached the relay, or is in the tray of whoever typed it. */
function checkTyped({ typed, devices }: World, received: readonly Uint8Array[]): void {
  const taken = received.map(textOf).join('\n');
  const trays = new Map(
    devices.map((device, i) => [PEOPLE[i]!, JSON.stringify(device.replica.refused().map(({ changes }) => changes))]),
  );
  for (const { who, text } of typed)
    if (!taken.includes(text) && !trays.get(who)!.includes(text)) fail(`I1, P5: “${text}”, typed by ${who}, is lost`);
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}
