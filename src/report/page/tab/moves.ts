import { type Move, parseSchedule, printSchedule } from '../../../schedule/schedule.ts';

/** A schedule by counts, as a page lets people change it: who makes how many steps, in order. */
export interface Turn {
  readonly thread: number;
  readonly steps: number;
  /** The thread is killed after them. */
  readonly kill: boolean;
}

/** The turns of a schedule by counts, as runs have it. */
export function turnsOf(schedule: string): Turn[] {
  return parseSchedule(schedule === '' ? NOBODY : schedule).flatMap(({ thread, until, kill }) =>
    until.kind === 'count' && (until.steps > 0 || kill) ? [{ thread, steps: until.steps, kill }] : [],
  );
}

/** A schedule by which no thread moves. */
const NOBODY = '1x0';

/** The same as a schedule; neighbours of one thread become one turn. */
export function scheduleOfMoves(turns: readonly Turn[]): string {
  const joined: Turn[] = [];
  for (const turn of turns) {
    const last = joined.at(-1);
    if (last !== undefined && last.thread === turn.thread && !last.kill)
      joined[joined.length - 1] = { ...turn, steps: last.steps + turn.steps };
    else if (turn.steps > 0 || turn.kill) joined.push(turn);
  }
  const moves = joined.map(({ thread, steps, kill }): Move => ({
    thread,
    until: { kind: 'count', steps },
    kill,
  }));
  return printSchedule(moves);
}

/** The turns up to a step. */
export function firstSteps(turns: readonly Turn[], steps: number): Turn[] {
  const kept: Turn[] = [];
  let left = steps;
  for (const turn of turns) {
    if (turn.steps > left) {
      if (left > 0) kept.push({ ...turn, steps: left, kill: false });
      return kept;
    }
    kept.push(turn);
    left -= turn.steps;
  }
  return kept;
}

/** How often another thread goes on than the one that moved. */
export function switchesIn(turns: readonly Turn[]): number {
  return turns.filter(({ thread }, i) => i > 0 && turns[i - 1].thread !== thread).length;
}
