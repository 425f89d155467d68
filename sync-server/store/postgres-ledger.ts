import type { PartitionKey } from '#core/access/partition.ts';
import { isId, type RecordId } from '#core/kit/ids.ts';
import { mentionsOf } from './apply-change.ts';
import type { Postponed } from './consequences.ts';
import type { Author, Push } from './port.ts';
import { loadContacts, writePostponed } from './postgres-consequences.ts';
import { createHistoryWriter, newestEntries } from './postgres-history.ts';
import type { Client } from './postgres-pool.ts';
import {
  ANSWERS_KEPT,
  type Exceptions,
  type Ledger,
  type LedgerRecord,
  type NewEntry,
  type PushAnswer,
} from './push.ts';
import type { Tally } from './standing.ts';

/** Device a client id is bound to, by workspace key and client id. Bindings never change, so a relay may remember them. */
export type ClientIds = Map<string, string>;

export const clientIdKey = (workspace: number, clientId: number) => `${workspace}:${clientId}`;

interface RecordRow {
  readonly id: string;
  readonly workspace: number;
  readonly partition: string;
  readonly live: boolean;
  readonly fingerprint: number;
  readonly company: string | null;
  readonly state: Uint8Array;
}

interface Device {
  readonly user: string;
  readonly id: string;
  lastN: number | undefined;
  readonly answers: Map<number, PushAnswer>;
  accepted: boolean;
}

/** The ledger of one transaction on PostgreSQL, filled before and written after the pushes are applied. */
export interface LoadedLedger extends Ledger {
  /** Sends what the pushes changed; settles when the server took it. Nothing is sent where nothing changed. */
  write(client: Client): Promise<unknown>[];
  /** Client ids bound in this transaction, to be remembered after COMMIT. */
  readonly bound: ReadonlyMap<number, string>;
}

export interface Counter {
  readonly key: number;
  readonly seq: number;
}

