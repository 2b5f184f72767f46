import assert from 'node:assert/strict';
import {
  type ExploredCell,
  type ExploredProgram,
  soundCell,
  type UnsoundCell,
} from '../../src/explore/matrix-cell.ts';
import { explore, type ExploredFinding } from '../../src/explore/explore.ts';
import { operationsIn, shapeOf } from '../../src/explore/shrink/program-shape.ts';
import { shrink } from '../../src/explore/shrink/shrink.ts';
import { type Program, splitProgram } from '../../src/laboratory/program.ts';
import { readProgram } from '../../src/laboratory/participant.ts';
import {
  chooseScheme,
  eagerest,
  type SchemeChoice,
  schemesOf,
  specsOf,
} from '../../src/laboratory/registry.ts';
import { enoughSlots } from '../../src/laboratory/shared.ts';
import type { StructureClass } from '../../src/laboratory/structure-class.ts';
import { puts, structures, usualStructure } from '../../src/laboratory/structures.ts';
import { parseReplayLine, replayCommand } from '../../src/scenario/replay-line.ts';
import { kernelCounts } from '../explore/kernel-counts.ts';
import { redCells } from '../explore/red-cells.ts';

/** A program of more operations is not made smaller, which would take minutes: one that is counted was made small by hand. */
const MOST_OPERATIONS = 4;

/** Executions of one program that are made at most. */
const MOST_EXECUTIONS = 5_000;

/** A structure and a choice of a scheme that it is explored under. */
export interface Place {
  readonly structure: StructureClass;
  /** As people write it. */
  readonly scheme: string;
}

/** All cells that can be explored, structure by structure: each under the schemes that make a difference to it. */
export function places(): Place[] {
  return structures.flatMap((structure) =>
    schemesOf(structure)
      .flatMap(specsOf)
      .map((scheme) => ({ structure, scheme })),
  );
}

/**
 * The named programs of a structure: those that are counted under most schemes (`kernel-counts.json`), the smallest first, and at last
 * those in which it is known not to be sound under some. Programs with chains are searched apart (`chains.deep.test.ts`): not every scheme has them.
 */
function programsOf(structure: StructureClass): string[] {
  const isOf = (program: string): boolean =>
    (splitProgram(program).structure ?? usualStructure.ID) === structure.ID && !/\*\d/.test(program);
  const rows = kernelCounts.filter(({ program, freeList }) => freeList === undefined && isOf(program));
  const programs = [...new Set(rows.map(({ program }) => program))];
  const times = (program: string): number => rows.filter((row) => row.program === program).length;
  const most = Math.max(...programs.map(times));
  const red = redCells.map(({ program }) => program).filter(isOf);
  return [...new Set([...programs.filter((program) => 2 * times(program) > most), ...red])];
}

/** As many slots as the scheme needs, and one for each value that is put in: so that nothing is full, and what is freed is soon used. */
function slotsFor({ structure, initial, threads }: Program, choice: SchemeChoice): number {
  const size = { threads: threads.length, initial, structure };
  const put = threads.flat().filter(({ name }) => puts(name)).length;
  return enoughSlots(undefined, 1, choice, size) + put;
}

/** Explores the named programs of a structure under a scheme that reclaims as early as it can. */
export async function computeCell({ structure, scheme }: Place): Promise<ExploredCell> {
  const choice = eagerest(await chooseScheme(scheme));
  const explored: ExploredProgram[] = [];
  for (const text of programsOf(structure)) {
    const { program } = await readProgram(text);
    const slots = slotsFor(program, choice);
    const outcome = await exploreAsFar(text, choice.spec, slots);
    if ('kind' in outcome) return unsound({ structure, scheme }, text, choice.spec, slots, outcome);
    explored.push(outcome);
  }
  assert.ok(explored.length > 0, `there is no program for ${structure.ID}: give it golden counts`);
  return soundCell({ structure: structure.ID, scheme }, explored);
}

/** Every execution; where there are too many, those without a preemption, then with one more each time, as long as there are not. */
async function exploreAsFar(
  program: string,
  scheme: string,
  slots: number,
): Promise<ExploredProgram | ExploredFinding> {
  const look = async (preemptions: number | null): Promise<ExploredFinding | number | null> => {
    const bound = preemptions === null ? {} : { preemptions };
    const options = { slots, firstOnly: true, maxExecutions: MOST_EXECUTIONS, ...bound };
    const { findings, complete, executions, cut, deadlocks } = await explore(program, scheme, options);
    if (findings.length > 0) return findings[0]!;
    assert.deepEqual({ cut, deadlocks }, { cut: 0, deadlocks: 0 }, `${program} under ${scheme}`);
    return complete ? executions : null;
  };
  let last = null;
  for (let preemptions: number | null = null; ; preemptions = (preemptions ?? -1) + 1) {
    const found = await look(preemptions);
    if (found !== null && typeof found === 'object') return found;
    if (found !== null) last = { program, slots, executions: found, preemptions };
    if (found === null ? preemptions !== null : preemptions === null) break;
  }
  assert.ok(last, `${program} under ${scheme} has over ${MOST_EXECUTIONS} executions without preemptions`);
  return last;
}

async function unsound(
  { structure, scheme }: Place,
  program: string,
  explored: string,
  slots: number,
  { kind, schedule, preemptions, charged }: ExploredFinding,
): Promise<UnsoundCell> {
  const failure = {
    program,
    scheme: explored,
    slots,
    kind,
    schedule,
    preemptions,
    ...(charged && { charged }),
  };
  const isShort = operationsIn(shapeOf((await readProgram(program)).program)) <= MOST_OPERATIONS;
  const small = isShort ? await shrink(failure, { maxSeconds: 300 }) : failure;
  const cell = {
    structure: structure.ID,
    scheme,
    verdict: 'unsound' as const,
    program: small.program,
    slots: small.slots,
    preemptions: small.preemptions,
    replay: replayCommand({
      subject: small.program,
      scheme: explored,
      slots: small.slots,
      schedule: small.schedule,
    }),
  };
  const { note, steps } = await shownAgain({ finding: { kind }, replay: cell.replay });
  // In the order in which `list --json` has them.
  const { structure: id, scheme: named, verdict, ...rest } = cell;
  return { structure: id, scheme: named, verdict, finding: { kind, note }, ...rest, steps };
}

/** Replays the story of an unsound cell. Throws if it does not show the damage; answers what happened, in a sentence, and how many steps it has. */
export async function shownAgain({
  finding,
  replay,
}: {
  readonly finding: Pick<UnsoundCell['finding'], 'kind'>;
  readonly replay: string;
}): Promise<{ readonly note: string; readonly steps: number }> {
  const { subject, scheme, slots, schedule } = parseReplayLine(replay);
  const { findings, steps } = await explore(subject, scheme, { slots: slots!, strategy: 'replay', schedule });
  const found = findings.find(({ kind }) => kind === finding.kind);
  const others = findings.map(({ kind }) => kind).join(', ');
  assert.ok(found, `no ${finding.kind} is shown by ${replay}, but ${others === '' ? 'nothing' : others}`);
  return { note: found.note, steps };
}
