import { Awareness } from 'y-protocols/awareness';
import * as v from 'valibot';
import * as Y from 'yjs';
import type { RecordId } from '#core/kit/ids.ts';
import type { Result } from '#core/kit/result.ts';
import { textKey } from '#core/record/row.ts';
import { openRecordLink } from './record-link.ts';

/** What is typed within this time is kept together. ms. */
const KEEP_EVERY_MS = 120;
/** Where an update of the copy came from. */
const ROOM = 'room';
const STORED = 'stored';

/** What the text needs of the data worker. */
export interface LiveTextPort {
  document(id: RecordId): Promise<Uint8Array | undefined>;
  open(
    id: RecordId,
    onRecord: (record: { readonly values: Readonly<Record<string, unknown>> } | undefined) => void,
  ): {
    stop(): void;
  };
  run(
    command: 'record.type',
    input: {
      readonly id: RecordId;
      readonly field: string;
      readonly received: readonly Uint8Array[];
      readonly typed: readonly Uint8Array[];
      readonly text: string;
    },
  ): Promise<Result<unknown, { readonly type: string }>>;
}

export interface LiveTextOptions {
  /** Origin of the relay, `ws:` or `wss:`. */
  readonly url: string;
  readonly port: LiveTextPort;
  readonly id: RecordId;
  readonly field: string;
  /** For tests outside a browser. */
  readonly WebSocket?: typeof WebSocket;
}

export interface TextEdit {
  readonly at: number;
  readonly remove: number;
  readonly insert: string;
}
export interface TextCursor {
  readonly connection: number;
  readonly user: string;
  readonly name: string;
  readonly anchor: number;
  readonly head: number;
}

const cursorSchema = v.object({
  user: v.object({ id: v.string(), name: v.string() }),
  field: v.string(),
  cursor: v.object({ anchor: v.unknown(), head: v.unknown() }),
});

/**
 * A long text of one record, typed in by several people at once. The tab works on a copy of the record's document.
 *
 * What is typed goes to the data worker within 120 ms, into its outbox and its copy of the record (so it survives this
 * tab, offline too), and from there to the relay. What others type comes two ways that say the same: from the record's
 * room at once, and from the worker, which syncs anyway and also has what other tabs of this device typed offline.
 */
