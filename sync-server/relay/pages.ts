import { promisify } from 'node:util';
import { deflateRaw, deflateRawSync } from 'node:zlib';
import type { PartitionKey } from '#core/access/partition.ts';
import { encodeRelayMessage } from '#core/protocol/codec.ts';
import { LIMITS } from '#core/protocol/messages.ts';
import { err, type Result } from '#core/kit/result.ts';
import type { Page, Reader, StoreError, StorePort } from '../store/port.ts';
import type { PageCredit } from './page-credit.ts';

const deflate = promisify(deflateRaw);

/** Smaller packs cost more to deflate than they save. Bytes. */
const DEFLATE_FROM = 1024;
/** Up to here zlib takes 0.3 ms in this thread; the way to one of its own costs twice the processor. Bytes. */
const DEFLATE_HERE = 16 * 1024;
/** Raw size of a page: four of them in flight stay within a socket's buffer. Bytes. */
const PAGE_BYTES = LIMITS.socketBufferBytes / LIMITS.pagesInFlight;
/** Records of a new device's first page: few, so that something is on the screen soon. */
const FIRST_RECORDS = 64;

export interface PagePull {
  readonly store: StorePort;
  readonly workspace: string;
  readonly afterSeq: number;
  readonly reader: Reader;
  readonly credit: PageCredit;
  /** May this pull still send? Not after the socket closed, nor after the person's rights changed. */
  isOpen(): boolean;
  send(frame: Uint8Array): void;
  /** Before the next page is read: these partitions are in one that was read at this head. */
  brings(groups: readonly PartitionKey[], head: number): void;
  /**
   * Asked in the turn of the event loop that would end the pull: may the socket go live from `head`? False when
   * something later was fanned out since that page was read; then the pull goes on.
   */
  goLive(head: number): boolean;
}

/** The log does not reach back any more to the place a pull has come to: it was compacted meanwhile (L6). */
export interface BelowHorizon {
  readonly type: 'below-horizon';
}

/**
 * Sends pages from a cursor to the head, within the credit, then goes live. While one page is deflated (a large one
 * in zlib's threads) the next is read. All pages are of one read snapshot (V6). A device that takes longer than a snapshot may
 * live is brought the rest in another one: a record that was written meanwhile has moved to a later `seq` and so to a
 * later page, and what it left is told as long as the log reaches back to here.
 */
export async function sendPages(pull: PagePull): Promise<Result<void, StoreError | BelowHorizon> | undefined> {
  const { store, workspace, credit } = pull;
  let reader = { ...pull.reader, snapshot: crypto.randomUUID() as string };
  /** Up to here nothing can have left the device: it had nothing when the pull began. */
  let had: number | undefined = pull.afterSeq > 0 ? 0 : undefined;
  const read = (afterSeq: number) =>
    store.pull(
      workspace,
      afterSeq,
      { records: afterSeq === 0 ? FIRST_RECORDS : LIMITS.pageRecords, bytes: PAGE_BYTES },
      reader,
    );
  let cursor = pull.afterSeq;
  let next: Promise<Result<Page, StoreError>> | undefined;
  while (await credit.wait()) {
    const result = await (next ?? read(cursor));
    next = undefined;
    if (!result.ok) return result;
    const page = result.value;
    had ??= page.head;
    if (pull.reader.left && page.horizon > Math.max(cursor, had)) return err({ type: 'below-horizon' });
    pull.brings(page.groups, page.head);
    if (page.more && credit.free > 1) next = read(page.seq);
    if (page.drops.length > 0 && pull.isOpen()) {
      pull.send(encodeRelayMessage({ type: 'changes', records: [], seq: cursor, drops: page.drops }));
    }
    if (page.count > 0) {
      const frame = await encodePage(page, pull.reader.upTo);
      if (!pull.isOpen()) return undefined;
      pull.send(frame);
      credit.sent(pull.reader.upTo ?? page.seq, frame.length);
    }
    cursor = page.seq;
    if (!pull.isOpen()) return undefined;
    if (page.more) continue;
    if (pull.goLive(page.head)) return undefined;
    reader = { ...reader, snapshot: crypto.randomUUID() };
  }
  return undefined;
}

/** Pages of a snapshot below the cursor move no cursor: they say the cursor itself. */
async function encodePage({ seq: last, count, pack }: Page, upTo: number | undefined): Promise<Uint8Array> {
  const seq = upTo ?? last;
  const deflated = pack.length > DEFLATE_FROM;
  const bytes = deflated ? await deflatePack(pack) : pack;
  return encodeRelayMessage({ type: 'page', seq, count, deflated, pack: bytes });
}

const deflatePack = (pack: Uint8Array): Uint8Array | Promise<Uint8Array> =>
  pack.length > DEFLATE_HERE ? deflate(pack, { level: 1 }) : deflateRawSync(pack, { level: 1 });
