import type { Random } from '../engines/random.ts';
import type { Actor } from './actor.ts';

/** What the threads of a stress run do: one round of one thread. */
type Mix = (actor: Actor, random: Random) => void;

const LONGEST_BURST = 16;

export type MixName = 'pairs' | 'producers-consumers' | 'random' | 'bursts';

export const MIXES: Readonly<Record<MixName, Mix>> = {
  /** Every thread puts a value in and takes one out: the queue stays nearly empty, and few slots go round fast. */
  pairs: (actor) => {
    while (actor.goesOn()) {
      actor.enqueue();
      actor.dequeue();
    }
  },
  /** Threads with odd numbers put in, the others take out. */
  'producers-consumers': (actor) => {
    if (actor.thread % 2 === 1) while (actor.goesOn()) actor.enqueue();
    else while (actor.goesOn()) actor.dequeue();
  },
  /** Every operation is the toss of a coin: the length of the queue wanders between empty and full. */
  random: (actor, random) => {
    while (actor.goesOn()) {
      if (random.below(2) === 0) actor.enqueue();
      else actor.dequeue();
    }
  },
  /** Every thread puts in some values in a row and then tries to take out as many. */
  bursts: (actor, random) => {
    while (actor.goesOn()) {
      const length = 1 + random.below(LONGEST_BURST);
      for (let i = 0; i < length; i++) actor.enqueue();
      for (let i = 0; i < length; i++) actor.dequeue();
    }
  },
};

export const MIX_NAMES: readonly MixName[] = Object.keys(MIXES) as MixName[];
