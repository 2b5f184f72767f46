import { check, type Passed, type Shared } from '../../../src/checker/index.ts';

const words = { wants: [0, 0], turn: 0, inside: 0, counter: 0 };
type Words = Shared<typeof words>;

/** A line that may be left out. */
export type Line = 'says that it wants' | 'gives way' | 'looks at the other';

/** Peterson 1981: say that you want, let the other one go first, and wait while it wants and may. */
function peterson({ wants, turn }: Words, me: number, without: Line | null): () => void {
  const other = 1 - me;
  if (without !== 'says that it wants') Atomics.store(wants, me, 1);
  if (without !== 'gives way') turn.store(other);
  if (without !== 'looks at the other') while (Atomics.load(wants, other) === 1 && turn.load() === other);
  return () => void Atomics.store(wants, me, 0);
}

/** Dekker, as told by Dijkstra 1965: whoever's turn it is not takes its wish back until it is. */
function dekker({ wants, turn }: Words, me: number, without: Line | null): () => void {
  const other = 1 - me;
  if (without !== 'says that it wants') Atomics.store(wants, me, 1);
  const otherWants = (): boolean => without !== 'looks at the other' && Atomics.load(wants, other) === 1;
  while (otherWants()) {
    if (without === 'gives way' || turn.load() === me) continue;
    Atomics.store(wants, me, 0);
    while (turn.load() !== me);
    Atomics.store(wants, me, 1);
  }
  return () => {
    turn.store(other);
    Atomics.store(wants, me, 0);
  };
}

const algorithms = { peterson, dekker };

/** Each thread enters once. At no time may both be inside. */
export function exclusion(algorithm: keyof typeof algorithms, without: Line | null, replay?: string): Passed {
  const body = (shared: Words, { number }: { number: number }): void => {
    const leave = algorithms[algorithm](shared, number - 1, without);
    shared.inside.add(1);
    shared.counter.value++;
    shared.inside.sub(1);
    leave();
  };
  return check({
    words,
    threads: [body, body],
    always: ({ inside }) => inside < 2,
    finally: ({ counter }) => counter === 2,
    ...(replay !== undefined && { replay }),
  });
}