export async function openLiveText(options: LiveTextOptions) {
  const { port, id, field } = options;
  const stored = await port.document(id);
  if (!stored) return undefined;
  const doc = new Y.Doc({ guid: id });
  Y.applyUpdate(doc, stored, STORED);
  const text = doc.getText(textKey(field));
  const awareness = new Awareness(doc);

  let typed: Uint8Array[] = [];
  let received: Uint8Array[] = [];
  let keptClock = 0;
  let keeping: Promise<void> | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let held: Uint8Array[] | undefined;
  let ended = false;
  let onEdits: ((edits: readonly TextEdit[]) => void) | undefined;
  let onCursors: (() => void) | undefined;
  let onRefused: (() => void) | undefined;

  // the room writes here: while something is held back it waits, and the text stays as the text field shows it
  const roomDoc = new Y.Doc({ guid: id });
  Y.applyUpdate(roomDoc, stored, STORED);
  roomDoc.on('update', (update: Uint8Array, origin: unknown) => {
    if (origin === ROOM) arrive(update);
  });
  const link = openRecordLink({
    url: options.url,
    id,
    doc: roomDoc,
    awareness,
    origin: ROOM,
    WebSocket: options.WebSocket,
  });

  function arrive(update: Uint8Array): void {
    received.push(update);
    if (held) held.push(update);
    else Y.applyUpdate(doc, update, ROOM);
  }

  doc.on('update', (update: Uint8Array, origin: unknown) => {
    if (origin === ROOM || origin === STORED) return;
    typed.push(update);
    timer ??= setTimeout(() => void keep(), KEEP_EVERY_MS);
  });
  text.observe((event, transaction) => {
    if (transaction.origin === ROOM || transaction.origin === STORED) onEdits?.(editsOf(event.delta));
  });
  awareness.on('change', () => onCursors?.());

  /** Hands what was typed to the worker, one call at a time. */
  function keep(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    return (keeping ??= keepNow().finally(() => (keeping = undefined)));
  }

  async function keepNow(): Promise<void> {
    while (typed.length > 0) {
      const sending = { typed, received };
      const clock = Y.getState(doc.store, doc.clientID);
      [typed, received] = [[], []];
      const done = await port
        .run('record.type', { id, field, ...sending, text: text.toJSON() })
        .catch(() => ({ ok: false, error: { type: 'storage' } }) as const); // the worker went away; the next one is asked
      if (done.ok) {
        keptClock = clock;
        continue;
      }
      if (done.error.type !== 'storage') return refused();
      typed = [...sending.typed, ...typed];
      received = [...sending.received, ...received];
      if (!ended) timer ??= setTimeout(() => void keep(), 10 * KEEP_EVERY_MS);
      return;
    }
  }

  function refused(): void {
    typed = [];
    onRefused?.();
  }

  // what the device holds changed, by whomever
  const subscription = port.open(id, (record) => {
    if (!record || ended || (record.values[field] ?? '') === text.toJSON()) return;
    if (typed.length === 0 && !keeping) void takeStored();
  });
  async function takeStored(): Promise<void> {
    const state = await port.document(id);
    if (!state || ended) return;
    // the worker threw our typing away, as the relay refused it: this copy holds what nobody else will ever have
    if ((Y.parseUpdateMeta(state).to.get(doc.clientID) ?? 0) < keptClock) return refused();
    if (held) held.push(state);
    else Y.applyUpdate(doc, state, STORED);
    Y.applyUpdate(roomDoc, state, STORED);
  }

  return {
    read: () => text.toJSON(),
    edit({ at, remove, insert }: TextEdit) {
      doc.transact(() => {
        if (remove > 0) text.delete(at, remove);
        if (insert !== '') text.insert(at, insert);
      });
    },
    select(anchor: number, head: number) {
      const place = (index: number) =>
        Y.relativePositionToJSON(Y.createRelativePositionFromTypeIndex(text, index)) as unknown;
      awareness.setLocalState({ field, cursor: { anchor: place(anchor), head: place(head) } });
    },
    cursors(): TextCursor[] {
      const cursors: TextCursor[] = [];
      for (const [connection, state] of awareness.getStates()) {
        if (connection === awareness.clientID) continue;
        const parsed = v.safeParse(cursorSchema, state);
        if (!parsed.success || parsed.output.field !== field) continue;
        const { user, cursor } = parsed.output;
        const [anchor, head] = [placeOf(cursor.anchor), placeOf(cursor.head)];
        if (anchor !== undefined && head !== undefined) {
          cursors.push({ connection, user: user.id, name: user.name, anchor, head });
        }
      }
      return cursors;
    },
    onEdits: (listener: typeof onEdits) => void (onEdits = listener),
    onCursors: (listener: () => void) => void (onCursors = listener),
    onRefused: (listener: () => void) => void (onRefused = listener),
    hold() {
      held ??= [];
    },
    release() {
      const waiting = held ?? [];
      held = undefined;
      doc.transact(() => {
        for (const update of waiting) Y.applyUpdate(doc, update, ROOM);
      }, ROOM);
    },
    async close() {
      if (ended) return;
      ended = true;
      link.close();
      subscription.stop();
      awareness.destroy();
      await keep();
      doc.destroy();
      roomDoc.destroy();
    },
  };

  /** Index of a colleague's position; undefined where it is of another text, or not to be read. */
  function placeOf(json: unknown): number | undefined {
    try {
      const position = Y.createRelativePositionFromJSON(json);
      const place = Y.createAbsolutePositionFromRelativePosition(position, doc);
      return place?.type === text ? place.index : undefined;
    } catch {
      return undefined; // anybody's JSON
    }
  }
}

/** A change of the text, as edits one after the other. */
function editsOf(delta: Y.YTextEvent['delta']): TextEdit[] {
  const edits: TextEdit[] = [];
  let at = 0;
  for (const part of delta) {
    if (part.retain !== undefined) at += part.retain;
    else if (part.delete !== undefined) edits.push({ at, remove: part.delete, insert: '' });
    else if (typeof part.insert === 'string') {
      edits.push({ at, remove: 0, insert: part.insert });
      at += part.insert.length;
    }
  }
  return edits;
}
