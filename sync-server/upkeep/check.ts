/** One thing the doctor looked at. */
export interface Check {
  /** Vietnamese · English, as all lines of the terminal are. */
  readonly name: string;
  /** What is wrong, with examples; empty = all is well. */
  readonly problems: readonly string[];
  /** What to do about it. */
  readonly todo: string;
  /** How much was looked at, or what was found. */
  readonly note?: string;
}

/** Problems shown of one check. */
export const EXAMPLES = 5;

/** Collects problems; of many alike the first few and their number. */
export function createProblems() {
  const first: string[] = [];
  let count = 0;
  return {
    add(problem: string) {
      if (count++ < EXAMPLES) first.push(problem);
    },
    all: (): string[] => (count > first.length ? [...first, `… (${count})`] : first),
  };
}
export type Problems = ReturnType<typeof createProblems>;

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** `check` of what takes a while. */
export async function checkAll(
  name: string,
  todo: string,
  look: (problems: Problems) => Promise<string | void>,
): Promise<Check> {
  const problems = createProblems();
  const note = await look(problems).catch((error: unknown) =>
    problems.add(`không đọc được · cannot be read: ${messageOf(error)}`),
  );
  return { name, todo, problems: problems.all(), ...(note ? { note } : {}) };
}

/** Runs a check; what it cannot read is its problem. */
export function check(name: string, todo: string, look: (problems: Problems) => string | void): Check {
  const problems = createProblems();
  let note: string | void = undefined;
  try {
    note = look(problems);
  } catch (error) {
    problems.add(`không đọc được · cannot be read: ${messageOf(error)}`);
  }
  return { name, todo, problems: problems.all(), ...(note ? { note } : {}) };
}
