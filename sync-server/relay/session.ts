import { createView } from '#core/access/access.ts';
import type { PartitionKey } from '#core/access/partition.ts';
import { decodeClientMessage, encodeRelayMessage } from '#core/protocol/codec.ts';
import { CLOSE, LIMITS, PROTOCOL_VERSION, type ClientMessage, type CloseReason } from '#core/protocol/messages.ts';
import type { Reader, StoreError, StorePort } from '../store/port.ts';
import { isRoomDevice } from '../rooms/room-device.ts';
import type { Hub, Listener } from './hub.ts';
import type { RelayLog } from './log.ts';
import { createWants, sendManifest, type ManifestPull } from './manifest.ts';
import { createPageCredit } from './page-credit.ts';
import { sendPages, type BelowHorizon } from './pages.ts';
import { createPushSide } from './push-side.ts';
import type { SocketPort, SocketSession } from './socket-port.ts';
import { createTokenBucket, type Rate } from './token-bucket.ts';

const NO_KEYS: ReadonlySet<string> = new Set();
/** Longest device and build names; they are stored and logged. */
const NAME_LENGTH = 128;

export interface SessionOptions {
  readonly socket: SocketPort;
  readonly who: SocketSession;
  readonly store: StorePort;
  readonly hub: Hub;
  readonly log: RelayLog;
  readonly now: () => number;
  /** How long a socket may stay silent before it says hello. ms. */
  readonly helloMs: number;
  /** How often a live device without news is told that it has everything. */
  readonly heartbeatMs: number;
  readonly messages: Rate;
  /** Called once, when nothing will be sent any more. */
  onEnd(): void;
}

export interface RelaySession {
  readonly who: SocketSession;
  readonly state: State['kind'];
  close(reason: CloseReason): void;
  /** Takes nothing more from the device; resolves when its pushes on the way are committed or failed. */
  drain(): Promise<void>;
  /** The person's rights may have changed: takes back and brings what follows from that. */
  refresh(): void;
}

/** What a socket is doing. Only these combinations exist, so no flag can contradict another. */
type State =
  | { readonly kind: 'greeting'; readonly saidHello: boolean }
  | { readonly kind: 'pulling'; readonly device: string }
  | { readonly kind: 'live'; readonly device: string }
  | { readonly kind: 'closed' };

/**
 * One device's connection: greeting → pulling ⇄ live → closed. Guarantees: nothing of a push is acknowledged before
 * COMMIT (L4); a frame that breaks a rule ends this socket with a reason and touches no other; memory is bounded by
 * pages in flight, pushes in flight and the socket's buffer (I12).
 */
