import type { Check, CheckOf, Declared, Results, Threads, ThreadsOf, Values } from './types.ts';

/**
 * `expected`: the model allows it. `interesting`: the model allows it, and it is rare, or was not seen at all. `forbidden`: it was seen, and on the
 * model it never is. `unknown`: it was seen, and the model was not explored to its end.
 */
export type Grade = 'expected' | 'interesting' | 'forbidden' | 'unknown';

/** What may come out of a round. */
export interface ObservedOutcome {
  /** As text: `x 1 · T1 returns 0`, or what the option `outcome` answers. */
  readonly outcome: string;
  /** In how many rounds it was seen. */
  readonly count: number;
  readonly grade: Grade;
  /** Whether `finally` holds; null if there is none, or if the round did not end. */
  readonly holds: boolean | null;
}

/** What real threads have shown, beside what the model allows. */
export interface Observation {
  /** Rounds that were made: each thread ran its body once in each of them. */
  readonly rounds: number;
  /** What was seen, those that are forbidden first and then by their number; at the end what the model allows and nobody saw. */
  readonly outcomes: readonly ObservedOutcome[];
  /** True if the outcomes that the model allows are all known. */
  readonly complete: boolean;
  /** True if the rounds were ended by the signal. */
  readonly interrupted: boolean;
  /** Seconds on real threads. */
  readonly seconds: number;
  /** All of it as a table. */
  readonly text: string;
}

/** What `observe` is told beside the check. */
export interface Observing<V = unknown, R = readonly unknown[]> {
  /**
   * The module from which worker threads get the bodies, as functions cannot be sent to them: `import.meta.url` where this call stands at
   * the top level of it, or the URL of a module that exports the check.
   */
  readonly module: string | URL;
  /** The name by which the module exports the check. Left out: the check is given here. */
  readonly export?: string;
  /** How many rounds are made at most. Default 100,000. */
  readonly times?: number;
  /** After how many seconds no further round is begun. Default 10. */
  readonly seconds?: number;
  /** Seconds after which a round counts as one without an end. Default 10. */
  readonly patience?: number;
  /** Seen in less than this part of the rounds, an outcome that is allowed is interesting. Default 0.01. */
  readonly rare?: number;
  /** What a round has come to, from what `finally` would be given. Left out: the declared words, and what the threads return. */
  readonly outcome?: (values: V, results: R) => unknown;
  /** Aborted, it ends the rounds; what was seen until then is the result. */
  readonly signal?: AbortSignal;
}

/** A check over declared words, and where worker threads find it. */
export type ObservedCheck<
  W extends Declared,
  A = number,
  T extends Threads<W, A> = Threads<W, A>,
  S = unknown,
> = Check<W, A, T, S> & Observing<Values<W>, Results<T>>;

/** A check of objects that `make` makes, and where worker threads find it. */
export type ObservedCheckOf<
  M,
  W extends Declared = Record<never, never>,
  A = number,
  T extends ThreadsOf<M, A> = ThreadsOf<M, A>,
  S = unknown,
> = CheckOf<M, W, A, T, S> & Observing<M, Results<T>>;
