import type { Plain } from '../engines/controlled.ts';
import type { Effect, Happening } from '../model/thread-state.ts';
import type { Machine } from '../model/machine.ts';
import { lowest } from '../model/request.ts';

/** A canonical form, and where each further run of calls, or answer of a thread in a run of returns, leads to. */
interface CallPlace {
  readonly text: string;
  readonly calls: Map<number, CallPlace>;
  readonly answers: Map<string, CallPlace>[];
}

/** Places that are kept, at most. */
const MOST_PLACES = 200_000;

/**
 * Writes histories in canonical form: two executions have the same one if and only if each operation answered the same and the same
 * operations came before the same ones. A run of calls may be reordered without changing what came before what, and so may a run of
 * returns, so each run is written in the order of threads. A search asks for it at the end of each execution, and most have one that was there
 * before: so the forms are kept in a tree, and one that is known is found without writing it anew. Nor is what an execution has in common with
 * the one before it looked at again.
 */
export class CanonicalHistories {
  #root: CallPlace = placeOf('');
  #places = 0;
  /** What each thread answered in a run of returns. */
  readonly #answers: string[] = [];
  /** The events of the execution that came last. */
  readonly #events: Happening[] = [];
  /** By event of it the place after it, without the run that was going on, and the threads of that run: one is 0. */
  readonly #at: CallPlace[] = [];
  readonly #called: number[] = [];
  readonly #returned: number[] = [];

  /** The calls and returns of the machine's execution, as a string for use as a key. */
  of(machine: Machine): string {
    if (this.#places > MOST_PLACES) {
      this.#root = placeOf('');
      this.#places = 0;
      this.#events.length = 0;
    }
    const { happened } = machine;
    const { length } = happened;
    const common = this.#inCommon(happened);
    let at = common === 0 ? this.#root : this.#at[common - 1];
    let called = common === 0 ? 0 : this.#called[common - 1];
    let returned = common === 0 ? 0 : this.#returned[common - 1];
    this.#remember(happened, common, returned);
    this.#events.length = length;
    for (let i = common; i < length; i++) {
      const { thread, to } = happened[i];
      const effect = to.effect as Effect;
      if (effect.begins !== null || effect.inner) {
        if (returned !== 0) at = this.#returns(at, returned);
        returned = 0;
        called |= 1 << thread;
      }
      if (effect.answers !== '') {
        if (called !== 0) at = this.#calls(at, called);
        called = 0;
        returned |= 1 << thread;
        this.#answers[thread] = effect.answers;
      }
      this.#events[i] = happened[i];
      this.#at[i] = at;
      this.#called[i] = called;
      this.#returned[i] = returned;
    }
    if (called !== 0) at = this.#calls(at, called);
    return (returned === 0 ? at : this.#returns(at, returned)).text;
  }

  /** How many events this execution has in common with the last one. An event that is made again is another one. */
  #inCommon(happened: readonly Happening[]): number {
    let common = Math.min(happened.length, this.#events.length);
    while (common > 0 && happened[common - 1] !== this.#events[common - 1]) common--;
    return common;
  }

  /** What threads answered in the run of returns that goes on after so many events. */
  #remember(happened: readonly Happening[], events: number, threads: number): void {
    for (let left = threads, i = events - 1; left !== 0; i--) {
      const { thread, to } = happened[i];
      const { answers } = to.effect as Effect;
      if (answers === '' || ((left >> thread) & 1) === 0) continue;
      this.#answers[thread] = answers;
      left &= ~(1 << thread);
    }
  }

  #calls(at: CallPlace, threads: number): CallPlace {
    return at.calls.get(threads) ?? this.#added(at.calls, threads, `${at.text}>${threads}`);
  }

  #returns(from: CallPlace, threads: number): CallPlace {
    let at = from;
    for (let left = threads; left !== 0; left &= left - 1) {
      const thread = lowest(left);
      const answers = this.#answers[thread];
      const known = (at.answers[thread] ??= new Map());
      at = known.get(answers) ?? this.#added(known, answers, `${at.text}<${thread}${answers}`);
    }
    return at;
  }

  #added<Key>(to: Map<Key, CallPlace>, key: Key, text: string): CallPlace {
    const place = placeOf(text);
    this.#places++;
    to.set(key, place);
    return place;
  }
}

function placeOf(text: string): CallPlace {
  return { text, calls: new Map(), answers: [] };
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
      // An operation that begins after this step begins with the next one, unless it has begun by this one.
      if (each?.kind === 'invoke' && (each !== last || each === to.effect?.begins || each.now === true)) {
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
