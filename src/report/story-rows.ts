import { Audit } from '../judge/audit/audit.ts';
import { cardOf, partOf } from '../laboratory/labels.ts';
import { RETIRED, R_ANNOUNCE, S_STATE } from '../kernel/layout.ts';
import { placeOf } from '../observe/lives.ts';
import { stepBack, stepOn } from '../observe/steps-back.ts';
import { WordsReplay } from '../observe/replay-words.ts';
import type { Finding, ReturnRecord, StepRecord, StopRecord, TraceEvent } from '../observe/trace.ts';
import type { ScenarioRun } from '../scenario/scenario-run.ts';
import { drawQueue, type QueuePicture } from './queue-picture.ts';
import { type Remark, remarksOf } from './remarks/remarks.ts';
import { comparedWith, describeStep, schemeState, type Wording } from './words.ts';

/** One step of a story, a retire, or the end of a thread, with what there is to say about it. */
export interface RunRow {
  /** Its place among all rows. */
  readonly at: number;
  /** Null at the end of a thread, and for a retire, which is part of the step before it. */
  readonly step: number | null;
  readonly thread: number;
  readonly text: string;
  /** The read that goes stale, damage, or neither. */
  readonly gutter: '*' | '!' | ' ';
  readonly switched: boolean;
  readonly notes: readonly Said[];
  readonly picture: QueuePicture;
  /** What the scheme knows then; empty unless it is asked for. */
  readonly state: string;
  /** Rows of a lower rank are left out first. */
  readonly rank: number;
}

/** A note below a row, with the steps that it names: where it is shown, they are. */
export interface Said extends Remark {
  readonly mentions: readonly number[];
}

/** What a step means for the reader; a story has room for the first of these. */
export const RANK = { must: 0, change: 1, link: 2, store: 3, announce: 4, rest: 5 } as const;

export interface RowOptions {
  readonly queueRoom: number;
  readonly freeRoom: number;
  /** With what the scheme knows. */
  readonly withState: boolean;
  /** Without the threads that stand where they are at the end: they are to be moved on. */
  readonly goesOn?: boolean;
}

/** All rows of a story, in order. */
export function rowsOf(run: ScenarioRun, wording: Wording, options: RowOptions): RunRow[] {
  return new StoryRows(run, wording, options).all();
}

class StoryRows {
  readonly #run: ScenarioRun;
  readonly #wording: Wording;
  readonly #options: RowOptions;
  readonly #replay: WordsReplay;
  /** The damage of each step. */
  readonly #damaged = new Map<number, Finding[]>();
  readonly #stale = new Set<number>();
  readonly #returns = new Map<number, ReturnRecord>();
  readonly #remarks: ReturnType<typeof remarksOf>;
  #previous = 0;

  constructor(run: ScenarioRun, wording: Wording, options: RowOptions) {
    this.#run = run;
    this.#wording = wording;
    this.#options = options;
    this.#replay = new WordsReplay(run.trace);
    this.#remarks = remarksOf(run, wording);
    const { findings, trace } = run;
    for (const finding of findings) {
      const { step, since } = finding;
      if (step === null) continue;
      this.#damaged.set(step, [...(this.#damaged.get(step) ?? []), finding]);
      if (since !== undefined && findings[0]?.since === since) this.#stale.add(since);
    }
    for (const event of trace.events) if (event.kind === 'return') this.#returns.set(event.step, event);
  }

