import type { RecordId } from '#core/kit/ids.ts';
import type { Erasure } from '../store/port.ts';
import type { Hub } from './hub.ts';

const NO_STATE = new Uint8Array();

/** Tells every live device that may hold the record that it is gone (L7), and its open room. After COMMIT only (L4). */
export function publishErasure(hub: Pick<Hub, 'publish'>, id: RecordId, { seq, from }: Erasure): void {
  hub.publish({
    from: undefined,
    after: seq - 1,
    seq,
    records: [{ id, seq, state: NO_STATE, from, to: '' }],
    echoed: new Set(),
    acknowledge: () => undefined,
  });
}
