import type { Race } from '../../check/races.ts';
import { isStep, type Request } from '../local.ts';
import type { Machine } from '../machine.ts';
import { Threw } from '../plain-body.ts';
import { CheckFailure } from './check-failure.ts';
import { type Fault, Judge } from './judge.ts';
import type { Found } from './exploration.ts';
import { LockFreedom } from './lock-freedom.ts';
import { racesIn } from './plain-races.ts';
import { type Program, textOf } from './program.ts';
import { replayLine } from './replay-line.ts';
import { showPending } from './step-text.ts';
import { tell } from './story.ts';
import { table } from './table.ts';
import type { FailureKind } from './types.ts';

const HEADLINES: Readonly<Record<FailureKind, string>> = {
  property: 'What must hold at the end does not.',
  invariant: 'What must hold after every step does not.',
  error: 'A thread throws.',
  deadlock: 'Every thread that has not ended sleeps, and nobody is left to wake it.',
  livelock: 'Threads go round for ever, and nobody is left who could let them out.',
  endless: 'A thread does not end.',
  'not linearizable': 'The operations answer as in no order, one by one, they could.',
  'not lock-free': 'A thread cannot finish unless another one moves.',
  race: 'Plain accesses race: nothing orders them, so what they do is up to the engine.',
};

/** Tells an execution in which something is wrong. */
export function failureOf(
  program: Program,
  points: ReadonlySet<number>,
  { kind, path }: Found,
  executions: number,
): CheckFailure {
  const first = tell(program, points, path, new Set());
  const races = racesIn(first.machine, program.layout);
  const { rows, machine } = tell(program, points, path, marksOf(kind, first.machine, races));
  const fault = faultOf(program, kind, machine);
  const trace = table(rows, program.threads).join('\n');
  const replay = replayLine(program, points, path);
  const preemptions = preemptionsIn(program, points, path);
  const lines = [
    HEADLINES[kind],
    ...[...causeLines(fault.cause), ...fault.details, ...verdictLines(program, machine, kind)].map(
      (line) => `  ${line}`,
    ),
    '',
    trace,
    `   end  ${endOf(program, machine)}`,
    ...raceLines(kind, races).map((line) => `  ${line}`),
    '',
    `Found after ${executions} ${executions === 1 ? 'execution' : 'executions'}; this one has ${preemptions} ${preemptions === 1 ? 'preemption' : 'preemptions'} and ${path.length} steps. Run it alone with`,
    `  replay: '${replay}'`,
  ];
  const facts = { kind, trace, replay, executions, preemptions };
  return new CheckFailure(lines.join('\n'), facts, fault.cause);
}

/** What is wrong, judged once more on the execution that is told. */
function faultOf(program: Program, kind: FailureKind, machine: Machine): Fault {
  const judge = new Judge(program);
  const faults = [judge.atStep(machine), judge.atEnd(machine), new LockFreedom().fault(machine)];
  return faults.find((fault) => fault?.kind === kind) ?? { kind, cause: undefined, details: [] };
}

function marksOf(kind: FailureKind, machine: Machine, races: readonly Race[]): ReadonlySet<number> {
  const [race] = races;
  if (race) return new Set([race.step, race.otherStep]);
  if (kind === 'invariant' || kind === 'not lock-free') return new Set([machine.happened.length]);
  if (kind !== 'error') return new Set();
  const thrown = machine.at.findIndex(({ result }) => result instanceof Threw);
  return new Set([machine.happened.findLastIndex(({ thread }) => thread === thrown) + 1]);
}

function causeLines(cause: unknown): string[] {
  if (cause === undefined) return [];
  const text = cause instanceof Error ? `${cause.name}: ${cause.message}` : textOf(cause);
  return text.split('\n');
}

/** Who waits for what, and who does not end. */
function verdictLines({ layout, stepLimit }: Program, machine: Machine, kind: FailureKind): string[] {
  if (kind === 'error') {
    const thrower = machine.at.findIndex(({ result }) => result instanceof Threw);
    return [`It is T${thrower + 1} that throws.`];
  }
  if (kind !== 'deadlock' && kind !== 'livelock' && kind !== 'endless' && kind !== 'not lock-free') return [];
  return machine.at.flatMap(({ next, steps, waits }, thread): string[] => {
    const me = `T${thread + 1}`;
    if (!isStep(next)) return [];
    if (steps >= stepLimit)
      return [
        `${me} was stopped after ${steps} steps. In the end it goes round in ${roundOf(machine, thread, layout)}.`,
      ];
    if (next.access === 'wake') return [`${me} sleeps in ${showPending(layout, next)}.`];
    if (waits === null || !machine.isBlocked(thread)) return [];
    const words = [];
    for (let i = 0; i < waits.length; i += 2)
      words.push(`${layout.nameOf(waits[i])} is ${layout.show(waits[i], waits[i + 1])}`);
    return [`${me} goes round at ${showPending(layout, next)} as long as ${words.join(' and ')}.`];
  });
}

const LONGEST_ROUND = 12;

/** The steps that a thread makes again and again, or its last ones. */
function roundOf({ at }: Machine, thread: number, layout: Program['layout']): string {
  const steps: string[] = [];
  for (
    let place = at[thread];
    place.parent !== null && steps.length < 2 * LONGEST_ROUND;
    place = place.parent
  ) {
    if (isStep(place.parent.next)) steps.push(showPending(layout, place.parent.next as Request));
  }
  const round = steps
    .slice(0, LONGEST_ROUND)
    .findIndex((_, i) => i > 0 && steps.every((step, k) => k < i || step === steps[k - i]));
  return steps
    .slice(0, round > 0 ? round : LONGEST_ROUND)
    .toReversed()
    .join(', ');
}

function endOf({ layout }: Program, machine: Machine): string {
  const words = layout.regions.map(({ name, base, length, isScalar }) => {
    const shown = Array.from(machine.words.subarray(base, base + length), (word, i) =>
      layout.show(base + i, word),
    );
    return isScalar ? `${name} ${shown[0]}` : `${name} [${shown.join(' ')}]`;
  });
  const results = machine.at.flatMap(({ result, next }, thread) =>
    next === null && result !== undefined && !(result instanceof Threw)
      ? [`T${thread + 1} returns ${textOf(result)}`]
      : [],
  );
  return [...words, ...results].join(' · ');
}

function raceLines(kind: FailureKind, races: readonly Race[]): string[] {
  if (races.length === 0) return [];
  const all = [...new Set(races.map(({ what }) => `${what}.`))];
  return kind === 'race' ? all : ['In it, plain accesses race:', ...all];
}

/** How often another thread moved although the last one could have gone on. */
function preemptionsIn(program: Program, points: ReadonlySet<number>, path: readonly number[]): number {
  const { machine } = tell(program, points, [], new Set());
  let preemptions = 0;
  for (const [i, thread] of path.entries()) {
    const last = path[i - 1];
    if (last !== undefined && last !== thread && ((machine.enabled() >> last) & 1) !== 0) preemptions++;
    machine.step(thread);
  }
  return preemptions;
}
