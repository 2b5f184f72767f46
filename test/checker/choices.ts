import type { Random } from '../../src/random.ts';
import type { BodyOf } from '../../src/checker/index.ts';

/** An instruction over three words. A choice jumps over as many instructions as are chosen, and is kept. */
export type Instruction =
  | { readonly does: 'add' | 'store' | 'write'; readonly word: number; readonly value: number }
  | { readonly does: 'load'; readonly word: number }
  | { readonly does: 'read'; readonly word: number }
  | { readonly does: 'choose'; readonly ways: number };

export type Code = readonly Instruction[];

export const WORDS = 3;

/** A random program with choices. With `plain` there are plain accesses, which go with the step before them. */
export function randomChoices(random: Random, threads: number, longest: number, plain: boolean): Code[] {
  const sorts = plain ? ['add', 'store', 'load', 'write', 'read', 'write', 'read'] : ['add', 'store', 'load'];
  return Array.from({ length: threads }, () =>
    Array.from({ length: 1 + random.below(longest) }, (_, i): Instruction => {
      const word = random.below(WORDS);
      const value = 1 + random.below(2);
      if (random.below(3) === 0) return { does: 'choose', ways: 2 + random.below(2) };
      // What comes before the first step of a thread is no part of the exploration.
      const does = sorts[random.below(i === 0 ? 3 : sorts.length)] as 'add' | 'load';
      return does === 'load' ? { does, word } : { does, word, value };
    }),
  );
}

/** The same code as the body of a check. Returns what was loaded, read and chosen. */
export function bodyOf(code: Code): BodyOf<{ readonly w: Int32Array }> {
  return ({ w }, thread) => {
    const answers: number[] = [];
    for (let at = 0; at < code.length; at++) {
      const here = code[at]!;
      if (here.does === 'choose') {
        const chosen = thread.choose(here.ways);
        answers.push(chosen);
        at += chosen;
      } else if (here.does === 'read') answers.push(w[here.word]!);
      else if (here.does === 'write') w[here.word] = here.value;
      else if (here.does === 'load') answers.push(Atomics.load(w, here.word));
      else Atomics[here.does](w, here.word, here.value);
    }
    return answers.join();
  };
}

interface ThreadState {
  readonly at: number;
  readonly answers: readonly number[];
}

/** A step that was made: by whom, and the words that it read and wrote. */
interface Event {
  readonly thread: number;
  readonly reads: readonly number[];
  readonly writes: readonly number[];
}

/** What an enumeration of all interleavings finds. */
export interface Enumerated {
  readonly interleavings: number;
  readonly outcomes: ReadonlySet<string>;
  /** One for each class of those that differ only in the order of steps that touch no common word, or only read it. */
  readonly classes: ReadonlySet<string>;
}

/** Makes every interleaving with every choice, one by one; null if there are more than `most`. */
export function enumerate(codes: readonly Code[], most: number): Enumerated | null {
  const outcomes = new Set<string>();
  const classes = new Set<string>();
  let interleavings = 0;
  const visit = (
    words: readonly number[],
    threads: readonly ThreadState[],
    events: readonly Event[],
  ): void => {
    if (interleavings > most) return;
    let isOver = true;
    for (const [thread, { at, answers }] of threads.entries()) {
      const code = codes[thread]!;
      const here = code[at];
      if (here === undefined) continue;
      isOver = false;
      const ways = here.does === 'choose' ? here.ways : 1;
      for (let chosen = 0; chosen < ways; chosen++) {
        const made = step(code, at, chosen, words);
        visit(made.words, threads.with(thread, { at: made.at, answers: [...answers, ...made.answers] }), [
          ...events,
          { thread, reads: made.reads, writes: made.writes },
        ]);
      }
    }
    if (!isOver) return;
    interleavings++;
    const ends = threads.map(({ answers }) => answers.join());
    outcomes.add(outcome(words, ends));
    classes.add(`${ends.join('/')} ${orderOf(events)}`);
  };
  visit(
    Array.from({ length: WORDS }, () => 0),
    codes.map(() => ({ at: 0, answers: [] })),
    [],
  );
  return interleavings > most ? null : { interleavings, outcomes, classes };
}

export function outcome(words: readonly number[], ends: readonly string[]): string {
  return `${words.join()} ${ends.join('/')}`;
}

/** A step with the plain accesses that follow it. */
function step(code: Code, from: number, chosen: number, before: readonly number[]) {
  const words = [...before];
  const [reads, writes, answers]: [number[], number[], number[]] = [[], [], []];
  let at = from;
  do {
    const here = code[at]!;
    at++;
    if (here.does === 'choose') {
      answers.push(chosen);
      at += chosen;
      continue;
    }
    const { word } = here;
    if (here.does === 'load' || here.does === 'read') {
      reads.push(word);
      answers.push(words[word]!);
      continue;
    }
    writes.push(word);
    words[word] = here.does === 'add' ? words[word]! + here.value : here.value;
  } while (code[at]?.does === 'read' || code[at]?.does === 'write');
  return { words, at, answers, reads, writes };
}

function meets(a: readonly number[], b: readonly number[]): boolean {
  return a.some((word) => b.includes(word));
}

/** Which of two steps that do not commute came first, for all pairs of them. */
function orderOf(events: readonly Event[]): string {
  const numbers = new Map<number, number>();
  const named = events.map((event) => {
    const number = numbers.get(event.thread) ?? 0;
    numbers.set(event.thread, number + 1);
    return { ...event, name: `${event.thread}.${number}` };
  });
  const pairs = named.flatMap((later, i) =>
    named.slice(0, i).flatMap((earlier) => {
      const conflicts =
        meets(earlier.writes, [...later.reads, ...later.writes]) || meets(earlier.reads, later.writes);
      return conflicts && earlier.thread !== later.thread ? [`${earlier.name}<${later.name}`] : [];
    }),
  );
  return pairs.toSorted().join();
}
