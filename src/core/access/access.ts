import { RECORD_TYPES, type RecordType } from '../record/row.ts';
import { parsePartition, type Partition, type PartitionKey } from './partition.ts';
import type { Person } from './person.ts';
import type { Right } from './role.ts';
import { compileRule, entitled } from './rule.ts';

/** May this person do this? Rights of records need the type; none of them reaches beyond what the person sees. */
export function may(person: Person, right: 'settings'): boolean;
export function may(person: Person, right: Exclude<Right, 'settings'>, type: RecordType): boolean;
export function may(person: Person, right: Right, type?: RecordType): boolean {
  if (right === 'settings') return person.role.settings;
  return type !== undefined && (person.role.types[type]?.rights.includes(right) ?? false);
}

/** May this person see the records of this partition? */
export function sees(person: Person, partition: Partition): boolean {
  const access = person.role.types[partition.type];
  return !!access && entitled(access.visible, person, partition);
}

/** A person's view over partition keys. Answers are remembered: there are far fewer partitions than records. */
export interface View {
  /** Also false for what is no key: what cannot be judged is not shown. */
  sees(key: PartitionKey): boolean;
  /** Does the person see whatever there is, without asking? */
  readonly all: boolean;
}

/** Keys remembered by one view; a client may name any number of them. */
const REMEMBERED = 20_000;

export function createView(person: Person): View {
  const known = new Map<PartitionKey, boolean>();
  const tests = new Map<RecordType, (partition: Partition) => boolean>();
  const test = (type: RecordType) => {
    let found = tests.get(type);
    if (!found) {
      const rule = person.role.types[type]?.visible;
      if (!rule) found = () => false;
      else found = 'filter' in rule ? compileRule(rule.filter, person) : (p) => entitled(rule, person, p);
      tests.set(type, found);
    }
    return found;
  };
  return {
    all: seesAll(person),
    sees(key) {
      const answer = known.get(key);
      if (answer !== undefined) return answer;
      const partition = parsePartition(key);
      const seen = partition !== undefined && test(partition.type)(partition);
      if (known.size >= REMEMBERED) known.clear();
      known.set(key, seen);
      return seen;
    },
  };
}

function seesAll(person: Person): boolean {
  return RECORD_TYPES.every((type) => {
    const rule = person.role.types[type]?.visible;
    return rule !== undefined && 'preset' in rule && rule.preset === 'all';
  });
}
