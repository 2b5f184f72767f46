import type { Recorder } from '../observe/recorder.ts';
import { CountedSchedule, type Schedule } from '../schedule/schedule.ts';
import type { Machine } from '../model/machine.ts';

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
