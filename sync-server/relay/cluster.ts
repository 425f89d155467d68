/**
 * The other relays on the same database. What they say is a hint and never content that must not be missed: a hint may
 * be lost, come late or twice, and whoever gets one reads the database again from where he is (L2). Only presence and
 * the end of a session, which nobody keeps, are told here and nowhere else.
 */
export interface Cluster {
  /** Tells the other relays, soon. Hints of the same thing that wait to be sent become one. */
  publish(message: ClusterMessage): void;
  /** Called for every message of another relay. Returns how to stop. */
  on(listener: (message: ClusterMessage, node: string) => void): () => void;
  /** Called every few seconds and after a broken connection: messages may have been lost. */
  onDoubt(listener: () => void): () => void;
  /** Called when another relay is gone, and with it everybody who was present there. */
  onGone(listener: (node: string) => void): () => void;
  close(): Promise<void>;
}

export type ClusterMessage =
  /** The workspace's log grew up to `seq`. */
  | { readonly kind: 'entries'; readonly workspace: string; readonly seq: number }
  /** Updates were appended to a room of the store. */
  | { readonly kind: 'room'; readonly room: string }
  /** One connection's presence entry in a room, by the relay that has it; `json` 'null' = gone. */
  | {
      readonly kind: 'presence';
      readonly room: string;
      readonly clientId: number;
      readonly clock: number;
      readonly json: string;
    }
  /** Somebody joined a room where nobody was: who is there? */
  | { readonly kind: 'presence-ask'; readonly room: string }
  /** Roles, departments or memberships changed. */
  | { readonly kind: 'people'; readonly workspace: string }
  /** A session or access token ended; `key` is a hash of what names it. */
  | { readonly kind: 'ended'; readonly key: string };

/** Messages with the same key replace each other while they wait: the later one says it all. */
export function messageKey(message: ClusterMessage): string {
  switch (message.kind) {
    case 'entries':
      return `entries ${message.workspace}`;
    case 'room':
    case 'presence-ask':
      return `${message.kind} ${message.room}`;
    case 'presence':
      return `presence ${message.clientId} ${message.room}`;
    case 'people':
      return `people ${message.workspace}`;
    case 'ended':
      return `ended ${message.key}`;
  }
}
