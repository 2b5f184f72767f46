import type { Random } from '../../../src/random.ts';
import type { Thread, Word } from '../../../src/checker/index.ts';

/** A lock of one word, in three ways: as it is taken, and given back. */
export interface LockWay {
  lock(word: Word<number>, other: Word<number>): void;
  unlock(word: Word<number>, other: Word<number>): void;
}

export const LOCKS = {
  /** A failed attempt changes nothing. */
  'compares and sleeps': {
    lock: (word) => {
      while (word.compareExchange(0, 1) !== 0) word.wait(1);
    },
    unlock: (word) => {
      word.store(0);
      word.notify(1);
    },
  },
  /** A failed attempt leaves a mark. */
  'marks and sleeps': {
    lock: (word) => {
      if (word.compareExchange(0, 1) === 0) return;
      while (word.exchange(2) !== 0) word.wait(2);
    },
    unlock: (word) => {
      if (word.exchange(0) === 2) word.notify(1);
    },
  },
  /** It never sleeps, and is served in turn. */
  'takes a ticket': {
    lock: (next, serving) => {
      const ticket = next.add(1);
      while (serving.load() !== ticket);
    },
    unlock: (_, serving) => void serving.add(1),
  },
} satisfies Readonly<Record<string, LockWay>>;

/** Something that a thread does. All of it is under lock `by`, but for an access without a lock. */
export type Doing =
  | { readonly does: 'add' | 'load'; readonly data: number; readonly by: number | null }
  /** Takes another lock while it holds the first. */
  | { readonly does: 'both'; readonly data: number; readonly by: number; readonly other: number }
  /** Waits on the lock's condition until the datum is so great. */
  | { readonly does: 'await'; readonly data: number; readonly by: number; readonly least: number }
  | { readonly does: 'raise'; readonly data: number; readonly by: number; readonly all: boolean };

export const DATA = 2;
const MUTEXES = 2;

export interface Memory {
  readonly [name: string]: Word<number>;
}

/** Two words for each lock, one for its condition, and the data. */
export const words: Record<string, number> = Object.fromEntries([
  ...Array.from({ length: MUTEXES }, (_, i) => [
    [`lock${i}`, 0],
    [`serving${i}`, 0],
    [`condition${i}`, 0],
  ]).flat(),
  ...Array.from({ length: DATA }, (_, i) => [`data${i}`, 0]),
]) as Record<string, number>;

export function randomDoings(random: Random, threads: number, most: number): Doing[][] {
  const one = (): Doing => {
    const [data, by] = [random.below(DATA), random.below(MUTEXES)];
    const kind = random.below(8);
    if (kind === 0) return { does: 'add', data, by: null };
    if (kind === 1) return { does: 'load', data, by: null };
    if (kind < 4) return { does: kind === 2 ? 'add' : 'load', data, by };
    if (kind === 4) return { does: 'both', data, by, other: (by + 1) % MUTEXES };
    if (kind === 5) return { does: 'await', data, by, least: 1 + random.below(2) };
    return { does: 'raise', data, by, all: random.below(2) === 0 };
  };
  return Array.from({ length: threads }, () => Array.from({ length: 1 + random.below(most) }, one));
}

/** The body of a thread. Locks and conditions are done at once, if `isAtOnce`. */
export function bodyOf(doings: readonly Doing[], { lock, unlock }: LockWay, isAtOnce: boolean) {
  return (memory: Memory, thread: Thread<number>): string => {
    const once = <R>(run: () => R): R => (isAtOnce ? thread.atOnce(run) : run());
    const locks = (i: number): void => once(() => lock(memory[`lock${i}`]!, memory[`serving${i}`]!));
    const unlocks = (i: number): void => once(() => unlock(memory[`lock${i}`]!, memory[`serving${i}`]!));
    const waits = (i: number): void =>
      once(() => {
        const condition = memory[`condition${i}`]!;
        const seen = condition.load();
        unlock(memory[`lock${i}`]!, memory[`serving${i}`]!);
        condition.wait(seen);
        lock(memory[`lock${i}`]!, memory[`serving${i}`]!);
      });
    const signals = (i: number, most: number): void =>
      once(() => {
        memory[`condition${i}`]!.add(1);
        memory[`condition${i}`]!.notify(most);
      });
    const kept: number[] = [];
    for (const doing of doings) {
      const data = memory[`data${doing.data}`]!;
      if (doing.by !== null) locks(doing.by);
      if (doing.does === 'add') kept.push(data.add(1));
      if (doing.does === 'load') kept.push(data.load());
      if (doing.does === 'await') {
        while (data.load() < doing.least) waits(doing.by);
        kept.push(data.load());
      }
      if (doing.does === 'raise') {
        data.add(1);
        signals(doing.by, doing.all ? Infinity : 1);
      }
      if (doing.does === 'both') {
        locks(doing.other);
        kept.push(data.add(1));
        unlocks(doing.other);
      }
      if (doing.by !== null) unlocks(doing.by);
    }
    return kept.join(' ');
  };
}
