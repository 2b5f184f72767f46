import { UsageError } from '../errors.ts';
import { CountedSchedule, parseSchedule, printSchedule } from '../schedule/schedule.ts';
import { chosenIn, lowest, moveOf, moverOf, type Request, waysOf } from '../model/request.ts';
import type { Machine } from '../model/machine.ts';
import { NoCells } from './cells.ts';
import { addRegion, pointsAtFirst } from './points.ts';
import { atStart } from './fault-finder.ts';
import type { CheckedProgram } from './checked-program.ts';
import { showStep } from './step-text.ts';

/**
 * An execution as a line: who moved, by counts, what was chosen, and the names of the words whose plain accesses are steps:
 * `1x3,2x5,1=2,1 @counter`.
 */
export function checkReplayLine(
  program: CheckedProgram,
  points: ReadonlySet<number>,
  path: readonly number[],
): string {
  const names = racingNames(program, points);
  const moves = printMoves(program, points, path);
  return names.length === 0 ? moves : `${moves} @${names.join()}`;
}

function printMoves(program: CheckedProgram, points: ReadonlySet<number>, path: readonly number[]): string {
  const parts: string[] = [];
  let schedule = new CountedSchedule();
  const flush = (): void => {
    const moves = schedule.schedule();
    if (moves.length > 0) parts.push(printSchedule(moves));
    schedule = new CountedSchedule();
  };
  const machine = atStart(program, points);
  for (const move of path) {
    const thread = moverOf(move);
    if (waysOf(machine.at[thread].next) === 1) schedule.step(thread + 1);
    else {
      flush();
      parts.push(`${thread + 1}=${chosenIn(move)}`);
    }
    machine.step(move);
  }
  flush();
  return parts.length === 0 ? printSchedule([]) : parts.join();
}

/** The names of the words whose plain accesses are steps since they race: of arrays as a whole, and of buffers `memory.int32[2]`. */
export function racingNames(program: CheckedProgram, points: ReadonlySet<number>): string[] {
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
  program: CheckedProgram,
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
  const machine = atStart(program, points);
  for (const { thread, steps, chosen } of movesOf(moves, line, program.threads)) {
    for (let i = 0; i < steps; i++) {
      if (((machine.enabled() >> thread) & 1) === 0 || (chosen ?? 0) >= waysOf(machine.at[thread].next))
        throw misfit(program, machine, { thread, chosen }, path.length + 1, line);
      const move = moveOf(thread, chosen ?? 0);
      machine.step(move);
      path.push(move);
    }
  }
  for (let left = machine.enabled(); left !== 0; left = machine.enabled()) {
    path.push(lowest(left));
    machine.step(lowest(left));
  }
  return { points, path };
}

/** A part of a line: a thread that makes some steps, or that chooses. */
interface ReplayMove {
  readonly thread: number;
  readonly steps: number;
  readonly chosen: number | null;
}

function movesOf(moves: string, line: string, threads: number): ReplayMove[] {
  return moves.split(',').flatMap((part): ReplayMove[] => {
    const [, who = part, chosen = null] = /^\s*(\d+)=(\d+)\s*$/.exec(part) ?? [];
    if (who.trim() === '') return [];
    const [{ thread, until, kill }] = parseSchedule(who);
    if (until.kind !== 'count' || kill)
      throw new UsageError(`The replay line "${line}" is not by counts: write it as in 1x5,2x19,1.`);
    if (thread > threads)
      throw new UsageError(
        `The replay line "${line}" moves T${thread}, and the check has ${threads} threads.`,
      );
    return [{ thread: thread - 1, steps: until.steps, chosen: chosen === null ? null : Number(chosen) }];
  });
}

function misfit(
  program: CheckedProgram,
  machine: Machine,
  { thread, chosen }: Pick<ReplayMove, 'thread' | 'chosen'>,
  step: number,
  line: string,
): UsageError {
  const ways = waysOf(machine.at[thread].next);
  const noChoice = ways === 1 ? 'chooses nothing there' : `has only 0 to ${ways - 1} to choose from`;
  const canMove = ((machine.enabled() >> thread) & 1) !== 0;
  const waits = machine.at[thread].next === null ? 'has ended' : 'waits';
  const why = canMove ? noChoice : waits;
  const last = machine.happened.findLast((each) => each.thread === thread);
  const after = last
    ? `, after ${showStep(program.layout, last.from.next as Request, last.before).text}`
    : '';
  return new UsageError(
    `The replay line "${line}" does not fit this check any more: at step ${step} it moves T${thread + 1}${chosen === null ? '' : ` with the choice ${chosen}`}, which ${why}${after}.`,
  );
}
