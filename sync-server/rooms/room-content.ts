import type * as Y from 'yjs';
import type { CloseReason } from '#core/protocol/messages.ts';

/** Somebody in a room. */
export interface RoomUser {
  /** Names the socket in the log. */
  readonly connection: string;
  readonly user: { readonly id: string; readonly name: string };
  /** Asked at every update: rights may change while a socket is open. */
  readonly mayWrite: () => boolean;
}

/** An update as it came from a socket: nothing of it is believed. */
export interface SentUpdate {
  /** The connection. */
  readonly from: object;
  readonly who: RoomUser;
  readonly update: Uint8Array;
}

/** A room's document and where it is kept. */
export interface RoomContent {
  /** What everybody is sent. Holds only what is durable: an `update` event of it is the moment to tell others (L4). */
  readonly doc: Y.Doc;
  /**
   * Checks and stores updates; what is taken is in `doc` when this settles. One answer for each: why it was refused,
   * undefined where it was taken or said nothing new. Called again only after it settled; never rejects.
   */
  submit(batch: readonly SentUpdate[]): Promise<readonly (CloseReason | undefined)[]>;
  /** May this person be here, by what is true now? */
  mayOpen(who: RoomUser): Promise<boolean>;
  /** Called when that may have changed for anybody. */
  onRights?: () => void;
  /** Reads what other relays appended; for a document that no hub tells of. */
  catchUp?(): void;
  /** Finishes what is under way and lets go. */
  close(): Promise<void>;
}
