const PREFIX = 'room:';

/**
 * The device of what a person writes in rooms, to which Yjs client ids are bound (P3): one for all his sockets, since a
 * stock client has no device and keeps its client id when it connects again.
 */
export const roomDevice = (user: string): string => PREFIX + user;

/** No replica may call itself that: it could write under client ids of somebody's room. */
export const isRoomDevice = (device: string): boolean => device.startsWith(PREFIX);
