import type { Random } from '../../src/random.ts';
import type { BodyOf } from '../../src/checker/index.ts';

/** An instruction over three words, and where it goes on if that is not the next one. */
export type Instruction =
  | { readonly does: 'add' | 'store'; readonly word: number; readonly value: number }
  /** Keeps what the word is. */
  | { readonly does: 'keep'; readonly word: number }
  /** Jumps if the word is, or is not, of this value. */
  | { readonly does: 'if' | 'unless'; readonly word: number; readonly value: number; readonly to: number }
  /** A wait with a timeout for as long as the word is of this value. */
  | { readonly does: 'doze'; readonly word: number; readonly value: number }
  | { readonly does: 'notify'; readonly word: number }
  /** Keeps one of two numbers that chance decides, and jumps if it is 0. */
  | { readonly does: 'draw'; readonly to: number }
  | { readonly does: 'jump'; readonly to: number };

export type Code = readonly Instruction[];

export const WORDS = 3;

/** A random program: short threads with loops that end when another thread has moved, or chance says so, if they do. */
export function randomLoops(random: Random, threads: number, draws: boolean): Code[] {
  return Array.from({ length: threads }, () => {
    const code: Instruction[] = [];
    const parts = 1 + random.below(2);
    for (let part = 0; part < parts; part++) {
      if (draws && random.below(2) === 0) code.push(...drawing(random, code.length));
      else if (random.below(2) === 0) code.push(...loop(random, code.length));
      else code.push(straight(random));
    }
    return code;
  });
}

function straight(random: Random): Instruction {
  const word = random.below(WORDS);
  const value = random.below(3);
  const sorts: Instruction[] = [
    { does: 'add', word, value: value - 1 },
    { does: 'store', word, value },
    { does: 'keep', word },
    { does: 'notify', word },
  ];
  return sorts[random.below(sorts.length)]!;
}

/** A choice, or a loop with one, that begins at an address of the code. */
function drawing(random: Random, at: number): Instruction[] {
  const [own, other] = [random.below(WORDS), random.below(WORDS)];
  const [value, wanted] = [1 + random.below(2), random.below(3)];
  switch (random.below(5)) {
    // Fails now and then.
    case 0:
      return [
        { does: 'draw', to: at },
        { does: 'add', word: own, value },
      ];
    // Looks again and again, and may give up each time.
    case 1:
      return [
        { does: 'if', word: other, value: wanted, to: at + 3 },
        { does: 'draw', to: at },
        { does: 'store', word: own, value },
      ];
    // Takes, and gives back if chance or another word says so.
    case 2:
      return [
        { does: 'add', word: own, value },
        { does: 'draw', to: at + 3 },
        { does: 'if', word: other, value: wanted, to: at + 5 },
        { does: 'add', word: own, value: -value },
        { does: 'jump', to: at },
      ];
    // Asks chance which word to look at.
    case 3:
      return [
        { does: 'draw', to: at + 3 },
        { does: 'if', word: own, value: wanted, to: at + 4 },
        { does: 'jump', to: at },
        { does: 'unless', word: other, value, to: at },
      ];
    default:
      return [
        { does: 'draw', to: at + 2 },
        { does: 'add', word: own, value },
      ];
  }
}

/** A loop that begins at an address of the code. */
function loop(random: Random, at: number): Instruction[] {
  const [own, other] = [random.below(WORDS), random.below(WORDS)];
  const [value, wanted] = [1 + random.below(2), random.below(3)];
  switch (random.below(5)) {
    // Takes, looks, gives back.
    case 0:
      return [
        { does: 'add', word: own, value },
        { does: 'if', word: other, value: wanted, to: at + 4 },
        { does: 'add', word: own, value: -value },
        { does: 'jump', to: at },
      ];
    // Says so, looks, unsays it.
    case 1:
      return [
        { does: 'store', word: own, value },
        { does: 'if', word: other, value: wanted, to: at + 4 },
        { does: 'store', word: own, value: 0 },
        { does: 'jump', to: at },
      ];
    // Sleeps for a while.
    case 2:
      return [
        { does: 'if', word: other, value: wanted, to: at + 3 },
        { does: 'doze', word: other, value: (wanted + 1) % 3 },
        { does: 'jump', to: at },
      ];
    // Polls two words.
    case 3:
      return [
        { does: 'if', word: own, value: wanted, to: at + 3 },
        { does: 'if', word: other, value, to: at + 3 },
        { does: 'jump', to: at },
      ];
    // Steps aside, and waits until the other is through.
    default:
      return [
        { does: 'add', word: own, value },
        { does: 'if', word: other, value: wanted, to: at + 5 },
        { does: 'add', word: own, value: -value },
        { does: 'unless', word: other, value: wanted, to: at + 3 },
        { does: 'jump', to: at },
      ];
  }
}

interface State {
  readonly words: readonly number[];
  /** Per thread where it is, what it has kept, and whether it dozes: 0 no, 1 yes, 2 woken. */
  readonly threads: readonly { readonly at: number; readonly kept: number; readonly asleep: 0 | 1 | 2 }[];
  /** Sleepers by word, in order. */
  readonly lists: readonly (readonly number[])[];
}

/** What can come of a program. */
export interface Outcomes {
  /** Of executions in which all threads have ended: the words, and what each thread kept. */
  readonly ends: ReadonlySet<string>;
  /** True if there are states from which no end can be reached. */
  readonly isStuck: boolean;
}

