import type { Race } from '../judge/damage/races.ts';
import type { Machine } from '../model/machine.ts';
import { Settled } from './asynchronous/event-loop.ts';
import { Threw } from './run-body.ts';
import { CheckFailure } from './check-failure.ts';
import type { FailureRecord } from './failure-record.ts';
import { type Fault, CheckJudge } from './check-judge.ts';
import type { FaultyExecution } from './fault-finder.ts';
import { LockFreedom } from './lock-freedom.ts';
import type { Region } from './declared-memory.ts';
import { type WordLayout, showElement } from './word-layout.ts';
import { racesIn } from './plain-races.ts';
import type { CheckedProgram } from './checked-program.ts';
import { environment } from './environment.ts';
import { UsageError } from '../errors.ts';
import { nodeModule } from './node-module.ts';
import { hashOfText } from './text-hash.ts';
import { preemptionsIn } from './shortening.ts';
import { textOf } from './text.ts';
import { checkReplayLine } from './replay-line.ts';
import { tell } from './story.ts';
import type { Chance, FailureKind } from './types.ts';

const HEADLINES: Readonly<Record<FailureKind, string>> = {
  property: 'What must hold at the end does not.',
  invariant: 'What must hold after every step does not.',
  error: 'A thread throws.',
  deadlock: 'Every thread that has not ended sleeps, and nobody is left to wake it.',
  livelock: 'Threads go round, and nobody is left who could let them out.',
  endless: 'A thread was still going at the step limit.',
  'not linearizable': 'The operations answer as in no order, one by one, they could.',
  'not lock-free': 'A thread does not finish while the others stand still.',
  race: 'Plain accesses race: nothing orders them, so what they do is up to the engine.',
};

/** What a search came to that found it. */
interface Search {
  /** Executions that it explored. */
  readonly executions: number;
  /** States that it visited in the place of executions; null if it did not. */
  readonly states: number | null;
  /** By which chance it was found; null if chance had no part. */
  readonly chance: Chance | null;
  /** True if none with fewer preemptions fails in this way. */
  readonly fewest: boolean;
}

/** What is known of an execution that was run alone. */
const ALONE: Search = { executions: 1, states: null, chance: null, fewest: false };

/**
 * Tells an execution in which something is wrong.
 *
 * @param search what it was found by; or how it came to be run alone
 */
export function failureOf(
  program: CheckedProgram,
  points: ReadonlySet<number>,
  { kind, path }: FaultyExecution,
  search: Search | 'by its line' | 'tried first',
): CheckFailure {
  const first = tell(program, points, path, new Set());
  const races = racesIn(first.machine, program.layout);
  const { rows, machine } = tell(program, points, path, marksOf(kind, first.machine, races));
  const fault = faultOf(program, kind, machine);
  const found = typeof search === 'string' ? search : 'by a search';
  const { executions, states, chance, fewest } = typeof search === 'string' ? ALONE : search;
  const record: FailureRecord = {
    schemaVersion: 1,
    kind,
    headline: HEADLINES[kind],
    details: [...fault.details, ...adviceOf(program, kind)],
    threads: program.threads,
    rows: rows.map(({ step, thread, text, where, mark }) => ({
      step,
      thread: thread < 0 ? null : thread + 1,
      text,
      where,
      isMarked: mark !== '',
    })),
    end: endOf(program, machine),
    races: [...new Set(races.map(({ what }) => `${what}.`))],
    steps: path.length,
    preemptions: preemptionsIn(program, points, path),
    fewest,
    executions,
    states,
    chance,
    found,
    program: program.written,
    replay: path.length === 0 ? '' : checkReplayLine(program, points, path),
  };
  const failure = new CheckFailure(record, fault.cause);
  writePageOf(failure);
  return failure;
}

