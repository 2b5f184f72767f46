import { fileOf } from '../laboratory/labels.ts';
import { callsIn, operationsOf } from '../laboratory/operations.ts';
import { longestChain } from '../laboratory/batch.ts';
import { splitProgram } from '../laboratory/program.ts';
import { leastSlots } from '../laboratory/shared.ts';
import { cardOfStructure, structures } from '../laboratory/structures.ts';
import { model } from '../model/engine.ts';
import { chooseScheme, type SchemeChoice, schemesOf } from '../laboratory/registry.ts';
import type { Finding, StepRecord, StopRecord, TraceEvent } from '../observe/trace.ts';
import { type Move, parseSchedule, printSchedule, type Until } from '../schedule/schedule.ts';
import { earliest } from './cases.ts';
import { perform, type Performance } from './perform.ts';

/** The same anchors, tried under another scheme or without the variant. */
export interface AlternativeRun {
  /** The scheme as `--scheme` takes it; with the same scheme, what was tried is the kernel without the variant. */
  readonly spec: string;
  readonly withoutVariant: boolean;
  /** True if the run has no damage at all. */
  readonly stops: boolean;
  /** True of a run without the variant that has damage, and not the first one: none of that kind by this thread, in this operation, about this slot. */
  readonly onlyOther: boolean;
  readonly performed: Performance;
  /** What came of the step that did the first damage; null if it was not made, or the damage has no such step. */
  readonly step: StepRecord | null;
}

/**
 * Runs the schedule of a damaged run again on the model, by anchors, under every other scheme of the lab that makes a difference to the structure; where a variant took the place
 * of a part of the kernel, also without it. A scheme acts as early as it can, and has as many slots as it needs.
 */
export async function tryElsewhere(damaged: Performance): Promise<AlternativeRun[]> {
  const { choice, scenario, case: each, variesKernel } = damaged;
  const trials: AlternativeRun[] = [];
  for (const scheme of schemesOf(damaged.structure)) {
    const spec = earliest(scheme);
    if (isSame(choice, await chooseScheme(spec))) continue;
    trials.push(await tryOnce(damaged, spec, false));
  }
  if (variesKernel && (each.variant ?? scenario.variant) !== undefined && isKnownWithout(damaged))
    trials.push(await tryOnce(damaged, choice.spec, true));
  return trials;
}

/** True if the program can be run without its variant: what it works on is the lab's, or it names it, and so are all operations. */
function isKnownWithout({ scenario, structure, program }: Performance): boolean {
  if (scenario.operations !== undefined) return true;
  const isStructure =
    structures.some(({ NUMBER }) => NUMBER === structure.NUMBER) ||
    splitProgram(program.text).structure !== null;
  const known = operationsOf(cardOfStructure(structure));
  return isStructure && callsIn(program.threads.flat()).every(({ name }) => name in known);
}

/** True of the same scheme with the same parameters. */
function isSame(one: SchemeChoice, other: SchemeChoice): boolean {
  return (
    one.scheme === other.scheme &&
    one.param0 === other.param0 &&
    one.param1 === other.param1 &&
    one.tagBits === other.tagBits
  );
}

async function tryOnce(damaged: Performance, spec: string, withoutVariant: boolean): Promise<AlternativeRun> {
  const { scenario, case: each, trace } = damaged;
  const { variant: _, ...others } = scenario;
  const { variant: __, ...plainCase } = each;
  const plain = { ...others, ...(scenario.operations && { variant: scenario.operations }) };
  const { freeList = 'stack' } = trace.header;
  const slots = Math.max(
    trace.header.slots,
    leastSlots(
      await chooseScheme(spec),
      trace.header.threads,
      0,
      damaged.structure,
      longestChain(damaged.program),
    ),
  );
  const performed = await perform(
    model,
    withoutVariant ? plain : scenario,
    { ...(withoutVariant ? plainCase : each), spec, key: spec },
    { schedule: anchored(damaged), until: 'end', slots, freeList, pastMisfits: true },
  );
  const step = stepLike(damaged, performed.trace.events);
  const stops = performed.findings.length === 0;
  const onlyOther = withoutVariant && !stops && !hasFirst(damaged, performed);
  return { spec, withoutVariant, stops, onlyOther, performed, step };
}

/** A thread that makes no step. */
const AT_ONCE: Until = { kind: 'count', steps: 0 };

