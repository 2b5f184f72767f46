// Nothing is imported here: the types that users see stand alone, and no internal one comes with them.

/** Arrays of integers, which `Atomics` works on. */
export type IntegerArray =
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array;

/** Arrays over memory that threads share. `Atomics` works on those of integers. */
export type SharedArray = IntegerArray | Uint8ClampedArray | Float32Array | Float64Array;

/** The shared memory of a check: by name a word, an array or a buffer, with what it holds at the start. */
export type Declared = Readonly<
  Record<string, number | bigint | readonly number[] | readonly bigint[] | SharedArray | SharedArrayBuffer>
>;

/** What a wait answers. */
export type WaitResult = 'ok' | 'not-equal' | 'timed-out';

/** What an asynchronous wait answers, as `Atomics.waitAsync` does. */
export type AsyncWaitResult =
  | { readonly async: false; readonly value: 'not-equal' | 'timed-out' }
  | { readonly async: true; readonly value: Promise<'ok' | 'timed-out'> };

/**
 * A word alone, as a thread sees it. Its methods are those of `Atomics`, each a step of its own; `value` is a plain access, as of an
 * element of a typed array.
 */
export interface Word<T extends number | bigint> {
  load(): T;
  /** Returns the value, as `Atomics.store` does. */
  store(value: T): T;
  /** Returns what the word was: if that is `expected`, it is now `desired`. */
  compareExchange(expected: T, desired: T): T;
  /** Returns what the word was, as all changes do. */
  exchange(value: T): T;
  add(value: T): T;
  sub(value: T): T;
  and(value: T): T;
  or(value: T): T;
  xor(value: T): T;
  /**
   * If the word is `expected`, sleeps until somebody notifies; both at once. With a timeout, of whatever milliseconds, it may also time
   * out at any moment: all that may come of it is explored. With a timeout of 0 it only looks.
   */
  wait(expected: T, timeout?: number): WaitResult;
  /** The same without sleeping, in threads of `checkAsync`: a promise for how the wait ends, where it begins. */
  waitAsync(expected: T, timeout?: number): AsyncWaitResult;
  /** Wakes those who sleep on the word, the first `count` of them, and says how many those were. */
  notify(count?: number): number;
  /** A plain access: no step, unless it is found to race. */
  value: T;
}

/** What can be wrong with an execution. */
export type FailureKind =
  | 'property'
  | 'invariant'
  | 'error'
  | 'deadlock'
  | 'livelock'
  | 'endless'
  | 'not linearizable'
  | 'not lock-free'
  | 'race';

type ArrayOf<T> = T extends readonly bigint[] ? BigInt64Array : T extends readonly number[] ? Int32Array : T;

/** The declared words as a thread sees them: a `Word` for each one alone, and typed arrays. */
export type Shared<W extends Declared> = {
  readonly [K in keyof W]: W[K] extends number
    ? Word<number>
    : W[K] extends bigint
      ? Word<bigint>
      : ArrayOf<W[K]>;
};

/** What the declared words hold at some moment: numbers, bigints, and typed arrays that are copies. */
export type Values<W extends Declared> = {
  readonly [K in keyof W]: W[K] extends number ? number : W[K] extends bigint ? bigint : ArrayOf<W[K]>;
};

/** Something to call in an operation of the structure: its name, and its argument if it takes one. */
export type Call<A> = readonly [name: string, argument?: A];

// oxlint-disable-next-line typescript/no-explicit-any -- as of the platform's ports: a listener says what it takes
type Sent = any;

/** What a listener of a port is given. */
export interface PortEvent {
  readonly type: string;
  readonly data: Sent;
  readonly ports: readonly Port[];
  readonly target: Port;
}

/** A port of a thread of `checkAsync`: what a MessagePort does. To send, to receive at once and to take what has come are steps. */
export interface Port {
  /** Sends a copy, by structured cloning; declared memory is shared. Ports in the list go to the receiver. */
  postMessage(
    value: unknown,
    transfer?: readonly unknown[] | { readonly transfer?: readonly unknown[] },
  ): void;
  onmessage: ((event: PortEvent) => unknown) | null;
  onclose: ((event: PortEvent) => unknown) | null;
  /** The listener of `message` is given what was sent. */
  on(type: 'message' | 'close', listener: (data: Sent) => unknown): this;
  once(type: 'message' | 'close', listener: (data: Sent) => unknown): this;
  off(type: 'message' | 'close', listener: (data: Sent) => unknown): this;
  addEventListener(
    type: 'message' | 'close',
    listener: (event: PortEvent) => unknown,
    options?: boolean | { readonly once?: boolean },
  ): void;
  removeEventListener(type: 'message' | 'close', listener: (event: PortEvent) => unknown): void;
  start(): void;
  close(): void;
  ref(): void;
  unref(): void;
}

