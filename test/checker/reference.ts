import type { Random } from '../../src/random.ts';
import type { Body } from '../../src/checker/index.ts';

/** The words of random programs: one of each sort that can be waited on, and one whose arithmetic wraps early. */
export const declared = { a: new Int32Array(2), b: new BigInt64Array(1), c: new Int8Array(1) };

type Name = keyof typeof declared;
type Value = number | bigint;

const CHANGES = ['add', 'sub', 'and', 'or', 'xor', 'exchange'] as const;
const KINDS = [...CHANGES, 'load', 'store', 'compareExchange', 'read', 'write'] as const;
const WAITING = ['wait', 'wait', 'wait with timeout', 'notify', 'notify one'] as const;
const LOOPS = ['spin', 'lock', 'three tries'] as const;

/** One access of a random program, or a loop of them. */
export interface RandomAccess {
  readonly kind: (typeof KINDS)[number] | (typeof WAITING)[number] | (typeof LOOPS)[number];
  readonly name: Name;
  readonly index: number;
  readonly first: Value;
  readonly second: Value;
}

export interface RandomOptions {
  readonly threads: number;
  readonly accesses: number;
  readonly also: 'nothing' | 'waiting' | 'loops';
}

const NUMBERS = [0, 1, 2, -1, 127];
const BIGS = [0n, 1n, 2n ** 40n, -1n, 2n ** 63n - 1n];

export function randomProgram(random: Random, { threads, accesses, also }: RandomOptions): RandomAccess[][] {
  return Array.from({ length: threads }, () =>
    Array.from({ length: 1 + random.below(accesses) }, (): RandomAccess => {
      let kind: RandomAccess['kind'] = KINDS[random.below(KINDS.length)]!;
      if (also === 'waiting' && random.below(2) === 0) kind = WAITING[random.below(WAITING.length)]!;
      if (also === 'loops' && random.below(3) === 0) kind = LOOPS[random.below(LOOPS.length)]!;
      const waits = /wait|notify/.test(kind);
      const name = (['a', 'b', waits ? 'a' : 'c'] as const)[random.below(3)]!;
      const values: readonly Value[] = name === 'b' ? BIGS : NUMBERS;
      return {
        kind,
        name,
        index: name === 'a' ? random.below(2) : 0,
        first: values[random.below(waits ? 2 : values.length)]!,
        second: values[random.below(values.length)]!,
      };
    }),
  );
}

/** The program's code, in terms of `Atomics` and of typed arrays. Returns what was answered. */
export function bodyOf(accesses: readonly RandomAccess[]): Body<typeof declared> {
  return (shared) => accesses.map((access) => String(make(shared[access.name] as Int32Array, access))).join();
}

function make(array: Int32Array, { kind, index, first, second }: RandomAccess): unknown {
  const [value, other, zero] = [
    first as number,
    second as number,
    (typeof first === 'bigint' ? 0n : 0) as number,
  ];
  switch (kind) {
    case 'load':
      return Atomics.load(array, index);
    case 'store':
      return void Atomics.store(array, index, value);
    case 'compareExchange':
      return Atomics.compareExchange(array, index, value, other);
    case 'read':
      return array[index];
    case 'write':
      return void (array[index] = value);
    case 'wait':
      return Atomics.wait(array, index, value);
    case 'wait with timeout':
      return Atomics.wait(array, index, value, 10);
    case 'notify':
      return Atomics.notify(array, index);
    case 'notify one':
      return Atomics.notify(array, index, 1);
    case 'spin':
      while (Atomics.load(array, index) === value);
      return undefined;
    case 'lock':
      while (Atomics.exchange(array, index, value) === value);
      return undefined;
    case 'three tries':
      for (let i = 0; i < 3; i++) if (Atomics.load(array, index) !== zero) return i;
      return 'gave up';
    default:
      return Atomics[kind](array, index, value);
  }
}

interface ThreadState {
  readonly at: number;
  readonly answers: readonly string[];
  /** Where in the present access: tries made, or `asleep` and `woken`. */
  readonly inside: number | 'asleep' | 'woken';
}

interface State {
  readonly words: Readonly<Record<string, Value>>;
  readonly threads: readonly ThreadState[];
  /** By word who sleeps on it. */
  readonly sleepers: Readonly<Record<string, readonly number[]>>;
}

