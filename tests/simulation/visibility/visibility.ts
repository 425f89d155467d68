import { deflateInTurn } from '../platform.ts';
import { check } from './check.ts';
import type { History, Step } from './steps.ts';
import { createWorld, type World } from './world.ts';

/** A rule of sync.md §2, §3 or §6 did not hold. */
export class VisibilityBroken extends Error {
  override readonly name = 'VisibilityBroken';
}

/** What a run was made of. */
export interface VisibilityReport {
  readonly records: number;
  readonly typed: number;
  /** Frames, handshakes and ends that were queued or moved. */
  readonly moves: number;
}

/**
 * The visibility model, driving the real replica (over fake-indexeddb), the real relay and its real store. `u0` sees
 * all; rules, departments and memberships of the others change all the time, records are made, imported, edited, moved
 * and deleted by everybody, connections and processes die. Every text holds its record's id, so that a byte of it is
 * known anywhere.
 *
 * All the time: no frame carries or names a record to somebody who is not entitled to it (I4), and no device finds that
 * its groups do not add up (V7). When the faults end, everything comes to rest (I11), and `check.ts` says what holds then.
 */
export async function runHistory(
  history: History,
  log: (line: string) => void = () => undefined,
): Promise<VisibilityReport> {
  deflateInTurn();
  const world = await createWorld(history);
  const throwIfWrong = () => {
    if (world.wrong.length > 0) throw world.wrong[0];
  };
  try {
    for (const [n, step] of history.steps.entries()) {
      log(`${n} ${step.join(' ')}`);
      await world.take(step);
      throwIfWrong();
    }
    await rest(world);
    throwIfWrong();
    await check(world);
    throwIfWrong();
    return { records: world.ids.length, typed: world.typed.length, moves: world.network.activity };
  } catch (error) {
    throw new VisibilityBroken(error instanceof Error ? error.message : String(error), { cause: error });
  } finally {
    await world.close();
  }
}

/** No more faults: everything must arrive. */
async function rest(world: World): Promise<void> {
  for (let round = 0; round < 60; round++) {
    await world.settle();
    const inStep = world.devices.every((d) => d.link.status().phase === 'live' && d.replica.pending.count === 0);
    // a frozen link still looks live: time shows that it is none
    if (inStep && world.network.wires().every((wire) => !wire.dead)) return;
    world.time.pass(5_000);
  }
  throw new Error(
    `I11: not in step: ${world.devices.map((d) => `${d.link.status().phase} ${d.replica.pending.count}`).join(', ')}`,
  );
}

export type { History, Step };