/** What a thread may do besides touching shared words. */
export interface Thread<A, P extends string = never> {
  /** Its number, from 1. */
  readonly number: number;
  /** Calls an operation of the structure, so that it takes part in the history. Returns what it answers. */
  call(name: string, argument?: A): unknown;
  /**
   * A number from 0 to n - 1 that chance or the outside decides: executions with every one are explored. `n` is a whole number from 1 to
   * 1000.
   */
  choose(n: number): number;
  /**
   * Runs something synchronous as one step, and answers what it answers: see `atOnce` of a check.
   */
  atOnce<R>(run: () => R): R;
  /** Lets a thread begin that waits for that, by its number from 1: `{ code, waitsForStart: true }`. Each is started once at most. */
  start(number: number): void;
  /** Sleeps until such a thread has ended. What it did comes before what follows. */
  join(number: number): void;
  /** In a thread of `checkAsync`, its ends of the pairs of ports that the check declares, by name. */
  readonly ports: Readonly<Record<P, Port>>;
}

/**
 * The code of a thread: a deterministic function of the shared words, synchronous for `check`. It is run many times over, from the beginning or from
 * where it was stopped, so it may touch nothing but shared words and its own variables.
 */
export type Body<W extends Declared, A = number> = BodyOf<Shared<W>, A>;

/** The same over objects that `make` makes. */
export type BodyOf<M, A = number, P extends string = never> = (shared: M, thread: Thread<A, P>) => unknown;

/** A thread with what is to be said of it. */
export interface ThreadOptions<C> {
  /** What it runs: a function, or a list of operations to call. */
  readonly code: C;
  /**
   * True if it need not end: an execution has ended when all other threads have, and this one sleeps, or goes round a loop that waits for
   * another. Default: false.
   */
  readonly serves?: boolean;
  /**
   * True if it begins when another thread starts it, by `thread.start(number)`. An execution may end without its start. Default: false, it
   * may begin at once.
   */
  readonly waitsForStart?: boolean;
}

/** For each thread its code, or a list of operations to call. */
export type Threads<W extends Declared, A = number, P extends string = never> = ThreadsOf<Shared<W>, A, P>;

/** The same over objects that `make` makes. */
export type ThreadsOf<M, A = number, P extends string = never> = readonly (
  BodyOf<M, A, P> | readonly Call<A>[] | ThreadOptions<BodyOf<M, A, P> | readonly Call<A>[]>
)[];

type ResultOf<C> = C extends (...given: never[]) => infer R ? Awaited<R> : readonly unknown[];

/**
 * What the threads returned; a list of operations returns what these answered. One that has not ended, since it serves or was not started,
 * is undefined.
 */
export type Results<T> = {
  readonly [K in keyof T]: T[K] extends { readonly code: infer C }
    ? | ResultOf<C>
      | (T[K] extends { readonly serves: true } | { readonly waitsForStart: true } ? undefined : never)
    : ResultOf<T[K]>;
};

/** The operations of a structure by name, over the declared words. */
export type Operations<W extends Declared, A> = OperationsOf<Shared<W>, A>;

/** The same over objects that `make` makes. */
export type OperationsOf<M, A> = Readonly<
  Record<string, (shared: M, argument: A, thread: Thread<A>) => unknown>
>;

/**
 * What a structure does if its operations come one after the other. States are values: `apply` returns a new one, and answers like the
 * operation does.
 */
export interface SequentialModel<S, A> {
  readonly initial: S;
  readonly apply: (state: S, operation: string, argument: A) => readonly [state: S, response: unknown];
}

/** What to check, and how far to go. */
export interface Check<
  W extends Declared,
  A = number,
  T extends Threads<W, A> = Threads<W, A>,
  S = unknown,
> extends Extent {
  /** The shared memory by name: `{ counter: 0, total: 0n, ring: [0, 0, 0, 0], memory: new SharedArrayBuffer(64) }`. */
  readonly words: W;
  /** Up to 31 threads: for each its code, or a list of operations to call; or `{ code, serves, waitsForStart }`. */
  readonly threads: T;
  /** The structure's operations, for threads that are lists and for `thread.call`. */
  readonly operations?: Operations<W, A>;
  /** Every history of these operations must be linearizable with respect to this model. */
  readonly model?: SequentialModel<S, A>;
  /** What must hold at the end of every execution: throws, or returns false, if it does not. */
  readonly finally?: (values: Values<W>, results: Results<T>) => unknown;
  /** What must hold at the start and after every step: throws, or returns false, if it does not. */
  readonly always?: (values: Values<W>) => unknown;
  readonly make?: undefined;
}

/** A check of objects, as a package makes them. */
export interface CheckOf<
  M,
  W extends Declared = Record<never, never>,
  A = number,
  T extends ThreadsOf<M, A> = ThreadsOf<M, A>,
  S = unknown,