/** Reads everything the pushes may ask about. Must be called after the counter row was locked, in statements of its own: one that waited for the lock still sees what was before. */
export async function loadLedger(
  client: Client,
  { key, seq: head }: Counter,
  pushes: readonly Push[],
  known: ClientIds,
  next?: Postponed,
): Promise<LoadedLedger> {
  const users = pushes.map((push) => push.user);
  const names = pushes.map((push) => push.device);
  const changes = pushes.flatMap((push) => push.changes);
  const mentioned = changes.map((change) => mentionsOf(change.update));
  const pushed = [...new Set(changes.map((change) => change.id))].filter((id) => isId(id));
  const companies = next ? [next.company] : pushed.filter((id) => isId(id, 'company'));
  const contacts = await loadContacts(client, key, companies, next?.after ?? '');
  const ids = [
    ...new Set([...pushed, ...companies, ...mentioned.flatMap((m) => m.companies), ...[...contacts.values()].flat()]),
  ];
  const unknownIds = [...new Set(mentioned.flatMap((m) => m.clientIds))].filter(
    (id) => !known.has(clientIdKey(key, id)),
  );
  const [deviceRows, answerRows, recordRows, tombstones, clientIdRows, newest] = await Promise.all([
    client.query<{ user_id: string; id: string; last_n: number }>({
      name: 'ledger-devices',
      text: `SELECT user_id, id, last_n FROM devices
             WHERE workspace = $1 AND (user_id, id) IN (SELECT * FROM unnest($2::text[], $3::text[]))`,
      values: [key, users, names],
    }),
    client.query<{ user_id: string; id: string; n: number; seq: number; exceptions: string | null }>({
      name: 'ledger-answers',
      text: `SELECT asked.user_id, asked.id, asked.n, seq, exceptions
             FROM unnest($2::text[], $3::text[], $4::bigint[]) AS asked (user_id, id, n)
             JOIN devices ON workspace = $1 AND devices.user_id = asked.user_id AND devices.id = asked.id
             JOIN pushes ON pushes.device = devices.key AND pushes.n = asked.n`,
      values: [key, users, names, pushes.map((push) => push.n ?? null)],
    }),
    client.query<RecordRow>({
      name: 'ledger-records',
      text: `SELECT id, workspace, partition_key AS "partition", live, fingerprint, company, state FROM records
             WHERE id = ANY($1::text[])`,
      values: [ids],
    }),
    client.query<{ id: string }>({
      name: 'ledger-tombstones',
      text: 'SELECT id FROM tombstones WHERE id = ANY($1::text[])',
      values: [pushed],
    }),
    unknownIds.length === 0
      ? { rows: [] }
      : client.query<{ id: number; device: string }>({
          name: 'ledger-client-ids',
          text: 'SELECT id, device FROM client_ids WHERE workspace = $1 AND id = ANY($2::bigint[])',
          values: [key, unknownIds],
        }),
    newestEntries(client, key, [
      ...new Set(pushes.filter((push) => push.n === undefined).flatMap((push) => push.changes.map(({ id }) => id))),
    ]),
  ]);

  const deviceKey = (user: string, device: string) => JSON.stringify([user, device]);
  const devices = new Map<string, Device>();
  const deviceOf = (user: string, id: string): Device => {
    const found = devices.get(deviceKey(user, id));
    if (found) return found;
    const made: Device = { user, id, lastN: undefined, answers: new Map(), accepted: false };
    devices.set(deviceKey(user, id), made);
    return made;
  };
  for (const row of deviceRows.rows) deviceOf(row.user_id, row.id).lastN = row.last_n;
  for (const { user_id, id, n, seq, exceptions } of answerRows.rows) {
    deviceOf(user_id, id).answers.set(n, { seq, exceptions: exceptions ? (JSON.parse(exceptions) as Exceptions) : [] });
  }
  const records = new Map<string, LedgerRecord>();
  for (const { id, workspace, state, partition, live, fingerprint, company } of recordRows.rows) {
    const standing = { partition, live, fingerprint, company: company ?? undefined };
    records.set(id, { ours: workspace === key, state, standing });
  }
  const erased = new Set(tombstones.rows.map(({ id }) => id));
  for (const { id, device } of clientIdRows.rows) known.set(clientIdKey(key, id), device);

  let seq = head;
  const history = createHistoryWriter(newest);
  const entries: NewEntry[] = [];
  const accepted: { push: Push; answer: PushAnswer }[] = [];
  const bound = new Map<number, string>();
  const tallies = new Map<PartitionKey, Tally>();
  const postponed = new Map<RecordId, { readonly after: string; readonly author: Author } | undefined>();
  return {
    seq: () => seq,
    lastN: (user, device) => deviceOf(user, device).lastN,
    answer: (user, device, n) => deviceOf(user, device).answers.get(n),
    record: (id) => records.get(id),
    erased: (id) => erased.has(id),
    contactsOf(company, after, limit) {
      const here = entries.filter(({ to }) => to.company === company).map(({ recordId }) => recordId);
      const all = new Set([...(contacts.get(company) ?? []), ...here]);
      return [...all].sort().filter((id) => id > after).slice(0, limit); // prettier-ignore
    },
    postpone: (company, after, author) =>
      void postponed.set(company, after === undefined ? undefined : { after, author }),
    deviceOf: (clientId) => bound.get(clientId) ?? known.get(clientIdKey(key, clientId)),
    append(entry) {
      seq = entry.seq;
      entries.push(entry);
      history.put(entry.recordId, entry.history);
      records.set(entry.recordId, { ours: true, state: entry.state, standing: entry.to });
    },
    tally(partition, change) {
      const before = tallies.get(partition) ?? { records: 0, live: 0, sum: 0 };
      tallies.set(partition, {
        records: before.records + change.records,
        live: before.live + change.live,
        sum: before.sum + change.sum,
      });
    },
    bind(clientId, device) {
      if (!bound.has(clientId) && !known.has(clientIdKey(key, clientId))) bound.set(clientId, device);
    },
    accept(push, answer) {
      if (push.n === undefined) return;
      const device = deviceOf(push.user, push.device);
      device.lastN = push.n;
      device.accepted = true;
      device.answers.set(push.n, answer);
      accepted.push({ push, answer });
    },
    bound,
    write(client) {
      if (accepted.length === 0 && entries.length === 0 && postponed.size === 0) return [];
      return [
        client.query({
          name: 'ledger-raise',
          text: 'UPDATE workspaces SET seq = $2 WHERE key = $1',
          values: [key, seq],
        }),
        ...writeEntries(client, key, entries),
        ...history.write(client, key),
        ...writeTallies(client, key, tallies),
        ...writePostponed(client, key, postponed),
        ...(accepted.length === 0
          ? []
          : writeDevices(
              client,
              key,
              [...devices.values()].filter((device) => device.accepted),
              accepted,
            )),
        ...(bound.size === 0 ? [] : [writeClientIds(client, key, bound)]),
      ];
    },
  };
}

