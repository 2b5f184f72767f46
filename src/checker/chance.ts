/** Something that chance or the outside decides, as people read it: before it is decided, and then. */
interface Decision {
  pending(ways: number): string;
  decided(ways: number, chosen: number): string;
}

/** What the outside may answer, where a check says so; and which threads others start. */
export interface Outside {
  /** What `Math.random` may return; empty if a thread may not call it. */
  readonly random: readonly number[];
  /** Milliseconds that may pass before a look at the clock; empty if there is none. */
  readonly clock: readonly number[];
  readonly held: readonly boolean[];
}

/** Answers of one choice at most: every one is tried. */
export const MOST_WAYS = 1000;

/** What a choice is about, as the second operand of its request. */
export const CHOOSE = 0;
export const RANDOM = 1;
export const CLOCK = 2;
export const CRYPTO = 3;

/** By what a choice is about. */
export function decisionsOf({ random, clock }: Omit<Outside, 'held'>): readonly Decision[] {
  return [
    {
      pending: (ways) => `choose(${ways})`,
      decided: (ways, chosen) => `chose ${chosen} of 0..${ways - 1}`,
    },
    { pending: () => 'Math.random()', decided: (_, chosen) => `Math.random() ⇒ ${random[chosen]}` },
    {
      pending: () => 'a look at the clock',
      decided: (_, chosen) => (clock[chosen] === 0 ? 'no time passes' : `${clock[chosen]} ms pass`),
    },
    {
      pending: () => 'random values of crypto',
      decided: (_, chosen) => `random values of crypto, each ${random[chosen]} of its range`,
    },
  ];
}
