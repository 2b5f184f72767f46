import type { Random } from '../random.ts';

/** What the threads of a benchmark do. */
export type Workload = PoolWorkload | SetWorkload;

/** What values are put into and taken out of: a queue, a stack, a ring, a deque. */
type PoolWorkload =
  'pairs' | 'fifty-fifty' | 'producers-consumers' | 'bursts' | 'ping-pong' | 'owner-thieves' | 'churn';

/** What keys are put into, taken out of, and looked up in. */
type SetWorkload = 'contains-0' | 'contains-50' | 'contains-90' | 'long-readers';

/** A thread at work, as a turn of a workload drives it: its operations are on its n-th queue. */
interface Worker {
  readonly thread: number;
  readonly random: Random;
  /** In producers-consumers: true if it puts in. */
  readonly puts: boolean;
  /** False if the queue was full. */
  put(queue: number): boolean;
  /** False if there was nothing. */
  take(queue: number): boolean;
  putMany(queue: number, count: number): void;
  takeMany(queue: number, count: number): void;
  /** Of a set: puts, takes and looks up a key that is drawn from all, or from those that begin at a share of them and end at another one. */
  change(isPut: boolean, from?: number, to?: number): void;
  lookUp(from?: number, to?: number): void;
  /** It leaves and joins again, with the record of any thread; nothing where threads are no members. */
  rejoin(): void;
  /** False once the round is over. */
  goesOn(): boolean;
}

/** What is known of a workload. */
interface WorkloadCard {
  /** One sentence for people. */
  readonly about: string;
  readonly leastThreads: number;
  /** Of a set: about how many of 100 operations look a key up. Of the others one half inserts and one half removes. */
  readonly lookups?: number;
  /** Queues: the other one carries the answers. */
  readonly queues: 1 | 2;
  /** Values in the queue at the start, unless said otherwise: half the keys in a set. */
  readonly prefill: number;
  /** True if a thread enqueues to, or dequeues from, the n-th queue; with how many threads of each role, as in `1:1`. */
  produces(thread: number, queue: number, roles?: string): boolean;
  consumes(thread: number, queue: number, roles?: string): boolean;
  /** Some operations of one thread; between two turns it looks whether the round is over. */
  readonly turn: (worker: Worker) => void;
  /** The same for contenders that make many operations with one call; null where there is only one to make at a time. */
  readonly batchedTurn: ((worker: Worker) => void) | null;
}

/** Operations between two looks: a look is a read of a word that is hardly ever written, but an atomic one. */
const BATCH = 32;
const LONGEST_BURST = 16;
/** Operations that are made with one call, on contenders that can. */
export const MANY = 16;

const always = (): boolean => true;
const isOdd = (thread: number): boolean => thread % 2 === 1;

/** How many producers and then how many consumers, over and over: threads with odd numbers put in, and the others take out. */
export const USUAL_ROLES = '1:1';

/** True of a thread that puts in: of `1:3` the first of each four. */
export function isProducer(thread: number, roles: string = USUAL_ROLES): boolean {
  const [producers, consumers] = roles.split(':').map(Number);
  return (thread - 1) % (producers + consumers) < producers;
}

/** Puts a value in and takes one out, again and again. */
function makePairs(worker: Worker, operations: number): void {
  for (let i = 0; i < operations; i += 2) {
    worker.put(0);
    worker.take(0);
  }
}

/** Operations of a thread from the time that it joins until it leaves. */
const STAY = 256;

