import {
  compareDeadlocks,
  compareEqual,
  compareLoops,
  compareOutcomes,
  compareQueues,
  compareRaces,
  tried,
} from './agree.ts';
import {
  equalProgram,
  handedProgram,
  loopingProgram,
  mixedProgram,
  orderedProgram,
  straightProgram,
  waitingProgram,
} from './programs.ts';

/** What is held against the interpreter: this many random programs of some shapes. Returns what was seen in them. */
type Subject = (programs: number, seed: number) => Readonly<Record<string, number>>;

/** The seen of several shapes, each of which gets its part of the programs. */
function all(
  programs: number,
  parts: readonly ((programs: number) => Record<string, number>)[],
): Record<string, number> {
  const seen: Record<string, number> = {};
  for (const part of parts)
    for (const [kind, count] of Object.entries(part(Math.ceil(programs / parts.length))))
      seen[kind] = (seen[kind] ?? 0) + count;
  return seen;
}

const TWO = { threads: 2, statements: 4, plain: 0 };
const THREE = { threads: 3, statements: 3, plain: 0 };
const FOUR = { threads: 4, statements: 2, plain: 0 };

export const subjects: Readonly<Record<string, Subject>> = {
  outcomes: (programs, seed) =>
    all(
      programs,
      [TWO, THREE, { ...TWO, plain: 30 }, { ...THREE, statements: 2, plain: 30 }].map(
        (shape) => (count) => tried(count, seed, (random) => straightProgram(random, shape), compareOutcomes),
      ),
    ),
  races: (programs, seed) =>
    all(programs, [
      ...[
        { ...TWO, plain: 40 },
        { ...THREE, statements: 2, plain: 40 },
      ].map(
        (shape) => (count: number) =>
          tried(count, seed, (random) => orderedProgram(random, shape), compareRaces),
      ),
      ...[2, 3].map(
        (threads) => (count: number) =>
          tried(count, seed, (random) => handedProgram(random, threads), compareRaces),
      ),
    ]),
  deadlocks: (programs, seed) =>
    all(
      programs,
      [TWO, { ...THREE, statements: 2 }].map(
        (shape) => (count) =>
          tried(count, seed, (random) => waitingProgram(random, shape, [Infinity]), compareDeadlocks),
      ),
    ),
  'wait queues': (programs, seed) =>
    all(
      programs,
      [TWO, { ...THREE, statements: 2 }, FOUR].map(
        (shape) => (count) =>
          tried(
            count,
            seed,
            (random) => waitingProgram(random, shape, [Infinity, Infinity, 5, 0]),
            compareQueues,
          ),
      ),
    ),
  'mixed sizes': (programs, seed) =>
    all(
      programs,
      [
        { ...TWO, statements: 3 },
        { ...THREE, statements: 2 },
        { ...TWO, statements: 3, plain: 50 },
      ].flatMap((shape) => [
        (count) => tried(count, seed, (random) => mixedProgram(random, shape), compareOutcomes),
        (count) => tried(count, seed, (random) => mixedProgram(random, shape), compareRaces),
      ]),
    ),
  'equal threads': (programs, seed) =>
    all(
      programs,
      [
        [2, 0, 4],
        [3, 0, 2],
        [2, 1, 3],
      ].map(
        ([equal, others, statements]) =>
          (count) =>
            tried(count, seed, (random) => equalProgram(random, equal!, others!, statements!), compareEqual),
      ),
    ),
  fairness: (programs, seed) =>
    all(
      programs,
      [
        [2, false],
        [3, false],
        [2, true],
        [3, true],
      ].map(
        ([threads, draws]) =>
          (count) =>
            tried(
              count,
              seed,
              (random) => loopingProgram(random, threads as number, draws as boolean),
              compareLoops,
            ),
      ),
    ),
};