> extends Extent {
  /**
   * Makes the objects that the threads work with, over the declared memory or over a `new SharedArrayBuffer` of its own. It is run for
   * each thread, as if each had been sent the buffers: so it makes the same ones each time, and the threads share memory and no objects.
   * What it writes into the memory is written once, before the threads begin.
   */
  readonly make: (shared: Shared<W>) => M;
  /** Shared memory by name that is given to `make`. */
  readonly words?: W;
  readonly threads: T;
  readonly operations?: OperationsOf<M, A>;
  readonly model?: SequentialModel<S, A>;
  /** Is given objects that `make` has made, over a copy of the memory at the end. */
  readonly finally?: (made: M, results: Results<T>) => unknown;
  /** Is given the same, at the start and after every step. */
  readonly always?: (made: M) => unknown;
}

/** How executions are chosen. */
export type StrategyName = 'exhaustive' | 'bounded' | 'pct' | 'pos' | 'random-walk';

/** What chance has seen. */
export interface Chance {
  readonly strategy: StrategyName;
  readonly seed: number;
  /** Executions that were made. */
  readonly runs: number;
  /** Of PCT: how many orders of two steps it looks for. */
  readonly depth: number;
  /** At least so often one execution shows what takes so many; null if nothing is promised. */
  readonly rate: number | null;
  /** Why, as `1/(n·k^(depth-1))` with the number of threads n and of steps k. */
  readonly formula: string | null;
  /** With this probability at most all of them have missed it. */
  readonly missed: number | null;
}

/** What only threads with event loops have. */
interface WithPorts<P extends string> {
  /** Pairs of ports, by name the numbers of the two threads that each is between: `{ jobs: [1, 2] }`. See `Thread.ports`. */
  readonly ports?: Readonly<Record<P, readonly [number, number]>>;
}

/** What `checkAsync` is to check: as for `check`, of threads that may be asynchronous, and that may share ports alone. */
export interface CheckAsync<W extends Declared, A, P extends string, T extends Threads<W, A, P>, S>
  extends Omit<Check<W, A, Threads<W, A>, S>, 'words' | 'threads' | 'finally'>, WithPorts<P> {
  readonly words?: W;
  readonly threads: T;
  readonly finally?: (values: Values<W>, results: Results<T>) => unknown;
}

/** The same of objects that `make` makes. */
export interface CheckAsyncOf<M, W extends Declared, A, P extends string, T extends ThreadsOf<M, A, P>, S>
  extends Omit<CheckOf<M, W, A, ThreadsOf<M, A>, S>, 'threads' | 'finally'>, WithPorts<P> {
  readonly threads: T;
  readonly finally?: (made: M, results: Results<T>) => unknown;
}

/** A class or an object, and names of methods of its instances, or of its own. */
export type MethodsAtOnce = readonly [owner: object, ...names: (string | symbol)[]];

/** How far a check goes. */
export interface Extent {
  /** `allow`: plain accesses may race, and the race alone is no failure. Default `forbid`. */
  readonly races?: 'forbid' | 'allow';
  /** Also asks whether every thread can finish alone from every visited state, as lock-free code can. Default: false. */
  readonly lockFree?: boolean;
  /** Explore only executions in which threads are interrupted so often at most. Default: whatever can happen. */
  readonly preemptions?: number;
  /**
   * Which executions are explored. `exhaustive`: all, one of each class; `bounded`: those with few preemptions, up to `preemptions`;
   * `pct`, `pos`, `random-walk`: as chance chooses, 10,000 if neither `maxExecutions` nor `maxSeconds` is given. Left out: all; if half of
   * the time does not suffice, those with few preemptions; and for the last fifth of the time those that PCT chooses.
   */
  readonly strategy?: StrategyName;
  /** Of chance: another seed, other executions. A whole number from 0. Default 1. */
  readonly seed?: number;
  /** Of PCT: how many orders of two steps it takes to show what is looked for. Default 2; 3 where PCT comes last. */
  readonly depth?: number;
  /** There is 1: the code of a thread is a function, which cannot be sent to another worker. See `checkModule`. */
  readonly jobs?: number;
  /** End after so many executions, and report success if none of them failed. */
  readonly maxExecutions?: number;
  /** End after so many seconds, and report success if nothing failed until then. Left out: fail if 60 s do not suffice. */
  readonly maxSeconds?: number;
  /** Steps that one thread may make in an execution. One that makes more is stopped there. Default 1000. */
  readonly stepLimit?: number;
  /**
   * What `Math.random` may return in a thread: every one of these numbers is tried at each call. Left out: a thread that calls it is
   * refused.
   */
  readonly random?: readonly number[];
  /**
   * Milliseconds that may pass before a thread looks at the clock (`Date.now`, `new Date()`, `performance.now`): each of these is tried at
   * each look, and times only grow, over all threads. Left out: a thread that looks is refused.
   */
  readonly clock?: readonly number[];
  /**
   * Of executions that differ in the numbers of threads which run the same function, or lists of the same calls, only one is explored: the
   * others come to the same. If a thread asks for its `number` they are all explored. Default: true. `false`: all are.
   */
  readonly symmetry?: boolean;
  /**
   * Methods that are trusted to be right, as those of a lock: each call is one step, and where it would sleep it is made when it need
   * not. One that falls asleep after it has changed something, as a wait on a condition does, goes on by another step:
   * `[[Mutex, 'lock', 'unlock'], [Condition, 'wait', 'notify']]`.
   */
  readonly atOnce?: readonly MethodsAtOnce[];
  /** Also count the interleavings that the executions stand for. May take long. Default: false. */
  readonly interleavings?: boolean;
  /** Run just one execution, by the line that a failure ends with. */
  readonly replay?: string;
}