function writeEntries(client: Client, key: number, entries: readonly NewEntry[]): Promise<unknown>[] {
  if (entries.length === 0) return [];
  // a record that changed twice in this transaction has two entries, and one row: as the first made and the last left it
  const rows = new Map<string, { first: NewEntry; last: NewEntry }>();
  for (const entry of entries) {
    rows.set(entry.recordId, { first: rows.get(entry.recordId)?.first ?? entry, last: entry });
  }
  const made = [...rows.values()].filter(({ first }) => first.from === null);
  const changed = [...rows.values()].filter(({ first }) => first.from !== null).map(({ last }) => last);
  const sent: Promise<unknown>[] = [
    client.query({
      name: 'ledger-log',
      text: `INSERT INTO log (workspace, seq, record_id, from_partition, to_partition, change, user_id, device, at)
             SELECT $1::integer, * FROM unnest($2::bigint[], $3::text[], $4::text[], $5::text[], $6::bytea[],
                                               $7::text[], $8::text[], $9::bigint[])`,
      values: [
        key,
        entries.map((entry) => entry.seq),
        entries.map((entry) => entry.recordId),
        entries.map((entry) => entry.from),
        entries.map((entry) => entry.to.partition),
        entries.map((entry) => entry.update),
        entries.map((entry) => entry.push.user),
        entries.map((entry) => entry.push.device),
        entries.map((entry) => entry.push.at),
      ],
    }),
  ];
  if (made.length > 0) {
    // fails where another workspace took one of the ids meanwhile: decided anew, that change is refused
    sent.push(
      client.query({
        name: 'ledger-records-made',
        text: `INSERT INTO records
                 (workspace, id, seq, partition_key, live, fingerprint, company, created_by, created_at, updated_by,
                  updated_at, state)
               SELECT $1::integer, * FROM unnest($2::text[], $3::bigint[], $4::text[], $5::boolean[], $6::bigint[],
                                                 $7::text[], $8::text[], $9::bigint[], $10::text[], $11::bigint[],
                                                 $12::bytea[])`,
        values: [
          key,
          made.map(({ last }) => last.recordId),
          made.map(({ last }) => last.seq),
          made.map(({ last }) => last.to.partition),
          made.map(({ last }) => last.to.live),
          made.map(({ last }) => last.to.fingerprint),
          made.map(({ last }) => last.to.company ?? null),
          made.map(({ first }) => first.push.user),
          made.map(({ first }) => first.push.at),
          made.map(({ last }) => last.push.user),
          made.map(({ last }) => last.push.at),
          made.map(({ last }) => last.state),
        ],
      }),
    );
  }
  if (changed.length > 0) {
    sent.push(
      client.query({
        name: 'ledger-records-changed',
        text: `UPDATE records
               SET seq = n.seq, partition_key = n.partition_key, live = n.live, fingerprint = n.fingerprint,
                   company = n.company, updated_by = n.user_id, updated_at = n.at, state = n.state
               FROM unnest($1::text[], $2::bigint[], $3::text[], $4::boolean[], $5::bigint[], $6::text[], $7::bigint[],
                           $8::bytea[], $9::text[])
                 AS n (id, seq, partition_key, live, fingerprint, user_id, at, state, company)
               WHERE records.id = n.id`,
        values: [
          changed.map((entry) => entry.recordId),
          changed.map((entry) => entry.seq),
          changed.map((entry) => entry.to.partition),
          changed.map((entry) => entry.to.live),
          changed.map((entry) => entry.to.fingerprint),
          changed.map((entry) => entry.push.user),
          changed.map((entry) => entry.push.at),
          changed.map((entry) => entry.state),
          changed.map((entry) => entry.to.company ?? null),
        ],
      }),
    );
  }
  return sent;
}

