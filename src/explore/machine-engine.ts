import type { ControlledEngine, Granted, Pending, Plain, ThreadState } from '../engines/controlled.ts';
import { InternalError } from '../errors.ts';
import { isStep, type Local } from '../model/local.ts';
import type { Recorder } from '../observe/recorder.ts';
import { CountedSchedule, type Schedule } from '../schedule/schedule.ts';
import type { Machine } from '../model/machine.ts';

/** A machine as an engine, so that the lab's recorder and judge can look at what it runs. Threads are numbered from 1 here. */
export class MachineEngine implements ControlledEngine {
  readonly words: Int32Array;
  readonly threads: number;
  readonly #machine: Machine;

  /** The machine must stand at the start. */
  constructor(machine: Machine) {
    this.#machine = machine;
    this.words = machine.words;
    this.threads = machine.threads - (machine.model.deaths?.length ?? 0);
  }

  recordOf(thread: number): number {
    return thread;
  }

  state(thread: number): ThreadState {
    if (this.#machine.at[thread - 1].next === null) return 'finished';
    return this.#machine.isDead(thread - 1) ? 'killed' : 'waiting';
  }

  pending(thread: number): Pending {
    const { next } = this.#machine.at[thread - 1];
    if (!isStep(next)) throw new InternalError(`T${thread} was asked for a step and has ended.`);
    return next as Pending;
  }

  prelude(thread: number): readonly Plain[] {
    const plain: Plain[] = [];
    for (let place: Local | null = this.#machine.at[thread - 1]; place !== null; place = place.parent) {
      plain.unshift(...place.plain);
    }
    return plain;
  }

  grant(thread: number): Granted {
    const { address } = this.pending(thread);
    const before = this.words[address];
    this.#machine.step(thread - 1);
    const { effect } = this.#machine.at[thread - 1];
    // A plain write after the step may have gone to the same word.
    const after = effect?.wrote === true ? this.#machine.lastWritten : before;
    return { before, after, plain: effect?.plain ?? [] };
  }

  kill(thread: number): void {
    const death = this.#machine.model.deaths?.find(({ of }) => of === thread - 1);
    if (!death) throw new InternalError(`T${thread} is not one that may be killed.`);
    this.#machine.step(death.by);
  }

  complaints(): readonly string[] {
    return [];
  }
}

/** Makes a step of a machine under a recorder: a thread's own, or its death. A kill that comes too late does nothing. */
export function recordStep(recorder: Recorder, machine: Machine, thread: number): void {
  const victim = machine.killedBy(thread);
  if (victim === null) recorder.step(thread + 1);
  else if (machine.isDead(victim)) machine.step(thread);
  else recorder.kill(victim + 1);
}

/** A machine's execution as a schedule by counts. */
export function scheduleOf(machine: Machine): Schedule {
  const schedule = new CountedSchedule();
  for (const { thread, to } of machine.happened) {
    const victim = machine.killedBy(thread);
    if (victim === null) schedule.step(thread + 1);
    else if (to.effect?.wrote === true) schedule.kill(victim + 1);
  }
  return schedule.schedule();
}

/** Which thread of a machine moves at each step of a schedule by counts, numbered from 0; null if the schedule does not fit it. */
export function threadsIn(schedule: Schedule, machine: Machine): number[] | null {
  const order: number[] = [];
  for (const { thread, until, kill } of schedule) {
    if (until.kind !== 'count') return null;
    for (let i = 0; i < until.steps; i++) order.push(thread - 1);
    if (!kill) continue;
    const death = machine.model.deaths?.find(({ of }) => of === thread - 1);
    if (!death) return null;
    order.push(death.by);
  }
  return order;
}
