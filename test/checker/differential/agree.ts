import { expect } from 'vitest';
import { Random } from '../../../src/random.ts';
import type { AnyCheck } from '../../../src/checker/any-check.ts';
import { exploreProgram, whileLaidOut } from '../../../src/checker/exploration.ts';
import { withModelled } from '../../../src/checker/globals.ts';
import { CheckedProgram } from '../../../src/checker/checked-program.ts';
import { check, CheckFailure, type Passed } from '../../../src/checker/index.ts';
import type { Machine } from '../../../src/model/machine.ts';
import { BoundedSearch } from '../../../src/search/strategies/bounded.ts';
import { Dpor } from '../../../src/search/dpor.ts';
import { StateSearch } from '../../../src/search/states.ts';
import { everyRun, everyState } from './interpreter.ts';
import { bodyOf, outcomeOf, type Program } from './language.ts';

/** What a check says of a program. */
interface Said {
  readonly outcomes: readonly string[];
  /** What is wrong with it; null if nothing is. */
  readonly kind: string | null;
  readonly passed: Passed | null;
}

/** Threads of the same statements run the same function. */
function bodiesOf(threads: Program['threads']): ReturnType<typeof bodyOf>[] {
  const bodies = new Map(threads.map((thread) => [thread, bodyOf(thread)]));
  return threads.map((thread) => bodies.get(thread)!);
}

/** Checks a program, as any user would. */
function said(
  { size, threads }: Program,
  {
    serves = false,
    ...more
  }: { readonly serves?: boolean; readonly races?: 'allow'; readonly interleavings?: boolean },
): Said {
  const outcomes = new Set<string>();
  const asked = {
    words: { memory: new SharedArrayBuffer(size) },
    threads: bodiesOf(threads).map((code) => (serves ? { code, serves } : code)),
    finally: ({ memory }: { memory: SharedArrayBuffer }, results: readonly unknown[]) =>
      void outcomes.add(outcomeOf(new Uint8Array(memory), results as readonly string[])),
    ...more,
  };
  try {
    const passed = check(asked);
    return { outcomes: [...outcomes].toSorted(), kind: null, passed };
  } catch (error) {
    if (!(error instanceof CheckFailure)) throw new Error(JSON.stringify(threads), { cause: error });
    return { outcomes: [...outcomes].toSorted(), kind: error.kind, passed: null };
  }
}

/**
 * The same without a story, which takes its time where threads go round. Decides as a check does.
 */
function explored({ size, threads }: Program): Omit<Said, 'passed'> {
  const outcomes = new Set<string>();
  const program = new CheckedProgram({
    words: { memory: new SharedArrayBuffer(size) },
    threads: threads.map(bodyOf),
    races: 'allow',
    stepLimit: 100,
    finally: ({ memory }: { memory: SharedArrayBuffer }, results: readonly string[]) =>
      void outcomes.add(outcomeOf(new Uint8Array(memory), results)),
  } as unknown as AnyCheck);
  const { found, complete } = withModelled(() => exploreProgram(program, Infinity));
  expect({ threads, isDecided: complete || found !== null }).toEqual({ threads, isDecided: true });
  return { outcomes: [...outcomes].toSorted(), kind: found?.kind ?? null };
}

/** The searches that a check may use, each of which sees everything if every plain access is a step. */
const SEARCHES = {
  classes: (...[model, dependence, visit]: SearchGiven) => new Dpor(model, dependence, visit).run(),
  states: (...[model, , visit]: SearchGiven) => new StateSearch(model, visit).run(),
  bounded: (...[model, dependence, visit]: SearchGiven) =>
    new BoundedSearch(model, dependence, visit).runUpTo(Infinity),
};
type SearchGiven = ConstructorParameters<typeof Dpor>;

function outcomesBy({ size, threads }: Program, by: keyof typeof SEARCHES): string[] {
  const program = new CheckedProgram({
    words: { memory: new SharedArrayBuffer(size) },
    threads: threads.map(bodyOf),
  } as unknown as AnyCheck);
  const search = (): string[] => {
    const outcomes = new Set<string>();
    const visit = ({ words, at }: Machine): void => {
      const bytes = program.layout.bytesOf(program.layout.regions[0]!, words);
      const results = at.map(({ next, result }) => (next === null ? (result as string) : undefined));
      outcomes.add(outcomeOf(bytes, results));
    };
    const points = new Set(program.layout.words.keys());
    SEARCHES[by](program.model(points), program.dependence(), visit);
    return [...outcomes].toSorted();
  };
  return withModelled(() => whileLaidOut(program, new Set(), search));
}

/** All rests are seen by each search alone. */
function compareSearches(program: Program, rests: ReadonlySet<string>): void {
  for (const by of Object.keys(SEARCHES) as (keyof typeof SEARCHES)[])
    expect({ program, by, outcomes: outcomesBy(program, by) }).toEqual({
      program,
      by,
      outcomes: sorted(rests),
    });
}