/** A check that a module exports, for `checkModule`. */
export interface ModuleCheck {
  /** The URL of a file that Node can import as it is. */
  readonly module: string | URL;
  /** The name by which it exports what `check` takes. */
  readonly export: string;
  /** Worker threads that share the search. Default: the cores of the machine. With 1 there is none beside the caller. */
  readonly jobs?: number;
}

/** An object of which `checkObject` makes programs. */
export interface CheckObject<
  M,
  W extends Declared = Record<never, never>,
  A = number,
  S = unknown,
> extends Pick<Extent, 'atOnce' | 'races' | 'lockFree' | 'preemptions' | 'stepLimit' | 'random' | 'clock'> {
  /** Makes the object, once for each thread over the same memory: see `CheckOf`. Left out: operations work on the declared words. */
  readonly make?: ((shared: Shared<W>) => M) | undefined;
  /** Shared memory by name. */
  readonly words?: W;
  /** What can be called, by name. */
  readonly operations: OperationsOf<M, A>;
  /** For each operation that takes one the arguments to try: `{ push: [1, 2] }`. */
  readonly arguments?: Readonly<Record<string, readonly A[]>>;
  /** What is right. Left out: what the same object does by one call at a time. */
  readonly model?: SequentialModel<S, A>;
  /** How many threads a program has at most, 3 if nothing is said; or one program, as a list of calls for each thread. */
  readonly threads?: number | readonly (readonly Call<A>[])[];
  /** How many calls a program has at most in all. Default 4. */
  readonly calls?: number;
  /** End after this number of seconds, and report success if nothing failed until then. Default 20. */
  readonly maxSeconds?: number;
  /** Run just one execution of one program: the line that a failure ends with, beside the `threads` that stand above it. */
  readonly replay?: string;
}

/** What `checkObject` has seen, if it found nothing wrong. */
export interface PassedObject {
  /** Programs explored, each another one but for the numbers of its threads, those with fewer calls first. */
  readonly programs: number;
  /** How many calls the largest of them has. */
  readonly calls: number;
  /** Executions of all of them. */
  readonly executions: number;
  /** True if all programs within the bounds were explored, and none of their executions was left out. */
  readonly complete: boolean;
  readonly seconds: number;
}

/** What `selfCheck` has seen. */
export interface SelfCheck {
  /** What is built in, and was found. */
  readonly finds: 'a lost update';
  readonly executions: number;
  /** The execution that shows it. */
  readonly replay: string;
}

/** What a check that found nothing wrong has seen. */
export interface Passed {
  /**
   * Executions explored, each of another class: the rest differ from one of them in the order of independent steps only. Where threads go
   * round together, so that there is no end of executions, all states were visited, and it is how many ends there are.
   */
  readonly executions: number;
  /** True if no execution was left out, within the bound of preemptions if there is one. */
  readonly complete: boolean;
  /**
   * Executions among them that were not followed to their end, since a thread was still going at the step limit, and would have ended
   * later. There are none unless `maxExecutions` or `maxSeconds` is given.
   */
  readonly cut: number;
  /** All executions with up to this many preemptions were explored; null if that is not known of any number, or if all were. */
  readonly preemptions: number | null;
  /** What chance has seen; null if it had no part. */
  readonly chance: Chance | null;
  /** Groups of threads, by their numbers, up to which executions were explored: see `symmetry`. Empty if there are none. */
  readonly symmetric: readonly (readonly number[])[];
  /** What is proved, and what is only likely, in a few sentences. */
  readonly summary: string;
  /** How many interleavings there are, if that was asked for, could be counted, and there is an end of them. */
  readonly interleavings: bigint | null;
  /** Words with plain accesses that race, by name, where races are allowed. */
  readonly races: readonly string[];
  readonly seconds: number;
}
