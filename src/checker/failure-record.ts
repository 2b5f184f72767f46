import { counted, withCommas } from '../counted.ts';
import { stepTable } from './step-table.ts';
import type { Chance, FailureKind } from './types.ts';

/** A line of a failure's story. */
export interface StoryRow {
  /** Its number, from 1; null for what is no step: a plain access, a call that begins or answers, a remark. */
  readonly step: number | null;
  /** The thread's number, from 1; null for a remark about the row above. */
  readonly thread: number | null;
  /** What was done, what was found (`⇒`), and what the word was and became (`→`). */
  readonly text: string;
  /** Where in the code: `lock.ts:12`. Empty where that is not known. */
  readonly where: string;
  /** True for the steps that matter most, as those of a race. */
  readonly isMarked: boolean;
}

/** All that a failure says, as values for a page or a file: `JSON.stringify(failure)` writes it. */
export interface FailureRecord {
  readonly schemaVersion: 1;
  readonly kind: FailureKind;
  /** What is wrong, in a sentence. */
  readonly headline: string;
  /** What is known of it, line by line. */
  readonly details: readonly string[];
  /** How many threads there are. */
  readonly threads: number;
  /** The execution. Of rounds that repeat, the first and the last. */
  readonly rows: readonly StoryRow[];
  /** What the words hold at the end, and what the threads returned. */
  readonly end: string;
  /** Plain accesses of this execution that race, a sentence for each. */
  readonly races: readonly string[];
  readonly steps: number;
  /** How often a thread was interrupted that could go on. */
  readonly preemptions: number;
  /** True if it was shown that no execution with fewer preemptions fails in this way. */
  readonly fewest: boolean;
  /** Executions explored, the first that fails being the last of them. 1 for a replay. */
  readonly executions: number;
  /** States that were visited in the place of executions; null if none were. */
  readonly states: number | null;
  /** By which chance it was found; null if chance had no part. */
  readonly chance: Chance | null;
  /** By a search; or this execution alone was run, since its line was given, or since it had failed the last time. */
  readonly found: 'by a search' | 'by its line' | 'tried first';
  /** What `threads` must be, to run it again: the program that `checkObject` made; null if the check said it. */
  readonly program: string | null;
  /** What `replay` must be, to run it again. Empty if no step is needed. */
  readonly replay: string;
}

/** The execution, a line for each step. */
export function storyText({ rows, threads }: FailureRecord): string {
  const told = rows.map(({ step, thread, text, where, isMarked }) => ({
    step,
    thread: (thread ?? 0) - 1,
    text,
    where,
    mark: isMarked ? ('!' as const) : ('' as const),
  }));
  return stepTable(told, threads).join('\n');
}

/** A failure as people read it. */
export function failureText(record: FailureRecord): string {
  const { headline, details, end } = record;
  return [
    headline,
    ...details.map((line) => `  ${line}`.trimEnd()),
    '',
    storyText(record),
    `   end  ${end}`,
    ...racesText(record).map((line) => `  ${line}`),
    '',
    ...howFound(record),
  ].join('\n');
}

/** What races in it, a line each. */
export function racesText({ kind, races }: FailureRecord): readonly string[] {
  return kind === 'race' || races.length === 0 ? races : ['In it, plain accesses race:', ...races];
}

/** How the execution came to be found, how long it is, and how to run it again. */
export function howFound(record: FailureRecord): string[] {
  const { steps, preemptions, fewest, program, replay } = record;
  if (steps === 0) return ['It is so before the first step, in every execution.'];
  const again = [...(program === null ? [] : [`  threads: ${program},`]), `  replay: '${replay}'`];
  const size = `${orNo(steps, 'step')} and ${orNo(preemptions, 'preemption')}`;
  if (record.found === 'by its line') return [`Replayed: ${size}.`, ...again];
  if (record.found === 'tried first')
    return [`It failed so the last time and was tried first: ${size}. Run it alone with`, ...again];
  const known = fewest ? ', the fewest that show it' : '; fewer preemptions are not excluded';
  return [
    `Found ${foundBy(record)}; this one has ${size}${preemptions === 0 ? '' : known}. Run it alone with`,
    ...again,
  ];
}

function orNo(count: number, what: string): string {
  return count === 0 ? `no ${what}s` : counted(count, what);
}

function foundBy({ executions, states, chance }: FailureRecord): string {
  if (states !== null) return `in a visit of ${withCommas(states)} states`;
  const by = chance === null ? '' : ` by ${chance.strategy} with seed ${chance.seed}`;
  return executions === 1 ? `in the first execution${by}` : `after ${withCommas(executions)} executions${by}`;
}
