import type { Random } from '../../src/random.ts';

/** A step of an operation over two words; `load` keeps what it found, `put` stores one more than what is kept. */
export type Step =
  | { readonly does: 'load' | 'put' | 'await'; readonly word: number }
  | { readonly does: 'add' | 'store'; readonly word: number; readonly value: number };

/** What an operation does; it answers what it has kept, which is -1 at first. */
export type Operation = readonly Step[];

/** For each thread the numbers of the operations that it calls. */
export type Calls = readonly (readonly number[])[];

const WORDS = 2;

export function randomOperations(random: Random, count: number): Operation[] {
  return Array.from({ length: count }, () =>
    Array.from({ length: 1 + random.below(3) }, (): Step => {
      const word = random.below(WORDS);
      const sort = random.below(8);
      if (sort < 3) return { does: 'load', word };
      if (sort < 5) return { does: 'put', word };
      if (sort < 6) return { does: 'await', word };
      return { does: sort === 6 ? 'add' : 'store', word, value: 1 + random.below(2) };
    }),
  );
}

export function randomCalls(random: Random, operations: number): Calls {
  return Array.from({ length: 2 }, () =>
    Array.from({ length: 1 + random.below(2) }, () => random.below(operations)),
  );
}

/** The same operation for `checkObject`. */
export function operationOf(steps: Operation): (shared: { readonly w: Int32Array }) => number {
  return ({ w }) => {
    let kept = -1;
    for (const step of steps) {
      if (step.does === 'load') kept = Atomics.load(w, step.word);
      else if (step.does === 'put') Atomics.store(w, step.word, kept + 1);
      else if (step.does === 'add' || step.does === 'store') Atomics[step.does](w, step.word, step.value);
      else while (Atomics.load(w, step.word) === 0);
    }
    return kept;
  };
}

interface ThreadState {
  readonly call: number;
  readonly step: number;
  readonly kept: number;
}

interface State {
  readonly words: readonly number[];
  readonly threads: readonly ThreadState[];
}

/** A call that has answered: when it made its first step and its last, and what it answered. */
interface Made {
  readonly thread: number;
  readonly answer: number;
  readonly from: number;
  readonly to: number;
}

/** The state after the next step of a thread; null if it has none, or waits. */
function stepped(operations: readonly Operation[], calls: Calls, state: State, thread: number): State | null {
  const { call, step, kept } = state.threads[thread]!;
  const operation = operations[calls[thread]![call] ?? -1];
  if (operation === undefined) return null;
  const here = operation[step]!;
  const now = state.words[here.word]!;
  if (here.does === 'await' && now === 0) return null;
  const written = writtenBy(here, now, kept);
  const found = here.does === 'load' ? now : kept;
  const isLast = step + 1 === operation.length;
  const stands = isLast ? { call: call + 1, step: 0, kept: found } : { call, step: step + 1, kept: found };
  return { words: state.words.with(here.word, written), threads: state.threads.with(thread, stands) };
}

function writtenBy(step: Step, now: number, kept: number): number {
  if (step.does === 'put') return kept + 1;
  if (step.does === 'store') return step.value;
  return step.does === 'add' ? now + step.value : now;
}

const start = (calls: Calls): State => ({
  words: Array.from({ length: WORDS }, () => 0),
  threads: calls.map(() => ({ call: 0, step: 0, kept: -1 })),
});

/** Says whether all interleavings of a program answer as some order of its calls does, one by one, and block only where that does. */
export function isLinearizable(operations: readonly Operation[], calls: Calls): boolean {
  const visit = (state: State, made: readonly Made[], time: number, begun: readonly number[]): boolean => {
    let moved = false;
    for (const thread of calls.keys()) {
      const next = stepped(operations, calls, fresh(state, thread), thread);
      if (next === null) continue;
      moved = true;
      const from = state.threads[thread]!.step === 0 ? time : begun[thread]!;
      const isOver = next.threads[thread]!.call > state.threads[thread]!.call;
      const answer = next.threads[thread]!.kept;
      const after = isOver ? [...made, { thread, answer, from, to: time }] : made;
      if (!visit(next, after, time + 1, begun.with(thread, from))) return false;
    }
    return moved || hasOrder(operations, calls, made);
  };
  return visit(
    start(calls),
    [],
    0,
    calls.map(() => 0),
  );
}

/** A call begins with nothing kept. */
function fresh(state: State, thread: number): State {
  const now = state.threads[thread]!;
  return now.step > 0 ? state : { ...state, threads: state.threads.with(thread, { ...now, kept: -1 }) };
}

/** True if calls can be made one by one in an order that is no other than theirs in time, with these answers, and all others block then. */
function hasOrder(operations: readonly Operation[], calls: Calls, made: readonly Made[]): boolean {
  const place = (state: State, left: readonly Made[]): boolean => {
    if (left.length === 0)
      return calls.every((_, thread) => alone(operations, calls, state, thread) === null);
    return left.some((each) => {
      if (left.some((other) => other !== each && (other.to < each.from || isBefore(other, each))))
        return false;
      const after = alone(operations, calls, state, each.thread);
      if (after === null || after.threads[each.thread]!.kept !== each.answer) return false;
      return place(
        after,
        left.filter((other) => other !== each),
      );
    });
  };
  return place(start(calls), made);
}

function isBefore(one: Made, other: Made): boolean {
  return one.thread === other.thread && one.from < other.from;
}

/** The state after a thread's next call, made alone; null if there is none, or it does not come back. */
function alone(operations: readonly Operation[], calls: Calls, state: State, thread: number): State | null {
  const { call } = state.threads[thread]!;
  let now: State | null = fresh(state, thread);
  while (now !== null && now.threads[thread]!.call === call) now = stepped(operations, calls, now, thread);
  return now;
}
