import { connect, type Socket } from 'node:net';
import * as encoding from 'lib0/encoding';
import { WebSocket } from 'ws';
import { hlcFromMs } from '#core/kit/hlc.ts';
import { newId, type RecordId } from '#core/kit/ids.ts';
import { createInFlight, loadOf, type PushLoad } from '#core/protocol/in-flight.ts';
import { LIMITS, type Change } from '#core/protocol/messages.ts';
import { createRecord } from '#crdt/record.ts';
import { quarrel } from './hostile-updates.ts';
import { rawDevice, type RawDevice } from './raw-device.ts';

/** Where a flood goes, and as whom: somebody who is signed in and means harm. */
export interface Target {
  readonly url: string;
  readonly cookie: string;
  /** A record he may edit. */
  readonly id: RecordId;
  readonly state: Uint8Array;
}

/** Misbehaves until `signal` aborts; tells every close code it earned. */
export interface Flood {
  readonly name: string;
  run(target: Target, signal: AbortSignal, onClose: (code: number) => void): Promise<void>;
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const until = (signal: AbortSignal) =>
  new Promise<void>((resolve) => (signal.aborted ? resolve() : signal.addEventListener('abort', () => resolve())));

/** Connects again and again: `use` drives one connection until it is closed. */
async function again(
  { url, cookie }: Target,
  signal: AbortSignal,
  onClose: (code: number) => void,
  use: (device: RawDevice) => Promise<unknown>,
): Promise<void> {
  while (!signal.aborted) {
    const device = await rawDevice(url, cookie);
    void device.closed.then(({ code }) => onClose(code));
    await Promise.race([use(device).catch(() => undefined), device.closed, until(signal)]);
    device.socket.terminate();
    await pause(1);
  }
}

/** Pushes as fast as they are answered, as many under way as a client may have. */
const pushing =
  (changesOf: (target: Target) => (n: number) => readonly Change[]): Flood['run'] =>
  (target, signal, onClose) => {
    const changes = changesOf(target);
    let made = 0;
    return again(target, signal, onClose, async (device) => {
      device.hello();
      await device.hears('welcome');
      const inFlight = createInFlight();
      const unanswered: PushLoad[] = [];
      for (let n = 0, next = changes(made++); ;) {
        for (let load = loadOf(next); inFlight.fits(load); load = loadOf(next)) {
          device.send({ type: 'push', n: ++n, changes: next });
          inFlight.add(load);
          unanswered.push(load);
          next = changes(made++);
        }
        await device.hears('ack');
        inFlight.remove(unanswered.shift()!);
      }
    });
  };

/** Joins the workspace's room again and again and says the same thing as often as it may. */
const room =
  (say: () => Uint8Array, perTurn: number): Flood['run'] =>
  async ({ url, cookie }, signal, onClose) => {
    while (!signal.aborted) {
      const headers = { cookie, origin: url };
      const socket = new WebSocket(`${url.replace(/^http/, 'ws')}/rooms/workspace`, { headers });
      socket.on('error', () => undefined);
      const closed = new Promise<void>((resolve) =>
        socket.on('close', (code) => {
          onClose(code);
          resolve();
        }),
      );
      await Promise.race([new Promise((resolve) => socket.once('open', resolve)), closed]);
      while (!signal.aborted && socket.readyState === WebSocket.OPEN) {
        for (let i = 0; i < perTurn; i++) socket.send(say());
        await pause(1);
      }
      socket.terminate();
      await closed;
    }
  };

function awareness(clientId: number, clock: number, json: string): Uint8Array {
  const list = encoding.createEncoder();
  encoding.writeVarUint(list, 1);
  encoding.writeVarUint(list, clientId);
  encoding.writeVarUint(list, clock);
  encoding.writeVarString(list, json);
  const out = encoding.createEncoder();
  encoding.writeVarUint(out, 1);
  encoding.writeVarUint8Array(out, encoding.toUint8Array(list));
  return encoding.toUint8Array(out);
}

const noise = new Uint8Array(40).fill(0xff);
let clock = 0;

export const FLOODS: readonly Flood[] = [
  {
    name: 'pushes of 512 changes that are all refused',
    run: pushing(({ id }) => {
      const refused = Array.from({ length: LIMITS.pushChanges }, () => ({ id, update: noise }));
      return () => refused;
    }),
  },
  {
    name: 'pushes of 2 MB of new records',
    run: pushing(() => {
      const note = 'x'.repeat(3900);
      const stamp = () => ({ hlc: hlcFromMs(Date.now()), clientId: 1 + Math.floor(Math.random() * 4e9) });
      const clientId = stamp().clientId;
      return () =>
        Array.from({ length: 500 }, () => ({
          id: newId('contact'),
          update: createRecord({ name: 'Rác', 'text:note': note }, { ...stamp(), clientId }),
        }));
    }),
  },
  {
    name: 'a text two of his devices quarrel about, letter by letter',
    async run(target, signal, onClose) {
      const random = () => 1 + Math.floor(Math.random() * 4e9);
      while (!signal.aborted) {
        const id = newId('contact');
        const state = createRecord({ name: 'Cãi nhau' }, { hlc: hlcFromMs(Date.now()), clientId: random() });
        const parts = [{ id, update: state }, ...quarrel(id, state, 6_000, [random(), random()])];
        const rounds = AbortSignal.any([signal, AbortSignal.timeout(3_000)]);
        await pushing(() => (n) => parts.slice(n % parts.length, (n % parts.length) + 1))(target, rounds, onClose);
      }
    },
  },
  {
    name: 'first syncs without end, on twelve connections',
    run: async (target, signal, onClose) => {
      await Promise.all(
        Array.from({ length: 12 }, () =>
          again(target, signal, onClose, async (device) => {
            device.hello();
            for (;;) {
              const { seq } = await device.hears('page');
              device.send({ type: 'got', seq });
              if (seq >= Number.MAX_SAFE_INTEGER) return;
              await Promise.race([device.hears('caught-up').then(() => device.socket.terminate()), pause(0)]);
            }
          }),
        ),
      );
    },
  },
  {
    name: 'forty devices that never read, and say that they have got everything',
    run: async (target, signal, onClose) => {
      await Promise.all(
        Array.from({ length: 40 }, () =>
          again(target, signal, onClose, async (device) => {
            device.hello();
            await device.hears('welcome');
            device.socket.pause();
            for (let n = 1; !signal.aborted; n++) {
              device.send({ type: 'got', seq: Number.MAX_SAFE_INTEGER });
              device.send({ type: 'push', n, changes: [{ id: target.id, update: noise }] });
              await pause(50);
            }
          }),
        ),
      );
    },
  },
  {
    name: 'frames beyond the limit',
    run: (target, signal, onClose) =>
      again(target, signal, onClose, async (device) => {
        device.send(new Uint8Array(LIMITS.frameBytes + 1));
        await device.closed;
      }),
  },
  {
    name: 'thousands of messages a second',
    run: (target, signal, onClose) =>
      again(target, signal, onClose, async (device) => {
        device.hello();
        await device.hears('welcome');
        for (;;) {
          for (let i = 0; i < 200; i++) device.send({ type: 'got', seq: i });
          await pause(1);
        }
      }),
  },
  {
    name: 'presence without end',
    run: room(() => awareness(77, ++clock, JSON.stringify({ viewing: [], noise: 'x'.repeat(1900) })), 20),
  },
  {
    name: 'presence of 2 MB in one message',
    run: room(() => awareness(78, ++clock, JSON.stringify({ noise: 'x'.repeat(2_000_000) })), 1),
  },
  // step 0 with an empty state vector: "send me everything"
  { name: 'questions for the whole room', run: room(() => new Uint8Array([0, 0, 1, 0]), 100) },
  {
    name: 'handshakes that never end',
    async run({ url }, signal) {
      const sockets = new Set<Socket>();
      const { port } = new URL(url);
      const drip = setInterval(() => {
        for (const socket of sockets) socket.write('X-a: b\r\n');
        for (let i = sockets.size; i < 300; i++) {
          const socket = connect(Number(port), '127.0.0.1');
          sockets.add(socket);
          socket.on('error', () => undefined);
          socket.on('close', () => sockets.delete(socket));
          socket.write('GET /sync HTTP/1.1\r\nHost: x\r\n');
        }
      }, 100);
      await until(signal);
      clearInterval(drip);
      for (const socket of sockets) socket.destroy();
    },
  },
  {
    name: 'API calls with bodies that are too large, broken or wrong',
    async run({ url, cookie }, signal) {
      const headers = { 'content-type': 'application/json', origin: url, cookie };
      const bodies = ['x'.repeat(100_000), '{"a":', JSON.stringify({ email: 'a@b.vn', password: 'sai' })];
      await Promise.all(
        Array.from({ length: 8 }, async (_, i) => {
          for (let n = i; !signal.aborted; n++) {
            const body = bodies[n % bodies.length]!;
            await fetch(`${url}/api/sign-in`, { method: 'POST', headers, body }).then(
              (answer) => answer.arrayBuffer(),
              () => undefined,
            );
          }
        }),
      );
    },
  },
];
