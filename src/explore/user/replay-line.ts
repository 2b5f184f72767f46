import { UsageError } from '../../errors.ts';
import { CountedSchedule, parseSchedule, printSchedule } from '../../schedule/schedule.ts';
import type { Request } from '../../model/local.ts';
import type { Machine } from '../../model/machine.ts';
import { lowest } from '../search.ts';
import { NoCells } from './cells.ts';
import { addRegion, pointsAtFirst, runAgain } from './exploration.ts';
import type { Program } from './program.ts';
import { showStep } from './step-text.ts';

/**
 * An execution as a line: who moved, by counts, and the names of the words whose plain accesses are steps: `1x3,2x5,1 @counter`.
 */
export function replayLine(program: Program, points: ReadonlySet<number>, path: readonly number[]): string {
  const schedule = new CountedSchedule();
  for (const thread of path) schedule.step(thread + 1);
  const names = racingNames(program, points);
  const moves = printSchedule(schedule.schedule());
  return names.length === 0 ? moves : `${moves} @${names.join()}`;
}

/** The names of the words whose plain accesses are steps since they race: of arrays as a whole, and of buffers `memory.int32[2]`. */
export function racingNames(program: Program, points: ReadonlySet<number>): string[] {
  const anyway = pointsAtFirst(program);
  const { layout } = program;
  const names = Array.from(points, (address) => {
    if (anyway.has(address)) return [];
    const { name, kind } = layout.regionAt(address);
    return [kind === null ? layout.nameOf(address) : name];
  });
  return [...new Set(names.flat())];
}

/** Reads such a line, and runs the execution to its end: where the line ends, the threads run on one after the other. */
export function readReplayLine(
  program: Program,
  line: string,
): { points: ReadonlySet<number>; path: readonly number[] } {
  const [moves, names = ''] = line.split(/(?:^| )@/);
  const points = pointsAtFirst(program);
  for (const name of names.split(',').map((each) => each.trim())) {
    if (name === '') continue;
    const found = program.layout.named(name);
    if (!found)
      throw new UsageError(
        `The replay line "${line}" names the word "${name}", which the check does not declare.`,
      );
    const { region, start, kind } = found;
    const element = program.layout.elementAt(region, start, kind);
    if (element === null) throw new NoCells(region.index, start, kind, [start, start + kind.bytes]);
    for (const address of element.cells) addRegion(program, address, points);
  }
  const path: number[] = [];
  const machine = runAgain(program, points, []);
  for (const { thread, steps } of movesOf(moves, line, program.threads)) {
    for (let i = 0; i < steps; i++) {
      if (((machine.enabled() >> thread) & 1) === 0)
        throw misfit(program, machine, thread, path.length + 1, line);
      machine.step(thread);
      path.push(thread);
    }
  }
  for (let left = machine.enabled(); left !== 0; left = machine.enabled()) {
    path.push(lowest(left));
    machine.step(lowest(left));
  }
  return { points, path };
}

function movesOf(moves: string, line: string, threads: number): { thread: number; steps: number }[] {
  if (moves.trim() === '') return [];
  return parseSchedule(moves).map(({ thread, until, kill }) => {
    if (until.kind !== 'count' || kill)
      throw new UsageError(`The replay line "${line}" is not by counts: write it as in 1x5,2x19,1.`);
    if (thread > threads)
      throw new UsageError(
        `The replay line "${line}" moves T${thread}, and the check has ${threads} threads.`,
      );
    return { thread: thread - 1, steps: until.steps };
  });
}

function misfit(program: Program, machine: Machine, thread: number, step: number, line: string): UsageError {
  const why = machine.at[thread].next === null ? 'has ended' : 'waits';
  const last = machine.happened.findLast((each) => each.thread === thread);
  const after = last
    ? `, after ${showStep(program.layout, last.from.next as Request, last.before).text}`
    : '';
  return new UsageError(
    `The replay line "${line}" does not fit this check any more: at step ${step} it moves T${thread + 1}, which ${why}${after}.`,
  );
}