export const WORKLOADS: Readonly<Record<Workload, WorkloadCard>> = {
  pairs: {
    about: 'every thread puts a value in and takes one out; the queue stays nearly empty',
    leastThreads: 1,
    queues: 1,
    prefill: 0,
    produces: always,
    consumes: always,
    turn: (worker) => makePairs(worker, BATCH),
    batchedTurn: (worker) => {
      worker.putMany(0, MANY);
      worker.takeMany(0, MANY);
    },
  },
  'fifty-fifty': {
    about: 'every operation is the toss of a coin',
    leastThreads: 1,
    queues: 1,
    prefill: 512,
    produces: always,
    consumes: always,
    turn: (worker) => {
      for (let i = 0; i < BATCH; i++) {
        if (worker.random.next() < 0) worker.put(0);
        else worker.take(0);
      }
    },
    batchedTurn: null,
  },
  'producers-consumers': {
    about: 'threads with odd numbers put in, the others take out, or as many of each as --roles says',
    leastThreads: 2,
    queues: 1,
    prefill: 0,
    produces: (thread, _, roles) => isProducer(thread, roles),
    consumes: (thread, _, roles) => !isProducer(thread, roles),
    turn: (worker) => {
      if (worker.puts) for (let i = 0; i < BATCH; i++) worker.put(0);
      else for (let i = 0; i < BATCH; i++) worker.take(0);
    },
    batchedTurn: (worker) => {
      if (worker.puts) worker.putMany(0, MANY);
      else worker.takeMany(0, MANY);
    },
  },
  bursts: {
    about: 'every thread puts in 1 to 16 values in a row and takes as many out',
    leastThreads: 1,
    queues: 1,
    prefill: 0,
    produces: always,
    consumes: always,
    turn: (worker) => {
      const length = 1 + worker.random.below(LONGEST_BURST);
      for (let i = 0; i < length; i++) worker.put(0);
      for (let i = 0; i < length; i++) worker.take(0);
    },
    batchedTurn: (worker) => {
      const length = 1 + worker.random.below(LONGEST_BURST);
      worker.putMany(0, length);
      worker.takeMany(0, length);
    },
  },
  'ping-pong': {
    about: 'threads with odd numbers send a value and wait for it to come back through a second queue',
    leastThreads: 2,
    queues: 2,
    prefill: 0,
    produces: (thread, queue) => isOdd(thread) === (queue === 0),
    consumes: (thread, queue) => isOdd(thread) === (queue === 1),
    turn: (worker) => {
      if (isOdd(worker.thread)) {
        if (worker.put(0)) while (!worker.take(1) && worker.goesOn());
      } else if (worker.take(0)) while (!worker.put(1) && worker.goesOn());
    },
    batchedTurn: null,
  },
  'owner-thieves': {
    about: 'the first thread puts two values in and takes one out, the others take out',
    leastThreads: 2,
    queues: 1,
    prefill: 0,
    produces: (thread) => thread === 1,
    consumes: always,
    turn: (worker) => {
      if (worker.thread > 1) for (let i = 0; i < BATCH; i++) worker.take(0);
      else {
        for (let i = 0; i < BATCH; i += 3) {
          worker.put(0);
          worker.put(0);
          worker.take(0);
        }
      }
    },
    batchedTurn: null,
  },
  churn: {
    about: `every thread puts a value in and takes one out, and after ${STAY} operations it leaves and joins again`,
    leastThreads: 1,
    queues: 1,
    prefill: 0,
    produces: always,
    consumes: always,
    turn: (worker) => {
      makePairs(worker, STAY);
      worker.rejoin();
    },
    batchedTurn: null,
  },
  'contains-0': onKeys(0),
  'contains-50': onKeys(50),
  'contains-90': onKeys(90),
  'long-readers': {
    about:
      'threads with odd numbers look up keys of the upper half, which is a long way in a list; the others insert and remove among the lowest tenth',
    leastThreads: 2,
    lookups: 50,
    queues: 1,
    prefill: 0,
    produces: always,
    consumes: always,
    turn: (worker) => {
      const isReader = isOdd(worker.thread);
      for (let i = 0; i < BATCH; i++) {
        if (isReader) worker.lookUp(0.5, 1);
        else worker.change(worker.random.below(2) === 0, 0, 0.1);
      }
    },
    batchedTurn: null,
  },
};