/**
 * Every outcome of a program, by a plain search over states: an interpreter of its own that shares nothing with the explorer. Arithmetic
 * is done by typed arrays.
 */
export function referenceOutcomes(program: readonly (readonly RandomAccess[])[]): Set<string> {
  const outcomes = new Set<string>();
  const seen = new Set<string>();
  const visit = (state: State): void => {
    const key = JSON.stringify(state, (_, value) => (typeof value === 'bigint' ? `${value}n` : value));
    if (seen.has(key)) return;
    seen.add(key);
    const next = program.flatMap((accesses, thread) => moves(state, thread, accesses));
    if (next.length === 0) outcomes.add(outcomeOf(state, program));
    for (const each of next) visit(each);
  };
  const threads = program.map(() => ({ at: 0, answers: [], inside: 0 }));
  visit({ words: { a0: 0, a1: 0, b0: 0n, c0: 0 }, threads, sleepers: {} });
  return outcomes;
}

/** As words and what each thread was answered; a thread that never ends is told by that. */
function outcomeOf({ words, threads }: State, program: readonly (readonly RandomAccess[])[]): string {
  const ends = threads.map(({ at, answers }, i) => (at === program[i]!.length ? answers.join() : 'waits'));
  return `${Object.values(words).join()} / ${ends.join(' / ')}`;
}

function fitted(name: Name, value: Value): Value {
  if (name === 'b') return BigInt64Array.of(value as bigint)[0]!;
  return name === 'a' ? Int32Array.of(value as number)[0]! : Int8Array.of(value as number)[0]!;
}

function changed(kind: string, a: Value, b: Value): Value {
  const [x, y] = [a as number, b as number];
  if (kind === 'add') return x + y;
  if (kind === 'sub') return x - y;
  if (kind === 'and') return x & y;
  if (kind === 'or') return x | y;
  return kind === 'xor' ? x ^ y : y;
}

function moves(state: State, thread: number, accesses: readonly RandomAccess[]): State[] {
  const me = state.threads[thread]!;
  const access = accesses[me.at];
  if (!access) return [];
  const { kind, name, index, first, second } = access;
  const word = `${name}${index}`;
  const before = state.words[word]!;
  const list = state.sleepers[word] ?? [];
  const stand = (of: ThreadState, more: Partial<State> = {}): State => ({
    ...state,
    ...more,
    threads: (more.threads ?? state.threads).map((each, i) => (i === thread ? of : each)),
  });
  const done = (answer: unknown, more: Partial<State> = {}): State =>
    stand({ at: me.at + 1, answers: [...me.answers, String(answer)], inside: 0 }, more);
  const written = (value: Value): Partial<State> => ({
    words: { ...state.words, [word]: fitted(name, value) },
  });
  const slept = (sleepers: readonly number[]): Partial<State> => ({
    sleepers: { ...state.sleepers, [word]: sleepers },
  });
  if (me.inside === 'woken') return [done('ok')];
  if (me.inside === 'asleep')
    return kind === 'wait' ? [] : [done('timed-out', slept(list.filter((each) => each !== thread)))];
  switch (kind) {
    case 'load':
    case 'read':
      return [done(before)];
    case 'store':
    case 'write':
      return [done(undefined, written(first))];
    case 'compareExchange':
      return [done(before, before === fitted(name, first) ? written(second) : {})];
    case 'wait':
    case 'wait with timeout':
      if (before !== fitted(name, first)) return [done('not-equal')];
      return [stand({ ...me, inside: 'asleep' }, slept([...list, thread]))];
    case 'notify':
    case 'notify one': {
      const woken = list.slice(0, kind === 'notify' ? list.length : 1);
      const threads = state.threads.map((each, i) =>
        woken.includes(i) ? { ...each, inside: 'woken' as const } : each,
      );
      return [done(woken.length, { ...slept(list.slice(woken.length)), threads })];
    }
    case 'spin':
      return before === fitted(name, first) ? [] : [done(undefined)];
    case 'lock':
      return before === fitted(name, first) ? [] : [done(undefined, written(first))];
    case 'three tries': {
      const tries = me.inside;
      if (before !== (name === 'b' ? 0n : 0)) return [done(tries)];
      return tries === 2 ? [done('gave up')] : [stand({ ...me, inside: tries + 1 })];
    }
    default:
      return [done(before, written(changed(kind, before, first)))];
  }
}
