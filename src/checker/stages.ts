import { exploreBy } from './exploration.ts';
import type { CheckedProgram } from './checked-program.ts';
import { byChance, onlyStage, RUNS, type SearchStage } from './stage.ts';
import type { CheckOutcome } from './fault-finder.ts';

/** How many orders of two steps PCT looks for where it comes last, after all that takes few preemptions. */
const DEPTH_AT_LAST = 3;

/** The parts of the time for an exhaustive search and then for a bounded one; PCT has the rest. */
const EXHAUSTIVE = 0.5;
const BOUNDED = 0.8;

/** How a check is explored: as it says; or in all ways, then in those with few preemptions, then by chance, as the time goes. */
export function stagesOf({ check }: CheckedProgram, began: number, seconds: number): readonly SearchStage[] {
  const { maxExecutions = Infinity } = check;
  const until = (part: number): number => began + 1000 * seconds * part;
  const shared = { ...onlyStage(check, until(1)), maxExecutions };
  const strategy = check.strategy ?? (check.preemptions === undefined ? null : 'bounded');
  if (strategy !== null) {
    const unlimited = check.maxExecutions === undefined && check.maxSeconds === undefined;
    const runs = byChance.has(strategy) && unlimited ? RUNS : maxExecutions;
    return [{ ...shared, strategy, maxExecutions: runs }];
  }
  return [
    { ...shared, strategy: 'exhaustive', deadline: until(EXHAUSTIVE) },
    { ...shared, strategy: 'bounded', deadline: until(BOUNDED) },
    { ...shared, strategy: 'pct', depth: check.depth ?? DEPTH_AT_LAST },
  ];
}

/** Explores a program by one stage after the other, until one decides it or is not ended by the time. */
export function exploreInStages(program: CheckedProgram, stages: readonly SearchStage[]): CheckOutcome {
  let before: CheckOutcome | null = null;
  for (const stage of stages) {
    const now = exploreBy(stage, program, before?.points);
    before = before === null ? now : together(before, now);
    if (before.found !== null || before.race !== null || before.complete || now.endedBy !== 'time') break;
  }
  if (before === null) throw new RangeError('There is no stage.');
  return before;
}

function together(before: CheckOutcome, now: CheckOutcome): CheckOutcome {
  return {
    ...now,
    executions: before.executions + now.executions,
    cut: before.cut + now.cut,
    unfinished: before.unfinished ?? now.unfinished,
    proved: now.proved ?? before.proved,
    complete: now.complete && now.chance === null,
    symmetric: before.symmetric.length > 0 ? before.symmetric : now.symmetric,
  };
}