export function createSession(options: SessionOptions): RelaySession {
  const { socket, who, store, hub, log, now } = options;
  const credit = createPageCredit(LIMITS.pagesInFlight);
  const wants = createWants();
  const bucket = createTokenBucket(options.messages, now);
  let state: State = { kind: 'greeting', saidHello: false };
  let draining = false;
  let view = createView(who.person());
  /** Groups the device may hold something of, and those it holds whole; as it said, and as it was told since (V2). */
  const touched = new Set<string>();
  const complete = new Set<string>();
  /** Raised when rights change: a pull for the rights before must send nothing more. */
  let epoch = 0;

  const listener: Listener = {
    sentSeq: 0,
    view: () => view,
    deliver(frame, keys) {
      if (state.kind !== 'live') return;
      whole(keys);
      // pages it has not confirmed may still be under way, and are no sign of being behind
      if (socket.bufferedAmount > LIMITS.socketBufferBytes + credit.bytes) return close(CLOSE.retry, 'behind');
      socket.send(frame);
    },
    fallBack() {
      hub.remove(listener);
      if (state.kind !== 'live') return;
      state = { kind: 'pulling', device: state.device };
      void follow(listener.sentSeq).catch(crash);
    },
  };

  const pushes = createPushSide({ who, store, hub, now, listener, touched, send, close, failed: storeFailed, crash });

  const helloTimer = setTimeout(() => close(CLOSE.helloMissing), options.helloMs);
  // browsers do not show a page the socket's pings: a live device hears this, and takes longer silence for a dead link
  const heartbeat = setInterval(() => {
    if (state.kind !== 'live' || listener.sentSeq < hub.seq) return;
    listener.deliver(encodeRelayMessage({ type: 'caught-up', seq: listener.sentSeq, sums: [] }), NO_KEYS);
  }, options.heartbeatMs);
  heartbeat.unref();
  socket.onClose(() => end());
  socket.onMessage((bytes) => {
    if (state.kind === 'closed' || draining) return;
    try {
      receive(bytes);
    } catch (error) {
      crash(error);
    }
  });

  function end(): void {
    if (state.kind === 'closed') return;
    state = { kind: 'closed' };
    clearTimeout(helloTimer);
    clearInterval(heartbeat);
    hub.remove(listener);
    credit.close();
    wants.close();
    options.onEnd();
  }

  function close(reason: CloseReason, because?: string): void {
    if (state.kind === 'closed') return;
    log.info({ ...about(), reason: reason.reason, because }, 'socket closed');
    end();
    socket.close(reason.code, reason.reason);
  }

  /** A bug on our side: this socket ends, the relay goes on. */
  function crash(error: unknown): void {
    log.error({ ...about(), err: error }, 'relay session failed');
    close(CLOSE.retry, 'internal error');
  }

  /** What every line of the log about this connection names. */
  function about(): object {
    const { connection, user, workspace } = who;
    return { connection, user, workspace, ...('device' in state ? { device: state.device } : {}) };
  }

  /** `n` = the push it happened to. */
  function storeFailed(error: StoreError | BelowHorizon, n?: number): void {
    if (error.type === 'below-horizon') return close(CLOSE.retry, error.type);
    log.error({ ...about(), n, error }, 'store failed');
    close(error.type === 'storage-full' ? CLOSE.relayFull : CLOSE.retry, error.type);
  }

  function receive(bytes: Uint8Array | undefined): void {
    if (!bytes) return close(CLOSE.malformed, 'text frame');
    if (bytes.length > LIMITS.frameBytes) return close(CLOSE.tooLarge, 'frame');
    if (!bucket.take()) return close(CLOSE.tooMany, 'messages');
    // updates are views of the frame and go to another thread: a frame in a larger buffer would take that along
    const decoded = decodeClientMessage(bytes.length === bytes.buffer.byteLength ? bytes : bytes.slice());
    if (!decoded.ok) {
      return close(decoded.error.type === 'unknown-type' ? CLOSE.unknownType : CLOSE.malformed, 'decode');
    }
    const message = decoded.value;
    switch (message.type) {
      case 'hello':
        return void hello(message).catch(crash);
      case 'got':
        if (state.kind === 'greeting') return close(CLOSE.malformed, 'got before welcome');
        return credit.confirm(message.seq);
      case 'want':
        return wants.answer(message.ids) ? undefined : close(CLOSE.malformed, 'want unasked');
      case 'push':
        if (!('device' in state)) return close(CLOSE.malformed, 'push before welcome');
        return void pushes.take(message, state.device).catch(crash);
    }
  }

  async function hello(message: ClientMessage & { type: 'hello' }): Promise<void> {
    if (state.kind !== 'greeting' || state.saidHello) return close(CLOSE.malformed, 'second hello');
    if (message.version !== PROTOCOL_VERSION) return close(CLOSE.upgradeRequired, `version ${message.version}`);
    const { device, cursor } = message;
    if (device === '' || isRoomDevice(device) || device.length > NAME_LENGTH || message.build.length > NAME_LENGTH) {
      return close(CLOSE.malformed, 'device or build');
    }
    clearTimeout(helloTimer);
    state = { kind: 'greeting', saidHello: true };
    const [groups, lastN] = await Promise.all([
      store.groups(who.workspace, who.person()),
      store.lastN(who.workspace, who.user, device),
    ]);
    if (!groups.ok) return storeFailed(groups.error);
    if (!lastN.ok) return storeFailed(lastN.error);
    const { head, horizon } = groups.value;
    for (const key of message.touched) touched.add(key);
    const isNew = touched.size === 0 && cursor.seq === 0;
    // another database, a place it never reached, or one the log does not reach back to (L5, V5): all is compared
    const known = cursor.incarnation === head.incarnation && cursor.seq <= head.seq && cursor.seq >= horizon;
    const reset = !known && !isNew;
    const afterSeq = known ? cursor.seq : isNew ? 0 : head.seq;
    if (!reset) for (const key of message.complete) if (touched.has(key)) complete.add(key);
    const coming = await store.countAfter(who.workspace, afterSeq, { person: who.person() });
    if (!coming.ok) return storeFailed(coming.error);
    if (!isOpen()) return;

    state = { kind: 'pulling', device };
    send({
      type: 'welcome',
      version: PROTOCOL_VERSION,
      workspace: who.workspace,
      user: who.user,
      now: now(),
      head,
      lastN: lastN.value,
      coming: coming.value,
      reset,
    });
    await follow(afterSeq, complete);
  }

  /**
   * Brings the device from a place in the log to the head, by the person's rights as they are (V3): takes back the
   * groups they lost, compares those it may not hold whole (V5), sends those they gained, then what changed since.
   * Everything it sends is judged by `view`; a change of rights ends it between two frames, and another one begins.
   * `held` = groups of which it is told what left them: a device that greets finds that out of the others by comparing,
   * and may have written into one before it could see it (I4).
   */
  async function follow(afterSeq: number, held: ReadonlySet<PartitionKey> = touched): Promise<void> {
    const mine = ++epoch;
    view = createView(who.person());
    const isOpenStill = () => isOpen() && epoch === mine;
    const dropped = [...touched].filter((key) => !view.sees(key));
    if (dropped.length > 0) {
      for (const key of dropped) {
        touched.delete(key);
        complete.delete(key);
      }
      send({ type: 'groups', dropped, complete: [] });
    }
    const person = who.person();
    const groups = await store.groups(who.workspace, person);
    if (!groups.ok) return storeFailed(groups.error);
    if (!isOpenStill()) return;
    const visible = groups.value.visible.map(({ key }) => key);
    const lacking = visible.filter((key) => !complete.has(key));
    const before = [...touched];
    const told = [...held];
    for (const key of visible) touched.add(key);
    if (lacking.length > 0 && afterSeq > 0) {
      const upTo = afterSeq;
      const bring = (some: Partial<Reader>) => pull(0, { person, upTo, ...some }, isOpenStill, () => true);
      const known = lacking.filter((key) => before.includes(key));
      if (known.length > 0 && !(await compare({ person, upTo, only: known }, isOpenStill, bring))) return;
      const unheld = lacking.filter((key) => !before.includes(key));
      if (unheld.length > 0 && !(await bring({ only: unheld }))) return;
    }
    if (lacking.length > 0) {
      // up to the cursor: at the very beginning of the log every group is whole
      for (const key of lacking) complete.add(key);
      send({ type: 'groups', dropped: [], complete: lacking });
    }
    // of a group that is new to the device nothing was sent yet: what left it before is none of its business (I4)
    const left = [
      { keys: told, after: afterSeq },
      { keys: [...touched].filter((key) => !told.includes(key)), after: groups.value.head.seq },
    ];
    await pull(afterSeq, { person, left }, isOpenStill, goLive, (born, after) => {
      // what leaves such a group later is to be dropped
      const keys = born.filter((key) => !touched.has(key));
      if (keys.length > 0) left.push({ keys, after });
      whole(keys);
    });
  }

  /** A group that is born while the device listens, or while pages are sent to it, is whole from its birth. */
  function whole(keys: Iterable<PartitionKey>): void {
    for (const key of keys) {
      touched.add(key);
      complete.add(key);
    }
  }

  /** V5. True when it came to its end. */
  async function compare(reader: Reader, isOpenStill: () => boolean, bring: ManifestPull['bring']): Promise<boolean> {
    const { workspace } = who;
    const pull = { store, workspace, reader, wants, isOpen: isOpenStill, send: sendFrame, bring };
    const failed = await sendManifest(pull);
    if (failed && !failed.ok) storeFailed(failed.error);
    return isOpenStill();
  }

  /** True when it came to its end. */
  async function pull(
    afterSeq: number,
    reader: Reader,
    isOpenStill: () => boolean,
    done: (head: number) => boolean,
    brings: (groups: readonly PartitionKey[], head: number) => void = () => undefined,
  ): Promise<boolean> {
    try {
      const failed = await sendPages({
        store,
        workspace: who.workspace,
        afterSeq,
        reader,
        credit,
        isOpen: isOpenStill,
        send: sendFrame,
        brings,
        goLive: done,
      });
      if (failed && !failed.ok) storeFailed(failed.error);
      return !failed && isOpenStill();
    } catch (error) {
      crash(error);
      return false;
    }
  }

  function goLive(head: number): boolean {
    if (hub.seq > head || state.kind !== 'pulling') return false;
    listener.sentSeq = head;
    state = { kind: 'live', device: state.device };
    send({ type: 'caught-up', seq: head, sums: [] });
    hub.add(listener);
    void check(head, epoch);
    return true;
  }

  /** V7: what every group adds up to, where nothing was committed since. */
  async function check(head: number, mine: number): Promise<void> {
    const groups = await store.groups(who.workspace, who.person());
    if (!groups.ok || state.kind !== 'live' || epoch !== mine || groups.value.head.seq !== head) return;
    if (listener.sentSeq !== head) return;
    send({ type: 'caught-up', seq: head, sums: groups.value.visible });
  }

  function refresh(): void {
    if (state.kind !== 'live' && state.kind !== 'pulling') return;
    hub.remove(listener);
    const from = state.kind === 'live' ? listener.sentSeq : undefined;
    // a pull under way has told the device of no place yet that could be gone on from
    if (from === undefined) return close(CLOSE.retry, 'rights changed');
    state = { kind: 'pulling', device: state.device };
    void follow(from).catch(crash);
  }

  function isOpen(): boolean {
    return state.kind !== 'closed';
  }

  function send(message: Parameters<typeof encodeRelayMessage>[0]): void {
    if (isOpen()) sendFrame(encodeRelayMessage(message));
  }

  /** What a device asked for. One that does not read, whatever it says it has got, is sent no more (P8, I12). */
  function sendFrame(frame: Uint8Array): void {
    const allowed = LIMITS.frameBytes + LIMITS.socketBufferBytes + credit.bytes;
    if (socket.bufferedAmount > allowed) return close(CLOSE.retry, 'does not read');
    socket.send(frame);
  }

  return {
    who,
    get state() {
      return state.kind;
    },
    close: (reason) => close(reason),
    refresh,
    async drain() {
      draining = true;
      await pushes.drained();
    },
  };
}
