import { countInterleavings, exploreProgram, whileLaidOut } from './exploration.ts';
import type { CheckedProgram } from './checked-program.ts';
import { racingNames } from './replay-line.ts';
import type { Passed } from './types.ts';
import { cutShort, outOfTime } from './undecided.ts';
import { assertRight, replayed } from './verdict.ts';

/** Seconds after which a check fails that does not say how long it may take. */
const PATIENCE = 60;

/** Explores a program, while the modelled globals are in place. */
export function checkProgram(program: CheckedProgram): Passed {
  const { replay, maxSeconds, maxExecutions, races, interleavings } = program.check;
  const began = performance.now();
  const seconds = (): number => (performance.now() - began) / 1000;
  if (replay !== undefined) return { ...replayed(program, replay), seconds: seconds() };
  const deadline = began + 1000 * (maxSeconds ?? PATIENCE);
  const explored = exploreProgram(program, deadline);
  const { points, racing, executions, states, cut, complete } = explored;
  assertRight(program, explored, executions);
  if (maxSeconds === undefined && performance.now() > deadline && !complete)
    throw outOfTime(PATIENCE, executions);
  if (cut > 0 && maxSeconds === undefined && maxExecutions === undefined) throw cutShort(program, explored);
  return {
    executions,
    complete,
    cut,
    interleavings:
      interleavings === true && states === null
        ? whileLaidOut(program, points, (now) => countInterleavings(program, now, deadline))
        : null,
    races: races === 'allow' ? racingNames(program, racing) : [],
    seconds: seconds(),
  };
}
