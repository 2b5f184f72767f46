import type { Finding } from '../../observe/trace.ts';

/** A finding and how to see it again. */
export interface ExploredFinding extends Finding {
  /** The schedule by counts, which runs on every engine. */
  readonly schedule: string;
  /** How often a thread was interrupted in it that could go on. */
  readonly preemptions: number;
  /** True if this breaks a claim of the scheme; left out if it follows from what the claims allow. */
  readonly charged?: true;
}

/** Where in a search an execution is, whichever worker makes it: the number of its unit, and its number there. */
export interface ExecutionNumber {
  readonly unit: number;
  readonly execution: number;
}

/** A finding, its place, and which of the findings of its execution it is, from 0. */
export type PlacedFinding = ExploredFinding & ExecutionNumber & { readonly nth: number };

/** What some units of a search have shown, added up: plain JSON, and the same whatever the order in which they were added. */
export interface PartialResult {
  readonly executions: number;
  /** The square of their number, added up by units. */
  readonly squares: number;
  readonly bad: number;
  readonly blocked: number;
  readonly deadlocks: number;
  readonly cut: number;
  readonly steps: number;
  readonly maxRetries: number;
  /** The first execution that was cut. */
  readonly firstCut: (ExecutionNumber & { readonly schedule: string }) | null;
  /** With how many preemptions at most everything was tried; null if they were not counted. */
  readonly preemptions: number | null;
  /** True if there are executions with more preemptions, which were not looked at. */
  readonly more: boolean;
  /** Of each kind of damage one with the fewest preemptions, the first of them. */
  readonly findings: readonly PlacedFinding[];
  /** Distinct histories, by a hash. */
  readonly histories: readonly string[];
}

function before(a: ExecutionNumber, b: ExecutionNumber): boolean {
  return a.unit === b.unit ? a.execution < b.execution : a.unit < b.unit;
}

/** True if a finding is to be kept rather than another one of its kind: one that breaks a claim rather than one that is allowed. */
export function better(one: PlacedFinding, other: PlacedFinding): boolean {
  if (one.charged !== other.charged) return one.charged === true;
  return one.preemptions === other.preemptions ? before(one, other) : one.preemptions < other.preemptions;
}

/** Those that are the best of their kind, the best of all first; findings of one execution stay in their order. */
function best(findings: readonly PlacedFinding[]): PlacedFinding[] {
  const byKind = new Map<string, PlacedFinding>();
  for (const each of findings) {
    const known = byKind.get(each.kind);
    if (known === undefined || better(each, known)) byKind.set(each.kind, each);
  }
  return [...byKind.values()].toSorted((a, b) => {
    if (better(a, b)) return -1;
    if (better(b, a)) return 1;
    return a.nth - b.nth;
  });
}

/** Partial results added up. */
export class ResultTotal {
  #result: PartialResult = {
    executions: 0,
    squares: 0,
    bad: 0,
    blocked: 0,
    deadlocks: 0,
    cut: 0,
    steps: 0,
    maxRetries: 0,
    firstCut: null,
    preemptions: null,
    more: false,
    findings: [],
    histories: [],
  };
  readonly #histories = new Set<string>();

  /** Adds one; no unit may be added twice. */
  add(other: PartialResult): this {
    const one = this.#result;
    for (const each of other.histories) this.#histories.add(each);
    const cuts = [one.firstCut, other.firstCut].filter((each) => each !== null);
    this.#result = {
      executions: one.executions + other.executions,
      squares: one.squares + other.squares,
      bad: one.bad + other.bad,
      blocked: one.blocked + other.blocked,
      deadlocks: one.deadlocks + other.deadlocks,
      cut: one.cut + other.cut,
      steps: one.steps + other.steps,
      maxRetries: Math.max(one.maxRetries, other.maxRetries),
      firstCut: cuts.toSorted((a, b) => (before(a, b) ? -1 : 1)).at(0) ?? null,
      // They are counted by searches of one unit only.
      preemptions: one.preemptions ?? other.preemptions,
      more: one.more || other.more,
      findings: best([...one.findings, ...other.findings]),
      histories: [],
    };
    return this;
  }

  result(): PartialResult {
    return { ...this.#result, histories: [...this.#histories].toSorted() };
  }
}
