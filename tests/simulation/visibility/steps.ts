import fc from 'fast-check';

/** What may happen, and how often of a hundred times or so. */
const WEIGHTS = {
  deliver: 26, settle: 12, edit: 12, create: 9, import: 2, move: 14, delete: 3, rights: 10, revoke: 6, cut: 4, lose: 3, freeze: 1,
  crash: 5, relay: 2, time: 5, flush: 2, compact: 2, away: 2,
  company: 3, link: 6, restore: 3,
} as const; // prettier-ignore

export type StepKind = keyof typeof WEIGHTS;

/** What happens, to which of the three people, and a number that decides the rest of it. */
export type Step = readonly [kind: StepKind, person: 0 | 1 | 2, chance: number];

/** One history: everything that happens follows from it. */
export interface History {
  /** Whose chance the devices' own is: ids, waiting times, client ids, and the rights everybody begins with. */
  readonly seed: number;
  /** How many of the people have a device; two find most of what three find, for two thirds of the price. */
  readonly devices: 2 | 3;
  readonly steps: readonly Step[];
}

const step: fc.Arbitrary<Step> = fc.tuple(
  fc.oneof(...Object.entries(WEIGHTS).map(([kind, weight]) => ({ weight, arbitrary: fc.constant(kind as StepKind) }))),
  fc.constantFrom(0 as const, 1 as const, 2 as const),
  fc.nat(0xffff),
);

const steps = (minLength: number, maxLength: number) => fc.array(step, { minLength, maxLength, size: 'max' });

/** Mostly short histories, which find the most faults in a second; one of forty is long. A step can be left out. */
export const histories: fc.Arbitrary<History> = fc.record({
  seed: fc.noShrink(fc.nat(0xffff_ffff)),
  devices: fc.constantFrom(2 as const, 2 as const, 2 as const, 3 as const),
  steps: fc.oneof({ weight: 39, arbitrary: steps(1, 24) }, { weight: 1, arbitrary: steps(24, 110) }),
});