/** What is wrong, judged once more on the execution that is told. */
function faultOf(program: CheckedProgram, kind: FailureKind, machine: Machine): Fault {
  const judge = new CheckJudge(program);
  const faults = [judge.atStep(machine), judge.atEnd(machine), new LockFreedom(program).fault(machine)];
  const kinds: readonly string[] = kind === 'livelock' ? [kind, 'endless'] : [kind];
  const fault = faults.find((each) => each !== null && 'kind' in each && kinds.includes(each.kind));
  return (fault as Fault | undefined) ?? { kind, cause: undefined, details: [] };
}

function marksOf(kind: FailureKind, machine: Machine, races: readonly Race[]): ReadonlySet<number> {
  const [race] = races;
  if (race) return new Set([race.step, race.otherStep]);
  if (kind === 'invariant' || kind === 'not lock-free') return new Set([machine.happened.length]);
  if (kind !== 'error') return new Set();
  const thrown = machine.at.findIndex(({ result }) => result instanceof Threw);
  return new Set([machine.happened.findLastIndex(({ thread }) => thread === thrown) + 1]);
}

/** The way out, where there is one that cannot be seen in the story. */
function adviceOf({ stepLimit }: CheckedProgram, kind: FailureKind): string[] {
  if (kind !== 'endless') return [];
  return [`If it ends all the same, let it make more steps: stepLimit is ${stepLimit}.`];
}

function endOf({ layout }: CheckedProgram, machine: Machine): string {
  const words = layout.regions.map((region) => {
    const { name, kind, isScalar } = region;
    if (kind === null) {
      const cells = cellsAt(layout, region, machine.words);
      return region.labels === null ? `${name} ${cells}` : cells;
    }
    const shown = layout.elementsOf(region, kind, machine.words).map((word) => showElement(kind, word));
    return isScalar ? `${name} ${shown[0]}` : `${name} [${shown.join(' ')}]`;
  });
  const results = machine.at.flatMap(({ result: came, next }, thread) => {
    const result = came instanceof Settled ? came.value : came;
    const isOne = (next === null || came instanceof Settled) && result !== undefined;
    return isOne && !(result instanceof Threw) ? [`T${thread + 1} returns ${textOf(result)}`] : [];
  });
  return [...words, ...results].join(' · ');
}

/** Cells of a buffer that are shown at most. */
const MOST_CELLS = 24;

/** What a buffer holds where it was used: `{int32[0] 1, int32[1] 0}`, without cells of 0 at its end. */
function cellsAt(layout: WordLayout, region: Region, words: Int32Array): string {
  const { name, labels } = region;
  const cells = layout.cellsOf(region);
  const last = cells.findLastIndex((address) => words[address] !== 0);
  const shown = cells.slice(0, Math.min(last + 1, MOST_CELLS)).map((address) => {
    const each = layout.nameOf(address);
    return `${labels === null ? each.slice(name.length + 1) : each} ${layout.show(address, words[address])}`;
  });
  if (last >= MOST_CELLS) shown.push('…');
  return shown.length === 0 ? 'all 0' : `{${shown.join(', ')}}`;
}

/** The folder for pages of failures. */
const FOLDER = 'LOCKFREE_HTML';

/** Writes a failure as a page, if the environment asks for that by `LOCKFREE_HTML`, and says where it is. */
function writePageOf(failure: CheckFailure): void {
  const folder = environment(FOLDER);
  if (folder === undefined) return;
  const [files, paths] = [nodeModule('fs'), nodeModule('path')];
  if (files === undefined || paths === undefined) return;
  const page = failure.html();
  // Two failures that are told alike are one page.
  const file = paths.join(
    folder,
    `${failure.kind.replaceAll(' ', '-')}-${hashOfText(page).slice(0, 12)}.html`,
  );
  try {
    files.mkdirSync(folder, { recursive: true });
    files.writeFileSync(file, page);
  } catch (error) {
    throw new UsageError(
      `The failure cannot be written as a page to ${file} (${String((error as Error).message)}): let ${FOLDER} be a folder that can be written to, or leave it out.`,
      { cause: failure },
    );
  }
  // oxlint-disable-next-line no-console -- a test runner shows it beside the test that it is about
  console.warn(`lockfree-lab: the failure as a page is ${file}.`);
}
