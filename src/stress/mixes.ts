import type { Random } from '../random.ts';
import type { ChainWorker } from './special-workers.ts';
import type { StressWorker } from './worker.ts';

/** What the threads of a stress run do: one round of one thread. All of them ask now and then whether the structure is empty. */
type Mix = (worker: StressWorker, random: Random) => void;

const LONGEST_BURST = 16;

export type MixName =
  | 'pairs'
  | 'producers-consumers'
  | 'random'
  | 'bursts'
  | 'chains'
  | 'contains-0'
  | 'contains-50'
  | 'contains-90';

/** The most values that one step of the mix `chains` puts in, or takes out. */
export const LONGEST_CHAIN = 8;

export const MIXES: Readonly<Record<MixName, Mix>> = {
  /** Every thread puts a value in and takes one out: the structure stays nearly empty, and few slots go round fast. */
  pairs: (worker) => {
    while (worker.goesOn()) {
      worker.put();
      worker.look();
      worker.take();
      worker.look();
    }
  },
  /** Threads with odd numbers put in, the others take out. */
  'producers-consumers': (worker) => {
    const turn = worker.thread % 2 === 1 ? (): boolean => worker.put() : (): boolean => worker.take();
    while (worker.goesOn()) {
      turn();
      worker.look();
    }
  },
  /** Every operation is the toss of a coin: how much is inside wanders between empty and full. */
  random: (worker, random) => {
    while (worker.goesOn()) {
      if (random.below(2) === 0) worker.put();
      else worker.take();
      worker.look();
    }
  },
  /** Every thread puts in some values in a row and then tries to take out as many. */
  bursts: (worker, random) => {
    while (worker.goesOn()) {
      const length = 1 + random.below(LONGEST_BURST);
      for (let i = 0; i < length; i++) worker.put();
      worker.look();
      for (let i = 0; i < length; i++) worker.take();
    }
  },
  /** Of a structure that has chains: many values go in by one step, and come out by one, beside single ones. */
  chains: (given, random) => {
    const worker = given as ChainWorker;
    while (worker.goesOn()) {
      const length = 1 + random.below(LONGEST_CHAIN);
      if (random.below(4) === 0) worker.put();
      else worker.putChain(length);
      worker.look();
      if (random.below(4) === 0) worker.take();
      else worker.takeChain(1 + random.below(LONGEST_CHAIN));
      worker.look();
    }
  },
  /** Of a set: so many of 100 operations look a key up, and of the others one half inserts and one half removes. */
  'contains-0': lookingUp(0),
  'contains-50': lookingUp(50),
  'contains-90': lookingUp(90),
};

function lookingUp(share: number): Mix {
  return (worker, random) => {
    while (worker.goesOn()) {
      const drawn = random.below(200);
      if (drawn < 2 * share) worker.lookUp();
      else if (drawn % 2 === 0) worker.put();
      else worker.take();
      worker.look();
    }
  };
}

/** True of a mix that only a set can have. */
export function isMixOfSets(mix: MixName): boolean {
  return mix.startsWith('contains-');
}

export const MIX_NAMES: readonly MixName[] = Object.keys(MIXES) as MixName[];
