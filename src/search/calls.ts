import type { Plain } from '../engines/controlled.ts';
import type { Effect } from '../model/thread-state.ts';
import type { Machine } from '../model/machine.ts';
import { lowest } from './search.ts';

/**
 * The calls and returns of the machine's execution in canonical form: two executions have the same one if and only if each operation
 * answered the same and the same operations came before the same ones. A run of calls may be reordered without changing what came
 * before what, and so may a run of returns, so each run is written in the order of threads. As a string, for use as a key.
 */
export function canonicalHistory(machine: Machine): string {
  /** What each thread answered in a run of returns. */
  const answers: string[] = [];
  let key = '';
  let called = 0;
  let returned = 0;
  for (const { thread, to } of machine.happened) {
    const effect = to.effect as Effect;
    if (effect.begins !== null || effect.inner) {
      if (returned !== 0) key += returns(returned, answers);
      returned = 0;
      called |= 1 << thread;
    }
    if (effect.answers === '') continue;
    if (called !== 0) key += `>${called}`;
    called = 0;
    returned |= 1 << thread;
    answers[thread] = effect.answers;
  }
  if (called !== 0) key += `>${called}`;
  return returned === 0 ? key : key + returns(returned, answers);
}

function returns(threads: number, answers: readonly string[]): string {
  let run = '';
  for (let left = threads; left !== 0; left &= left - 1) run += `<${lowest(left)}${answers[lowest(left)]}`;
  return run;
}

/** A call in an execution, timed by the order of calls and returns. */
export interface ExecutedCall {
  readonly thread: number;
  readonly invoke: Extract<Plain, { kind: 'invoke' }>;
  readonly invoked: number;
  /** Null, and Infinity, if it never returned. */
  readonly answer: Extract<Plain, { kind: 'return' }> | null;
  readonly returned: number;
}

/** The calls of the machine's execution, those that made a step. */
export function callsOf(machine: Machine): ExecutedCall[] {
  const calls: ExecutedCall[] = [];
  const open = new Map<number, Pick<ExecutedCall, 'invoke' | 'invoked'>>();
  let time = 0;
  for (const { thread, to } of machine.happened) {
    const events = [to.effect?.begins ?? null, ...(to.effect?.plain ?? [])];
    const last = events.at(-1);
    for (const each of events) {
      // An operation that begins after this step begins with the next one.
      if (each?.kind === 'invoke' && (each !== last || each === to.effect?.begins)) {
        open.set(thread, { invoke: each, invoked: time++ });
      }
      if (each?.kind !== 'return') continue;
      const begun = open.get(thread);
      open.delete(thread);
      if (begun) calls.push({ thread, ...begun, answer: each, returned: time++ });
    }
  }
  for (const [thread, begun] of open) calls.push({ thread, ...begun, answer: null, returned: Infinity });
  return calls;
}
