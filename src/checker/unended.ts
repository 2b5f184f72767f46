import { isStep, type Request, waysOf } from '../model/request.ts';
import type { ThreadState } from '../model/thread-state.ts';
import type { Machine } from '../model/machine.ts';
import { isSame } from '../model/spin.ts';
import type { WordLayout } from './word-layout.ts';
import { awaitsForever, whereItAwaits } from './asynchronous/awaits.ts';
import { Settled } from './asynchronous/event-loop.ts';
import { type Onward, runOnward } from './onward.ts';
import type { CheckedProgram } from './checked-program.ts';
import { lastRound } from './rounds.ts';
import { showPending } from './step-text.ts';
import type { FailureKind } from './types.ts';

/** An execution that was not followed to its end: threads were stopped that would have ended later. */
export interface Unfinished {
  /** What is known of the threads, a line each. */
  readonly lines: readonly string[];
  /** True if another thread moved after one was stopped: perhaps it has let it out. */
  readonly othersMoved: boolean;
  /** True if it does not count: in a loop a choice was answered in the same way forever, and another answer leads out. */
  readonly isUnfair: boolean;
}

/** What is wrong with one that has ended. */
export interface Unended {
  readonly kind: Extract<FailureKind, 'deadlock' | 'livelock' | 'endless'>;
  readonly lines: readonly string[];
}

/**
 * What is wrong with an execution in which no thread can go on and not all have ended: each one sleeps, waits in a loop for a word that
 * no thread is left to write, or was stopped at the step limit. Those that do not sleep run on alone for a while. If they end or
 * fall asleep, it is no fault: the execution was not followed to its end.
 */
export function judgeUnended(program: CheckedProgram, machine: Machine): Unended | Unfinished {
  const { layout, stepLimit } = program;
  const asleep = machine.at.every(({ next }, thread) => next === null || isAsleep(machine, thread));
  const onward = asleep ? [] : runOnward(machine);
  const lines = machine.at.flatMap((place, thread): string[] => {
    const { next } = place;
    if (!isStep(next) || program.awaitsStart(thread, place) || place.result instanceof Settled) return [];
    const fares = onward.find((each) => each.thread === thread) ?? null;
    const how = onward.length === 1 ? 'that it made alone' : 'in turns with the others';
    return [
      `T${thread + 1}${program.serves(thread) ? ', which serves,' : ''} ${saysOf(layout, place, isAsleep(machine, thread), next, stepLimit, fares, how)}${awaitText(program, machine, thread)}.`,
    ];
  });
  if (asleep) return { kind: 'deadlock', lines };
  const going = goingOf(program, machine, onward);
  if (going.length === 0)
    return {
      lines,
      othersMoved: othersMoved(machine, stepLimit),
      isUnfair: !machine.isCut && hasChosen(machine),
    };
  const isStopped = going.some(({ thread }) => machine.at[thread].steps >= stepLimit);
  return { kind: isStopped ? 'endless' : 'livelock', lines };
}

/** Where the code of a thread awaits what nothing is left to bring; empty if it does something else. */
function awaitText({ layout }: CheckedProgram, machine: Machine, thread: number): string {
  if (!awaitsForever(machine.at[thread], layout.sleeperOf(thread))) return '';
  const where = whereItAwaits(machine, thread);
  return where === '' ? '' : ` (${where})`;
}

/** Who of the threads that ran on did so to the end. One that serves may go round, where all others end. */
function goingOf(program: CheckedProgram, { at }: Machine, onward: readonly Onward[]): Onward[] {
  const bound = onward.filter(
    ({ thread }) =>
      !program.awaitsStart(thread, at[thread]) &&
      !program.serves(thread) &&
      !(at[thread].result instanceof Settled),
  );
  const end = bound.every(({ outcome }) => outcome === 'ended');
  return (end ? bound : onward).filter(({ outcome }) => outcome === 'going');
}

/** True if a thread goes round a loop with a choice in it: since it stood before the same step. */
function hasChosen(machine: Machine): boolean {
  return machine.at.some((place, thread) => {
    const { next } = place;
    if (!isStep(next) || isAsleep(machine, thread)) return false;
    for (let from = place.parent; from !== null; from = from.parent) {
      if (waysOf(from.next) > 1) return true;
      if (isStep(from.next) && isSame(next, from.next)) return false;
    }
    return false;
  });
}

/**
 * True if all threads have ended, but for those that serve, which sleep or go round a loop that waits for another, and those that nobody
 * has started.
 */
export function hasServed(program: CheckedProgram, machine: Machine): boolean {
  if (machine.hasEnded) return true;
  if (machine.isCut) return false;
  return machine.at.every(
    (place, thread) =>
      place.next === null ||
      (place.result instanceof Settled && machine.isBlocked(thread)) ||
      program.serves(thread) ||
      program.awaitsStart(thread, place),
  );
}

/** A step of many accesses may be blocked, or stand still after a round. */
function isAsleep(machine: Machine, thread: number): boolean {
  const access = machine.at[thread].next?.access;
  return access === 'wake' || access === 'await' || (access === 'begin' && machine.isBlocked(thread));
}

/** What a thread does that has not ended, as it is said after its name. */
function saysOf(
  layout: WordLayout,
  place: ThreadState,
  sleeps: boolean,
  next: Request,
  stepLimit: number,
  fares: Onward | null,
  how: string,
): string {
  if (sleeps) {
    const where = `sleeps in ${showPending(layout, next)}`;
    return fares === null || fares.steps === 0 ? where : `${where}, and is woken later`;
  }
  const { outcome, steps, last } = fares as Onward;
  if (place.steps >= stepLimit) {
    const stopped = `was still going after ${place.steps} steps`;
    if (outcome === 'going')
      return `${stopped}, and after ${steps} more ${how}; its ${lastRound(layout, last)}`;
    return outcome === 'ended'
      ? `${stopped}, and ends after ${steps} more`
      : `${stopped}, and falls asleep after ${steps} more`;
  }
  const words = wordsOf(layout, place);
  const until = words === '' ? '' : ` as long as ${words}`;
  const round = `goes round at ${showPending(layout, next)}${until}`;
  if (outcome === 'going') return `${round}; so it did for ${steps} steps more ${how}`;
  return outcome === 'ended'
    ? `${round}, and gives up after ${steps} steps more`
    : `${round}, and falls asleep after ${steps} steps more`;
}

/** What a loop waits for: `flag is 0 and turn is 1`. */
function wordsOf(layout: WordLayout, place: ThreadState): string {
  const waits = place.waits ?? [];
  const words: string[] = [];
  for (let i = 0; i < waits.length; i += 2)
    words.push(`${layout.nameOf(waits[i])} is ${layout.show(waits[i], waits[i + 1])}`);
  return words.join(' and ');
}

function othersMoved({ happened, at }: Machine, stepLimit: number): boolean {
  return at.some(({ next, steps }, thread) => {
    if (next === null || steps < stepLimit) return false;
    return happened.findLastIndex((each) => each.thread === thread) < happened.length - 1;
  });
}