/** Visits every state of a program, each once, and shares no code with the explorer; null if there are too many. */
export function everyState(codes: readonly Code[], most: number, serves = false): Outcomes | null {
  const start: State = {
    words: Array.from({ length: WORDS }, () => 0),
    threads: codes.map((code) => settled(code, 0, 0)),
    lists: Array.from({ length: WORDS }, () => []),
  };
  const seen = new Map<string, number>([[JSON.stringify(start), 0]]);
  const queue = [start];
  const before: number[][] = [[]];
  const ends = new Set<string>();
  const ended: number[] = [];
  for (let i = 0; i < queue.length; i++) {
    if (queue.length > most) return null;
    const state = queue[i]!;
    const bound = serves ? state.threads.slice(0, -1) : state.threads;
    const isOver = bound.every(({ at }, thread) => at >= codes[thread]!.length);
    if (isOver) {
      const kept = bound.map((each) => each.kept);
      ends.add(serves ? kept.join() : outcome(state.words, kept));
      ended.push(i);
    }
    for (const [thread, code] of codes.entries()) {
      const here = code[state.threads[thread]!.at];
      if (here === undefined) continue;
      for (const drawn of here.does === 'draw' ? [0, 1] : [0]) {
        const next = stepped(state, thread, code, drawn);
        const key = JSON.stringify(next);
        let number = seen.get(key);
        if (number === undefined) {
          number = queue.push(next) - 1;
          seen.set(key, number);
          before.push([]);
        }
        before[number]!.push(i);
      }
    }
  }
  const canEnd = new Set(ended);
  for (const state of canEnd) for (const each of before[state]!) canEnd.add(each);
  return { ends, isStuck: canEnd.size < queue.length };
}

export function outcome(words: readonly number[], kept: readonly number[]): string {
  return `${words.join()} ${kept.join()}`;
}

/** Jumps are no steps: a thread stands before something that touches a word. */
function settled(code: Code, to: number, kept: number): State['threads'][number] {
  let at = to;
  for (let here = code[at]; here?.does === 'jump'; here = code[at]) at = here.to;
  return { at, kept, asleep: 0 };
}

function stepped({ words, threads, lists }: State, thread: number, code: Code, drawn: number): State {
  const { at, kept, asleep } = threads[thread]!;
  const here = code[at] as Exclude<Instruction, { does: 'jump' }>;
  const now = here.does === 'draw' ? 0 : words[here.word]!;
  const become = (changed: State['threads'][number], others = threads): State['threads'] =>
    others.with(thread, changed);
  const goOn = (to: number, value = kept): State['threads'] => become(settled(code, to, value));
  switch (here.does) {
    case 'draw':
      return { words, threads: goOn(drawn === 0 ? here.to : at + 1, drawn), lists };
    case 'add':
      return { words: words.with(here.word, now + here.value), threads: goOn(at + 1), lists };
    case 'store':
      return { words: words.with(here.word, here.value), threads: goOn(at + 1), lists };
    case 'keep':
      return { words, threads: goOn(at + 1, now), lists };
    case 'if':
      return { words, threads: goOn(now === here.value ? here.to : at + 1), lists };
    case 'unless':
      return { words, threads: goOn(now === here.value ? at + 1 : here.to), lists };
    case 'notify': {
      const woken = new Set(lists[here.word]);
      const others = threads.map((each, i) => (woken.has(i) ? { ...each, asleep: 2 as const } : each));
      return {
        words,
        threads: become(settled(code, at + 1, kept), others),
        lists: lists.with(here.word, []),
      };
    }
    case 'doze': {
      if (asleep === 0 && now !== here.value) return { words, threads: goOn(at + 1), lists };
      if (asleep === 0) {
        const list = [...lists[here.word]!, thread];
        return { words, threads: become({ at, kept, asleep: 1 }), lists: lists.with(here.word, list) };
      }
      const left = lists[here.word]!.filter((each) => each !== thread);
      return { words, threads: goOn(at + 1), lists: lists.with(here.word, left) };
    }
  }
}

/** The same code as the body of a check: JavaScript with a line for each instruction. */
export function bodyOf(code: Code): BodyOf<{ readonly w: Int32Array }> {
  const lines = code.map((here, at) => `case ${at}: ${textOf(here, at)}; break;`);
  const text = ['let kept = 0, at = 0;', 'for (;;) switch (at) {', ...lines, 'default: return kept; }'];
  return new Function('{ w }', 'thread', text.join('\n')) as BodyOf<{ readonly w: Int32Array }>;
}

function textOf(here: Instruction, at: number): string {
  const next = `at = ${at + 1}`;
  switch (here.does) {
    case 'add':
    case 'store':
      return `Atomics.${here.does}(w, ${here.word}, ${here.value}); ${next}`;
    case 'keep':
      return `kept = Atomics.load(w, ${here.word}); ${next}`;
    case 'if':
      return `at = Atomics.load(w, ${here.word}) === ${here.value} ? ${here.to} : ${at + 1}`;
    case 'unless':
      return `at = Atomics.load(w, ${here.word}) !== ${here.value} ? ${here.to} : ${at + 1}`;
    case 'doze':
      return `Atomics.wait(w, ${here.word}, ${here.value}, 5); ${next}`;
    case 'notify':
      return `Atomics.notify(w, ${here.word}); ${next}`;
    case 'draw':
      return `kept = thread.choose(2); at = kept === 0 ? ${here.to} : ${at + 1}`;
    case 'jump':
      return `at = ${here.to}`;
  }
}
