import type { Random } from '../random.ts';
import type { Actor } from './actor.ts';

/** What the threads of a stress run do: one round of one thread. All of them ask now and then whether the structure is empty. */
type Mix = (actor: Actor, random: Random) => void;

const LONGEST_BURST = 16;

export type MixName = 'pairs' | 'producers-consumers' | 'random' | 'bursts';

export const MIXES: Readonly<Record<MixName, Mix>> = {
  /** Every thread puts a value in and takes one out: the structure stays nearly empty, and few slots go round fast. */
  pairs: (actor) => {
    while (actor.goesOn()) {
      actor.put();
      actor.look();
      actor.take();
      actor.look();
    }
  },
  /** Threads with odd numbers put in, the others take out. */
  'producers-consumers': (actor) => {
    const turn = actor.thread % 2 === 1 ? (): boolean => actor.put() : (): boolean => actor.take();
    while (actor.goesOn()) {
      turn();
      actor.look();
    }
  },
  /** Every operation is the toss of a coin: how much is inside wanders between empty and full. */
  random: (actor, random) => {
    while (actor.goesOn()) {
      if (random.below(2) === 0) actor.put();
      else actor.take();
      actor.look();
    }
  },
  /** Every thread puts in some values in a row and then tries to take out as many. */
  bursts: (actor, random) => {
    while (actor.goesOn()) {
      const length = 1 + random.below(LONGEST_BURST);
      for (let i = 0; i < length; i++) actor.put();
      actor.look();
      for (let i = 0; i < length; i++) actor.take();
    }
  },
};

export const MIX_NAMES: readonly MixName[] = Object.keys(MIXES) as MixName[];
