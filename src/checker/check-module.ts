import { UsageError } from '../errors.ts';
import { checkProgram, passedBy, secondsFor } from './check-program.ts';
import { CheckedProgram } from './checked-program.ts';
import { exploredBy } from './exploration.ts';
import type { CheckOutcome } from './fault-finder.ts';
import { endsAll, PartedSearch, type PartEnd, stageForParts } from './jobs/parts.ts';
import { CheckCrew } from './jobs/crew.ts';
import { CHECKING, coresHere, exploreHere, type ExploreParts } from './jobs/sharing.ts';
import { assertFields, type Sort } from './options.ts';
import { pointsAtFirst, pointsOver } from './points.ts';
import { checkIn } from './real/module.ts';
import { whileSeen } from './seeing.ts';
import { byChance } from './stage.ts';
import { textOf, thrownText } from './text.ts';
import type { ModuleCheck, Passed } from './types.ts';
import { isToldTo } from './verdict.ts';
import type { ByteRange } from './word-layout.ts';

const MOST_JOBS = 256;

const OPTIONS: Readonly<Record<keyof ModuleCheck, Sort>> = {
  module: {
    fits: (value) => typeof value === 'string' || value instanceof URL,
    give: 'give the URL of a module that exports the check, as in new URL("./checks.mjs", import.meta.url)',
  },
  export: {
    fits: (value) => typeof value === 'string',
    give: 'give the name by which the module exports it',
  },
  jobs: {
    fits: (value) => Number.isInteger(value) && (value as number) >= 1 && (value as number) <= MOST_JOBS,
    give: `give a whole number from 1 to ${MOST_JOBS}`,
  },
};

/**
 * Runs a check that a module exports, as `check` does, on several worker threads that share the search: each imports the module by itself.
 * What is found and counted is the same with any number of them.
 *
 * The search is in all ways, or by `pos` or `random-walk`, as the check says; it is split into parts, and these are shared. Where it takes a
 * visit of all states to decide, that is done by one thread.
 *
 * @returns a promise for what was seen
 * @throws CheckFailure in the promise, as all that follows: of the first part, in their order, in which something is wrong
 * @throws UsageError if the check cannot be explored as it is, or shared: the message says why, and the way out
 */
export async function checkModule(what: ModuleCheck): Promise<Passed> {
  // The stack of an error begins where the user calls, which is forgotten in another turn.
  const called = { stack: '' };
  Error.captureStackTrace?.(called, checkModule);
  try {
    return await checkedModule(what);
  } catch (error) {
    if (isToldTo(error)) {
      const frames = called.stack.split('\n').slice(1);
      error.stack = [`${error.name}: ${error.message}`, ...frames].join('\n');
    }
    throw error;
  }
}

async function checkedModule(what: ModuleCheck): Promise<Passed> {
  assertFields('checkModule', what, OPTIONS, ['module', 'export']);
  if (Reflect.get(globalThis, CHECKING) === true)
    throw new UsageError(
      'The module that checkModule names calls checkModule when it is imported, so each worker would begin the check anew: export the check from a module of its own.',
    );
  const began = performance.now();
  const module = String(what.module);
  if (!module.startsWith('file:'))
    throw new UsageError(`"module" of checkModule is ${textOf(module)}: ${OPTIONS.module.give}.`);
  const check = checkIn(await imported(module), module, what.export);
  const jobs = what.jobs ?? coresHere();
  const program = new CheckedProgram(check);
  stageForParts(program);
  if (jobs === 1) return sharedBy(program, began, exploreHere);
  await using crew = await CheckCrew.start({ module, name: what.export }, jobs);
  return await sharedBy(program, began, crew.explore);
}

async function imported(module: string): Promise<Record<string, unknown>> {
  try {
    return (await import(module)) as Record<string, unknown>;
  } catch (error) {
    throw new UsageError(`checkModule cannot load ${module} (${thrownText(error)}).`, { cause: error });
  }
}

/** Explores all parts, and begins anew as often as something is found that changes all of them. */
async function sharedBy(first: CheckedProgram, began: number, explore: ExploreParts): Promise<Passed> {
  const { check } = first;
  let program = first;
  const until = Date.now() + 1000 * secondsFor(program);
  let ranges: readonly ByteRange[] = program.layout.rangesOf(pointsAtFirst(program));
  for (let pass = 0; ; pass++) {
    const now = program;
    const search = new PartedSearch(now, ranges, stageForParts(now));
    const equal = now.equals.length;
    const parts = search.parts();
    // A thread has asked for its number already.
    if (now.equals.length < equal) {
      program = new CheckedProgram({ ...check, symmetry: false });
      continue;
    }
    const symmetry = now.check.symmetry !== false;
    const ends = await explore(search, { pass, ranges, symmetry, until }, parts);
    const { racing, asksNumber, wantsStates } = ends[ends.length - 1];
    if (racing.length > 0) ranges = [...ranges, ...racing];
    else if (asksNumber) program = new CheckedProgram({ ...check, symmetry: false });
    else if (wantsStates) return whileSeen(now, () => checkProgram(now));
    else return whileSeen(now, () => passedBy(now, outcomeOf(now, ends, ranges), began));
  }
}

function outcomeOf(
  program: CheckedProgram,
  ends: readonly PartEnd[],
  ranges: readonly ByteRange[],
): CheckOutcome {
  const { strategy, seed, depth } = stageForParts(program);
  const sum = (of: (end: PartEnd) => number): number => ends.reduce((all, end) => all + of(end), 0);
  const last = ends[ends.length - 1];
  const executions = sum((end) => end.executions);
  const isByChance = byChance.has(strategy);
  const counts = {
    found: last.found,
    race: ends.find(({ race }) => race !== null)?.race ?? null,
    cut: sum((end) => end.cut),
    unfair: sum((end) => end.unfair),
    unfinished: ends.find(({ unfinished }) => unfinished !== null)?.unfinished ?? null,
  };
  const chance = { strategy, seed, runs: executions, depth, rate: null, formula: null, missed: null };
  const searched = {
    executions,
    complete: !isByChance && !ends.some(endsAll),
    endedBy: last.endedBy ?? (isByChance ? ('executions' as const) : null),
    proved: null,
    chance: isByChance ? chance : null,
    symmetric: isByChance ? [] : program.equals,
  };
  return exploredBy(counts, searched, pointsOver(program, ranges));
}
