import { createTokenBucket, type TokenBucket } from '../relay/token-bucket.ts';

/** What one person may ask of the rooms, on all connections together: what they cost is the others' time too (I9). */
export interface Allowance {
  /** Questions for a whole document or for everybody's presence: a few at each join, none while one types. */
  readonly questions: TokenBucket;
  /** Bytes of messages. Typing is hundreds a second, one's work of a week offline a few megabytes. */
  readonly bytes: TokenBucket;
}

const QUESTIONS = { perSecond: 20, burst: 2_000 };
const BYTES = { perSecond: 2 * 1024 * 1024, burst: 32 * 1024 * 1024 };
/** People remembered; beyond it those who asked longest ago begin anew. */
const PEOPLE = 10_000;

export function createAllowances(now: () => number): (user: string) => Allowance {
  const people = new Map<string, Allowance>();
  return (user) => {
    const found = people.get(user) ?? {
      questions: createTokenBucket(QUESTIONS, now),
      bytes: createTokenBucket(BYTES, now),
    };
    people.delete(user);
    people.set(user, found);
    if (people.size > PEOPLE) people.delete(people.keys().next().value!);
    return found;
  };
}