/**
 * The schedule of a run by anchors: the one that was given, if it has them; else each move goes to the step before which it stopped. What
 * was cut off when damage was seen is run to its end.
 */
function anchored({ schedule, trace, choice, stopped }: Performance): string {
  if (parseSchedule(schedule).some(({ until }) => until.kind !== 'count')) return schedule;
  const { events } = trace;
  const moves: Move[] = [];
  const made = new Map<string, number>();
  const steps = events.filter(
    (event): event is StepRecord | StopRecord => event.kind === 'step' || event.kind === 'stop',
  );
  for (const [i, event] of steps.entries()) {
    if (event.kind === 'stop') {
      if (event.reason === 'killed') {
        const last = moves.at(-1);
        if (last?.thread === event.thread) moves.pop();
        const until = last?.thread === event.thread ? last.until : AT_ONCE;
        moves.push({ thread: event.thread, until, kill: true });
      }
      continue;
    }
    const key = `${event.thread} ${event.label}`;
    made.set(key, (made.get(key) ?? 0) + 1);
    const following = steps[i + 1];
    if (following?.kind === 'step' && following.thread === event.thread) continue;
    const until = stopOf(event, events, made, schemeOwns(choice.spec));
    moves.push({ thread: event.thread, until, kill: false });
  }
  if (stopped?.kind === 'asked') {
    const threads = trace.header.records?.length ?? trace.header.threads;
    const killed = new Set(
      events.flatMap((event) => (event.kind === 'stop' && event.reason === 'killed' ? [event.thread] : [])),
    );
    for (let thread = 1; thread <= threads; thread++)
      if (!killed.has(thread)) moves.push({ thread, until: { kind: 'end' }, kill: false });
  }
  return printSchedule(moves);
}

/** True of the labels of a scheme: another scheme has no such step. */
function schemeOwns(spec: string): (label: string) => boolean {
  return (label) => {
    const file = fileOf(label);
    return file !== null && (file.includes('/schemes/') || spec.startsWith(file));
  };
}

/** Where a thread stopped after a step: before its next step, right after this one, or at its end. */
function stopOf(
  last: StepRecord,
  events: readonly TraceEvent[],
  made: ReadonlyMap<string, number>,
  isSchemes: (label: string) => boolean,
): Until {
  const { thread, step } = last;
  const next = events.find(
    (event): event is StepRecord | StopRecord =>
      event.thread === thread &&
      ((event.kind === 'step' && event.step > step) || (event.kind === 'stop' && event.step >= step)),
  );
  const label = next?.kind === 'step' ? next.label : (next?.before ?? null);
  if (next === undefined || label === null) return { kind: 'end' };
  if (!isSchemes(label))
    return { kind: 'label', label, nth: (made.get(`${thread} ${label}`) ?? 0) + 1, after: false };
  const common = events.findLast(
    (event): event is StepRecord =>
      event.kind === 'step' && event.thread === thread && event.step <= step && !isSchemes(event.label),
  );
  if (common === undefined) return AT_ONCE;
  const nth = made.get(`${thread} ${common.label}`) ?? null;
  return { kind: 'label', label: common.label, nth, after: true };
}

/** True if the first damage of a run is in another one under the same scheme too: its kind alone does not tell it from other damage. */
function hasFirst({ findings: [first], trace }: Performance, other: Performance): boolean {
  return other.findings.some(
    (finding) =>
      finding.kind === first.kind &&
      finding.thread === first.thread &&
      finding.slot === first.slot &&
      operationAt(other.trace, finding) === operationAt(trace, first),
  );
}

function operationAt({ events }: Performance['trace'], { step }: Finding): number | null {
  return events.filter(isStep).find((event) => event.step === step)?.op ?? null;
}

/** The step that did the first damage, as another run made it: the same thread, operation and label, and as many such before it. */
function stepLike(
  { findings: [first], trace }: Performance,
  events: readonly TraceEvent[],
): StepRecord | null {
  const damaged = trace.events.filter(isStep).find(({ step }) => step === first?.step);
  if (damaged === undefined) return null;
  const isAlike = ({ thread, op, label }: StepRecord): boolean =>
    thread === damaged.thread && op === damaged.op && label === damaged.label;
  const before = trace.events.filter((event) => isStep(event) && isAlike(event) && event.step < damaged.step);
  return events.filter(isStep).filter(isAlike)[before.length] ?? null;
}

function isStep(event: TraceEvent): event is StepRecord {
  return event.kind === 'step';
}
