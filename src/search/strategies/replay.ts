import { UsageError } from '../../errors.ts';
import { parseSchedule } from '../../schedule/schedule.ts';
import { threadsIn } from '../machine-engine.ts';
import { Machine } from '../../model/machine.ts';
import { lowest } from '../../model/request.ts';
import { runBy } from '../random-runs.ts';
import { Tally } from '../search.ts';
import type { Strategy } from '../strategy.ts';

/** The threads of a schedule by counts, one for each step, numbered from 0. */
function threadsOf(schedule: string, machine: Machine): number[] {
  const moves = parseSchedule(schedule);
  const threads = machine.threads - (machine.model.deaths?.length ?? 0);
  const unknown = moves.find(({ thread }) => thread > threads);
  if (unknown) {
    throw new UsageError(
      `The schedule "${schedule}" moves T${unknown.thread}, and the program has ${threads} threads.`,
    );
  }
  const steps = moves.reduce((sum, { until }) => sum + (until.kind === 'count' ? until.steps : 0), 0);
  const most = threads * machine.stepLimit;
  if (steps > most) {
    throw new UsageError(
      `The schedule "${schedule}" makes ${steps} steps, and an execution of this program has ${most} at most: give fewer.`,
    );
  }
  const order = threadsIn(moves, machine);
  if (order === null) {
    throw new UsageError(
      `The schedule "${schedule}" is not by counts alone, or kills a thread that does not end with die: write it as in 1x5,2x19,1.`,
    );
  }
  return order;
}

/** One execution that is told. Where the schedule ends, the threads run on one after the other. */
export const scheduleReplay: Strategy<null> = {
  id: 'replay',
  about: 'One execution, by its schedule.',
  exhausts: false,
  chance: false,
  splits: false,
  units: () => [null],
  run: ({ model, dependence, schedule }, _unit, visit, options) => {
    const machine = new Machine(model, dependence, options.stepLimit);
    const tally = new Tally(visit, options);
    const order = threadsOf(schedule, machine);
    const next = (enabled: number): number => {
      const step = machine.happened.length;
      const thread = order[step] ?? lowest(enabled);
      if (((enabled >> thread) & 1) === 1) return thread;
      const why = machine.at[thread].next === null ? 'has ended' : 'waits';
      throw new UsageError(
        `The schedule "${schedule}" does not fit: T${thread + 1} ${why} before step ${step + 1}.`,
      );
    };
    runBy(machine, { choose: (_machine, enabled) => next(enabled) }, tally, options.onStep);
    // All have ended, or wait: whose turn it would be is told then.
    if (machine.happened.length < order.length) next(0);
    return tally.searched(machine.steps);
  },
};