function onKeys(lookups: number): WorkloadCard {
  const changes = (100 - lookups) / 2;
  return {
    about: `of 100 operations on a set ${lookups === 0 ? '' : `${lookups} look a key up, `}${changes} insert one and ${changes} remove one`,
    leastThreads: 1,
    lookups,
    queues: 1,
    prefill: 0,
    produces: always,
    consumes: always,
    turn: (worker) => {
      for (let i = 0; i < BATCH; i++) {
        const drawn = worker.random.below(200);
        if (drawn < 2 * lookups) worker.lookUp();
        else worker.change(drawn % 2 === 0);
      }
    },
    batchedTurn: null,
  };
}

/** Which workloads cannot be measured with which numbers of threads, as sentences. */
export function tooFewThreads(workloads: readonly Workload[], threads: readonly number[]): string[] {
  return workloads.flatMap((workload) => {
    const { leastThreads } = WORKLOADS[workload];
    return leftOutBelow(leastThreads, threads, workload);
  });
}

/** That something is left out with those of these numbers of threads that are below the least, as a sentence, and why; nothing if none is. */
export function leftOutBelow(least: number, threads: readonly number[], what: string, why = ''): string[] {
  const few = [...new Set(threads)].filter((count) => count < least).join(', ');
  if (few === '') return [];
  return [
    `${what} is left out with ${few} ${few === '1' ? 'thread' : 'threads'}: ${why}it needs at least ${least}.`,
  ];
}

export const WORKLOAD_NAMES: readonly Workload[] = Object.keys(WORKLOADS) as Workload[];

/** Those that are measured only where they are asked for. */
export const SPECIAL_WORKLOADS: readonly Workload[] = ['churn', 'long-readers'];

/** Those of sets, and those of everything else. */
export const SET_WORKLOADS: readonly Workload[] = WORKLOAD_NAMES.filter(isOfSets);
export const POOL_WORKLOADS: readonly Workload[] = WORKLOAD_NAMES.filter((name) => !isOfSets(name));

/** True if a workload is one of sets. */
export function isOfSets(workload: Workload): boolean {
  return WORKLOADS[workload].lookups !== undefined;
}

/** Think time between operations, in nanoseconds, drawn anew each time. */
const LEAST_THINK_NS = 50;
const MOST_THINK_NS = 150;

const CALIBRATION = 1_000_000;
/** The fastest of a few tries is the one that nobody disturbed. */
const TRIES = 5;

/** Spins for a random time without touching shared memory or the clock, whose reading alone takes longer. */
export class Thinker {
  readonly #random: Random;
  readonly #least: number;
  readonly #range: number;
  /** What the spinning computes; kept, so that it cannot be optimized away. */
  #state = 1;

  constructor(random: Random) {
    this.#random = random;
    let fastest = Infinity;
    for (let i = 0; i < TRIES; i++) {
      const began = performance.now();
      this.#spin(CALIBRATION);
      fastest = Math.min(fastest, performance.now() - began);
    }
    const turnsPerNs = CALIBRATION / (fastest * 1e6);
    this.#least = Math.round(LEAST_THINK_NS * turnsPerNs);
    this.#range = Math.max(1, Math.round((MOST_THINK_NS - LEAST_THINK_NS) * turnsPerNs));
  }

  think(): void {
    this.#spin(this.#least + this.#random.below(this.#range));
  }

  /** A linear congruential generator (Numerical Recipes): each turn needs the last one's result. */
  #spin(turns: number): void {
    let state = this.#state;
    for (let i = 0; i < turns; i++) state = (Math.imul(state, 1664525) + 1013904223) | 0;
    this.#state = state;
  }
}

/** The words of the glossary about measuring, which pages of runs do not use. */
export const MEASURING: Readonly<Record<string, string>> = {
  throughput: 'Successful operations per second of all threads together; Mops/s is a million of them.',
  'round trip':
    'The time in which a word goes from one core to another and back. near, far and disturbed are its kinds.',
  workload: 'What the threads of a benchmark do.',
  peer: 'What a JavaScript user could take in place of the queue: postMessage, a queue with a mutex, a ring.',
};
