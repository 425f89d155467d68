import { encodeRelayMessage } from '#core/protocol/codec.ts';
import { LIMITS } from '#core/protocol/messages.ts';
import type { RecordId } from '#core/kit/ids.ts';
import type { Result } from '#core/kit/result.ts';
import type { Reader, StoreError, StorePort } from '../store/port.ts';

/** States read for one part of a manifest, at most: reading them is what it costs. Bytes. */
const PART_BYTES = 1024 * 1024;

/** What a device answers to the parts of a manifest, in their order. At most `LIMITS.manifestsInFlight` wait. */
export interface Wants {
  /** A part was sent. */
  expect(): void;
  /** The device's answer to the oldest part; false where it was not asked. */
  answer(ids: readonly RecordId[]): boolean;
  /** The next answer; undefined when the socket closed. */
  next(): Promise<readonly RecordId[] | undefined>;
  close(): void;
}

export function createWants(): Wants {
  const answers: (readonly RecordId[])[] = [];
  let expected = 0;
  let closed = false;
  let wake: () => void = () => undefined;
  return {
    expect: () => void expected++,
    answer(ids) {
      if (expected === 0) return false;
      expected--;
      answers.push(ids);
      wake();
      return true;
    },
    async next() {
      while (answers.length === 0 && !closed) await new Promise<void>((resolve) => (wake = resolve));
      return answers.shift();
    },
    close() {
      closed = true;
      wake();
    },
  };
}

export interface ManifestPull {
  readonly store: Pick<StorePort, 'manifest'>;
  readonly workspace: string;
  /** Whose groups, which of them, and up to which place in the log. */
  readonly reader: Reader;
  readonly wants: Wants;
  isOpen(): boolean;
  send(frame: Uint8Array): void;
  /** Sends these records; true when it came to its end. */
  bring(some: Pick<Reader, 'ids'>): Promise<boolean>;
}

/**
 * Tells a device what there is of groups it may hold something of, and brings what it asks for (V5). Undefined also
 * where the socket closed before the end.
 */
export async function sendManifest(pull: ManifestPull): Promise<Result<void, StoreError> | undefined> {
  const { store, workspace, wants } = pull;
  const reader = { ...pull.reader, snapshot: crypto.randomUUID() };
  const limits = { records: LIMITS.manifestRecords, bytes: PART_BYTES };
  let cursor: number | undefined = 0;
  let unanswered = 0;
  while (pull.isOpen()) {
    if (cursor !== undefined && unanswered < LIMITS.manifestsInFlight) {
      const part = await store.manifest(workspace, cursor, limits, reader);
      if (!part.ok) return part;
      if (!pull.isOpen()) return undefined;
      const { entries, seq, more } = part.value;
      cursor = more ? seq : undefined;
      if (entries.length === 0) continue;
      wants.expect();
      unanswered++;
      pull.send(encodeRelayMessage({ type: 'keep-only', records: entries }));
    } else if (unanswered > 0) {
      const ids = await wants.next();
      if (!ids) return undefined;
      unanswered--;
      if (ids.length > 0 && !(await pull.bring({ ids }))) return undefined;
    } else return undefined;
  }
  return undefined;
}