/** Tries random programs, and counts what is seen in them: so that a test can say that it saw something. */
export function tried<T extends string>(
  programs: number,
  seed: number,
  make: (random: Random) => Program,
  compare: (program: Program) => T,
): Record<T, number> {
  const random = new Random(seed);
  const seen = {} as Record<T, number>;
  for (let i = 0; i < programs; i++) {
    const kind = compare(make(random));
    seen[kind] = (seen[kind] ?? 0) + 1;
  }
  return seen;
}

const sorted = (outcomes: ReadonlySet<string>): string[] => [...outcomes].toSorted();

/** All ends are seen, and no others; and where no plain access is in them, all interleavings are counted. */
export function compareOutcomes(program: Program): 'one outcome' | 'several' {
  const { ends, rests } = everyState(program)!;
  const isAtomic = program.threads
    .flat()
    .every(({ does }) => !['read', 'write', 'get', 'set'].includes(does));
  const { outcomes, kind, passed } = said(program, { races: 'allow', interleavings: isAtomic });
  expect({ program, kind, outcomes }).toEqual({ program, kind: null, outcomes: sorted(ends) });
  expect({ program, complete: passed!.complete }).toEqual({ program, complete: true });
  if (isAtomic) {
    const interleavings = BigInt(everyRun(program).interleavings);
    expect({ program, interleavings: passed!.interleavings }).toEqual({ program, interleavings });
  }
  compareSearches(program, rests);
  return ends.size === 1 ? 'one outcome' : 'several';
}

/** A race is told where there is one in some interleaving, and nowhere else. */
export function compareRaces(program: Program): 'race' | 'none' {
  const { races } = everyRun(program);
  const { kind } = said(program, {});
  expect({ program, kind }).toEqual({ program, kind: races ? 'race' : null });
  return races ? 'race' : 'none';
}

/** A deadlock is told where threads can sleep forever, and nowhere else; then every end is seen. */
export function compareDeadlocks(program: Program): 'deadlock' | 'none' {
  const { ends, canSleep } = everyState(program)!;
  const { kind, outcomes } = said(program, { races: 'allow' });
  expect({ program, kind }).toEqual({ program, kind: canSleep ? 'deadlock' : null });
  if (!canSleep) expect({ program, outcomes }).toEqual({ program, outcomes: sorted(ends) });
  return canSleep ? 'deadlock' : 'none';
}

/**
 * Of threads that run the same function, which are explored up to their numbers: all ends are seen, with all numbers; and a deadlock or a
 * race is told where there is one.
 */
export function compareEqual(program: Program): 'deadlock' | 'race' | 'none' {
  const { ends, canSleep } = everyState(program)!;
  const allowed = said(program, { races: 'allow' });
  expect({ program, kind: allowed.kind }).toEqual({ program, kind: canSleep ? 'deadlock' : null });
  if (canSleep) return 'deadlock';
  expect({ program, outcomes: allowed.outcomes }).toEqual({ program, outcomes: sorted(ends) });
  expect(allowed.passed!.symmetric.flat().length).toBeGreaterThan(1);
  const { races } = everyRun(program);
  expect({ program, kind: said(program, {}).kind }).toEqual({ program, kind: races ? 'race' : null });
  return races ? 'race' : 'none';
}

/** Who sleeps, who is woken, and what a wait and a notification answer: all that can come is seen, also where threads sleep at the end. */
export function compareQueues(program: Program): 'sleepers' | 'none' {
  const { rests, canSleep } = everyState(program)!;
  const { kind, outcomes } = said(program, { races: 'allow', serves: true });
  expect({ program, kind, outcomes }).toEqual({ program, kind: null, outcomes: sorted(rests) });
  compareSearches(program, rests);
  return canSleep ? 'sleepers' : 'none';
}

/** What is wrong with loops is told where it is so under a fair scheduler, and nowhere else; then every end is seen. */
export function compareLoops(program: Program): 'livelock' | 'deadlock' | 'none' | 'left out' {
  const all = everyState(program, 5000);
  if (all === null) return 'left out';
  const { ends, canSleep, canGoRound } = all;
  const { kind, outcomes } = explored(program);
  const kinds = [...(canSleep ? ['deadlock'] : []), ...(canGoRound ? ['livelock'] : [])];
  expect({ program, kinds: kinds.length === 0 ? [null] : kinds }).toEqual({
    program,
    kinds: expect.arrayContaining([kind]),
  });
  if (kind === null) expect({ program, outcomes }).toEqual({ program, outcomes: sorted(ends) });
  return kind === null ? 'none' : (kind as 'livelock' | 'deadlock');
}