function writeTallies(client: Client, key: number, tallies: ReadonlyMap<PartitionKey, Tally>): Promise<unknown>[] {
  if (tallies.size === 0) return [];
  const changes = [...tallies.values()];
  return [
    client.query({
      name: 'ledger-partitions',
      text: `INSERT INTO partitions AS p (workspace, key, records, live, sum)
             SELECT $1::integer, * FROM unnest($2::text[], $3::bigint[], $4::bigint[], $5::bigint[])
             ON CONFLICT (workspace, key) DO UPDATE
             SET records = p.records + excluded.records, live = p.live + excluded.live, sum = p.sum + excluded.sum`,
      values: [
        key,
        [...tallies.keys()],
        changes.map((change) => change.records),
        changes.map((change) => change.live),
        changes.map((change) => change.sum),
      ],
    }),
    client.query({
      name: 'ledger-partitions-emptied',
      text: 'DELETE FROM partitions WHERE workspace = $1 AND key = ANY($2::text[]) AND records = 0',
      values: [key, [...tallies.keys()]],
    }),
  ];
}

function writeDevices(
  client: Client,
  key: number,
  devices: readonly Device[],
  accepted: readonly { push: Push; answer: PushAnswer }[],
): Promise<unknown>[] {
  const kept = accepted.map(({ push, answer: { seq, exceptions } }) => ({
    ...push,
    seq,
    exceptions: exceptions.length > 0 ? JSON.stringify(exceptions) : null,
  }));
  return [
    client.query({
      name: 'ledger-devices-raise',
      text: `INSERT INTO devices (workspace, user_id, id, last_n)
             SELECT $1::integer, * FROM unnest($2::text[], $3::text[], $4::bigint[])
             ON CONFLICT (workspace, user_id, id) DO UPDATE SET last_n = excluded.last_n`,
      values: [key, devices.map((d) => d.user), devices.map((d) => d.id), devices.map((d) => d.lastN)],
    }),
    client.query({
      name: 'ledger-pushes',
      text: `INSERT INTO pushes (device, n, seq, exceptions)
             SELECT devices.key, p.n, p.seq, p.exceptions
             FROM unnest($2::text[], $3::text[], $4::bigint[], $5::bigint[], $6::text[])
               AS p (user_id, id, n, seq, exceptions)
             JOIN devices ON devices.workspace = $1 AND devices.user_id = p.user_id AND devices.id = p.id`,
      values: [
        key,
        kept.map((p) => p.user),
        kept.map((p) => p.device),
        kept.map((p) => p.n),
        kept.map((p) => p.seq),
        kept.map((p) => p.exceptions),
      ],
    }),
    client.query({
      name: 'ledger-pushes-forget',
      text: `DELETE FROM pushes USING devices
             WHERE devices.workspace = $1 AND (devices.user_id, devices.id) IN (SELECT * FROM unnest($2::text[], $3::text[]))
               AND pushes.device = devices.key AND pushes.n <= devices.last_n - ${ANSWERS_KEPT}`,
      values: [key, devices.map((d) => d.user), devices.map((d) => d.id)],
    }),
  ];
}

function writeClientIds(client: Client, key: number, bound: ReadonlyMap<number, string>): Promise<unknown> {
  return client.query({
    name: 'ledger-client-ids-bind',
    text: `INSERT INTO client_ids (workspace, id, device)
           SELECT $1::integer, * FROM unnest($2::bigint[], $3::text[]) ON CONFLICT DO NOTHING`,
    values: [key, [...bound.keys()], [...bound.values()]],
  });
}
