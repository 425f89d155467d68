import { LIMITS, type RelayMessage } from '#core/protocol/messages.ts';
import type { RelaySide } from './remote.ts';

/** A message of the relay that waits for its turn; a page's records where they were read ahead. */
export interface Received {
  readonly message: RelayMessage;
  readonly unpacked: ReturnType<RelaySide['unpack']> | undefined;
}

/** How many messages of a kind are applied in one go, when so many are waiting; of the others each alone. */
const AT_ONCE: { readonly [T in RelayMessage['type']]?: number } = { page: 4, changes: 16, ack: LIMITS.pushesInFlight };

/**
 * Takes the next message, and those right behind it that can be applied with it. Until a page was stored (`running`) one
 * goes alone: somebody waits for it.
 */
export function takeRun(inbox: Received[], running: boolean): readonly [Received, ...Received[]] {
  const [first] = inbox as [Received, ...Received[]];
  const { type } = first.message;
  const atOnce = type === 'page' && !running ? 1 : (AT_ONCE[type] ?? 1);
  let count = 1;
  while (count < atOnce && inbox[count]?.message.type === type) count++;
  return inbox.splice(0, count) as [Received, ...Received[]];
}