  all(): RunRow[] {
    const rows = this.#run.trace.events.flatMap((event): Omit<RunRow, 'at'>[] => {
      if (event.kind === 'step') return this.#rowsOf(event);
      // A run that was ended on purpose leaves threads standing that had more to do.
      const isPause = this.#run.stopped !== null || this.#options.goesOn === true;
      const ends = event.kind === 'stop' && !(event.reason === 'stalled' && isPause);
      return ends ? [this.#stopRow(event)] : [];
    });
    return rows.map((row, at) => ({ ...row, at }));
  }

  /** The step, and what it retired: a plain write that has no step of its own. */
  #rowsOf(step: StepRecord): Omit<RunRow, 'at'>[] {
    this.#replay.advance();
    const row = this.#stepRow(step);
    const retired = retiredBy(step, this.#wording);
    if (retired.length === 0) return [row];
    // Damage that a retire did stands where the retire does.
    const wrong = (this.#damaged.get(step.step) ?? []).filter(
      ({ kind, slot }) => RETIRES.has(kind) && slot !== undefined && retired.includes(slot),
    );
    const isWrong = ({ text }: Said): boolean =>
      wrong.some(({ kind }) => text.startsWith(kind.toUpperCase()));
    const isAllOfIt = wrong.length > 0 && wrong.length === this.#damaged.get(step.step)?.length;
    const others = retired.map((slot): Omit<RunRow, 'at'> => {
      const notes = wrong.some((each) => each.slot === slot) ? row.notes.filter(isWrong) : [];
      return {
        ...row,
        step: null,
        text: this.#retireText(step, slot),
        gutter: wrong.some((each) => each.slot === slot) ? '!' : ' ',
        switched: false,
        notes,
        rank: notes.length > 0 ? RANK.must : RANK.store,
      };
    });
    return [
      {
        ...row,
        gutter: isAllOfIt ? this.#gutterOf(step, false) : row.gutter,
        notes: row.notes.filter((note) => !isWrong(note)),
      },
      ...others,
    ];
  }

  /** A retire goes by the line that the operation owes for what it took out; an heir retires what it recovers, and owes none. */
  #retireText({ thread, op, step }: StepRecord, slot: number): string {
    const owed = stepBack(
      this.#run.trace.events,
      step,
      (event) =>
        event.thread === thread &&
        (event.op !== op || (event.ok === true && cardOf(event.label)?.moves?.owes !== undefined)),
    );
    const line = owed?.op !== op ? '' : (cardOf(owed.label)?.moves?.owes ?? '');
    return `${line.padEnd(3)} retire slot ${slot}`;
  }

  #stepRow(step: StepRecord): Omit<RunRow, 'at'> {
    const { trace } = this.#run;
    const { style } = this.#wording;
    const remarks = this.#remarks.steps.get(step.step) ?? [];
    const wrong = this.#damaged.has(step.step);
    const answer = this.#returns.get(step.step);
    const switched = this.#previous !== 0 && this.#previous !== step.thread;
    this.#previous = step.thread;
    const must =
      remarks.some((remark) => remark.must) ||
      wrong ||
      this.#stale.has(step.step) ||
      switched ||
      step.step === 1;
    return {
      step: step.step,
      thread: step.thread,
      text:
        describeStep(this.#wording, step, comparedWith(trace.events, step)) +
        (answer ? ` ${style.glyph.gives} ${answerOf(answer, this.#wording)}` : ''),
      gutter: this.#gutterOf(step, wrong),
      switched,
      ...this.#now(),
      rank: must ? RANK.must : this.#rankOf(step, remarks, answer !== undefined),
      ...this.#said(remarks, step.thread, step.step),
    };
  }

  #stopRow(stop: StopRecord): Omit<RunRow, 'at'> {
    const { thread, reason, before } = stop;
    const text = `The schedule ends here; T${thread}'s next step would be ${before}.`;
    const ended = reason === 'stalled' && before !== null ? [{ text, must: true }] : [];
    return {
      step: null,
      thread: stop.thread,
      text: stopText(stop, this.#wording),
      gutter: ' ',
      switched: false,
      ...this.#now(),
      rank: RANK.must,
      ...this.#said([...ended, ...(this.#remarks.stops.get(stop.thread) ?? [])], stop.thread, stop.step),
    };
  }

  #now(): Pick<RunRow, 'picture' | 'state'> {
    const { queueRoom, freeRoom, withState } = this.#options;
    return {
      picture: drawQueue(this.#replay.words, this.#wording, { queue: queueRoom, free: freeRoom }),
      state: withState
        ? schemeState(new Audit(this.#replay.words, this.#replay.recorded()), this.#wording)
        : '',
    };
  }

  #said(remarks: readonly Remark[], thread: number, step: number): Pick<RunRow, 'notes'> {
    const { events } = this.#run.trace;
    return {
      notes: remarks.map((remark) => ({
        ...remark,
        mentions: mentionsOf(remark.text, { thread, step }, events),
      })),
    };
  }

  #gutterOf({ step }: StepRecord, damaged: boolean): RunRow['gutter'] {
    if (damaged) return '!';
    return this.#stale.has(step) ? '*' : ' ';
  }

  #rankOf(step: StepRecord, remarks: readonly Remark[], hasAnswer: boolean): number {
    const { geometry } = this.#wording;
    const moves = step.access === 'cas' && step.ok === true;
    if (remarks.length > 0 || (moves && isEffect(step.label))) return RANK.change;
    if (hasAnswer || step.access === 'cas') return RANK.link;
    if (step.access === 'load' || step.access === 'await') return RANK.rest;
    if (placeOf(geometry, step.address) !== null) return RANK.store;
    const announces =
      step.address >= geometry.recordsBase &&
      (step.address - geometry.recordsBase) % geometry.recordWords >= R_ANNOUNCE;
    return announces ? RANK.announce : RANK.store;
  }
}

/** Kinds of damage that a retire does. */
const RETIRES: ReadonlySet<Finding['kind']> = new Set(['retire while reachable']);

/** The slots that a thread marked as retired right after a step. */
function retiredBy({ writes }: StepRecord, { geometry }: Wording): number[] {
  return writes.flatMap(([address, value]) => {
    const place = placeOf(geometry, address);
    return place?.word === S_STATE && value === RETIRED ? [place.slot] : [];
  });
}

/** True of a step at which an operation of the structure takes effect. */
function isEffect(label: string): boolean {
  return partOf(label) === 'structure' && cardOf(label)?.linearizes !== undefined;
}

function answerOf({ outcome, value }: ReturnRecord, { show }: Wording): string {
  return outcome === 'value' && value !== null ? show(value) : outcome;
}

function stopText({ reason, before }: StopRecord, { style }: Wording): string {
  const what = { killed: 'terminated', stalled: 'stands', hung: 'hangs', crashed: 'crashed' }[reason];
  return `${style.glyph.stop} ${what}${before === null ? '' : ` before ${before}`}`;
}

/**
 * The steps that a text names, by number or by label. A label means the latest such step of its thread up to the row, or the first one
 * after it: `T2's D13`, or of the row's own thread `D5`.
 */
export function mentionsOf(
  text: string,
  row: { readonly thread: number; readonly step: number },
  events: readonly TraceEvent[],
): number[] {
  const numbers = [...text.matchAll(/\bsteps? +(\d+(?:(?:, | and | )\d+)*)/g)].flatMap(([, list]) =>
    list.split(/\D+/).map(Number),
  );
  const labels = [...text.matchAll(/(?:\bT(\d+)'s )?\b([A-Z]{1,2}\d+)\b(?!#)/g)].flatMap(
    ([, thread, label]) => {
      const by = Number(thread ?? row.thread);
      const isNamed = (event: StepRecord): boolean => event.thread === by && event.label === label;
      const named = stepBack(events, row.step, isNamed) ?? stepOn(events, row.step, isNamed);
      return named === undefined ? [] : [named.step];
    },
  );
  return [...new Set([...numbers, ...labels])];
}
