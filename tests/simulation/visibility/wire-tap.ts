import { sees } from '#core/access/access.ts';
import { parsePartition, partitionOf, type Partition, type PartitionKey } from '#core/access/partition.ts';
import { idType, type RecordId } from '#core/kit/ids.ts';
import { decodePack, decodeRelayMessage } from '#core/protocol/codec.ts';
import type { RelayMessage, StoredRecord } from '#core/protocol/messages.ts';
import type { RecordType } from '#core/record/row.ts';
import { foldRecord } from '#crdt/fold.ts';
import { inflateRawSync } from 'node:zlib';
import type { PushOutcome } from '../../../sync-server/store/port.ts';
import { idsIn, textOf } from './canary.ts';
import { PEOPLE, type People, type Who } from './people.ts';

/** Where a record's document says that it stands. */
export const placeOf = (id: RecordId, state: Uint8Array): Partition =>
  partitionOf(idType(id) as RecordType, foldRecord(id, state).values);

/**
 * Listens on every wire (I4). A frame may carry a record only to somebody who is entitled to it in that moment, and may
 * name one, in whatever way, only to somebody who was entitled to it once or made it.
 */
export interface WireTap {
  /** A frame to somebody; answers what is wrong with it. */
  frame(to: Who, bytes: Uint8Array): string | undefined;
  /** Somebody makes a record of this id. */
  makes(who: Who, id: RecordId): void;
  /** Something was committed: whoever sees its place was entitled to it, be it for a moment and never told. */
  committed(outcome: PushOutcome): void;
  /** Somebody's rights changed. */
  rightsChanged(): void;
}

export function createWireTap(people: People): WireTap {
  const mayKnow = new Map<Who, Set<RecordId>>(PEOPLE.map((who) => [who, new Set()]));
  const places = new Map<RecordId, PartitionKey>();

  const entitle = (id: RecordId, place: PartitionKey) => {
    const partition = parsePartition(place)!;
    for (const who of PEOPLE) if (sees(people.person(who), partition)) mayKnow.get(who)!.add(id);
  };

  return {
    makes: (who, id) => void mayKnow.get(who)!.add(id),
    committed(outcome) {
      if (outcome.kind !== 'committed') return;
      for (const { id, to } of [...outcome.records, ...outcome.consequences]) {
        places.set(id, to);
        entitle(id, to);
      }
    },
    rightsChanged: () => places.forEach((place, id) => entitle(id, place)),
    frame(to, bytes) {
      const decoded = decodeRelayMessage(bytes);
      if (!decoded.ok) return `${to} was sent an unreadable frame`;
      const person = people.person(to);
      const said = contentOf(decoded.value);
      for (const { id, state } of said.records)
        if (!sees(person, placeOf(id, state))) return `${to} was sent ${id}, which is not theirs`;
      for (const key of groupsIn(decoded.value))
        if (!sees(person, parsePartition(key)!)) return `${to} was told of the group ${key}`;
      for (const id of idsIn(textOf(bytes) + said.packed))
        if (!mayKnow.get(to)!.has(id)) return `${to} was told of ${id} in a ${decoded.value.type}`;
      return undefined;
    },
  };
}

interface Content {
  readonly records: readonly Pick<StoredRecord, 'id' | 'state'>[];
  /** What the frame holds in another form than its own bytes. */
  readonly packed: string;
}

function contentOf(message: RelayMessage): Content {
  switch (message.type) {
    case 'changes':
      return { records: message.records, packed: '' };
    case 'page': {
      const bytes = message.deflated ? inflateRawSync(message.pack) : message.pack;
      const pack = decodePack(bytes);
      if (!pack.ok) throw new Error('unreadable page');
      return { records: pack.value, packed: textOf(bytes) };
    }
    case 'ack': {
      // whose state it is says the canary in it
      const states = message.results.flatMap((result) => ('state' in result && result.state ? [result.state] : []));
      const records = states.flatMap((state) => [...idsIn(textOf(state))].map((id) => ({ id, state })));
      return { records, packed: '' };
    }
    default:
      return { records: [], packed: '' };
  }
}

/** Groups a message says something of; those that are taken back the device had named itself. */
function groupsIn(message: RelayMessage): readonly PartitionKey[] {
  if (message.type === 'groups') return message.complete;
  return message.type === 'caught-up' ? message.sums.map(({ key }) => key) : [];
}
