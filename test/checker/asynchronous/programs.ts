import { receiveMessageOnPort } from 'node:worker_threads';
import type { Random } from '../../../src/random.ts';
import type { Port, Word } from '../../../src/checker/index.ts';

/** A statement that is done at once, also in a callback. */
export type Sync =
  | readonly ['load', word: number]
  | readonly ['add', word: number]
  | readonly ['store', word: number, value: number]
  | readonly ['cas', word: number, expected: number, desired: number]
  | readonly ['notify', word: number]
  | readonly ['post', value: number]
  | readonly ['poll']
  | readonly ['microtask', then: readonly Sync[]]
  | readonly ['tick', then: readonly Sync[]]
  | readonly ['immediate', then: readonly Sync[]]
  | readonly ['timeout', delay: number, then: readonly Sync[]];

/** A statement of an asynchronous function. */
export type Statement =
  | Sync
  | readonly ['yield']
  | readonly ['sleep', delay: number]
  | readonly ['receive']
  | readonly ['waitAsync', word: number, expected: number, isTimed: boolean]
  | readonly ['begin', body: readonly Statement[]];

/** The bodies of two threads over two words, with a pair of ports between them. */
export interface AsyncProgram {
  readonly threads: readonly [readonly Statement[], readonly Statement[]];
  /** True if a thread may sleep at the end. */
  readonly serves: boolean;
}

const WORDS = 2;
const LONGEST_DELAY = 3;

/** Random programs, of a few statements each. */
export function programBy(random: Random): AsyncProgram {
  const pick = <T>(of: readonly T[]): T => of[random.below(of.length)] as T;
  // Mostly one word, on which the accesses tell their order.
  const word = (): number => Math.max(0, random.below(WORDS + 2) - 2);
  const delay = (): number => 1 + random.below(LONGEST_DELAY);
  const access = (): Sync =>
    pick<() => Sync>([
      () => ['load', word()],
      () => ['add', word()],
      () => ['add', word()],
      () => ['add', word()],
      () => ['store', word(), 1 + random.below(2)],
      () => ['cas', word(), random.below(2), 2],
      () => ['notify', word()],
      () => ['post', 1 + random.below(2)],
      () => ['poll'],
    ])();
  const callback = (): Sync =>
    pick<() => Sync>([
      () => ['microtask', [access()]],
      () => ['microtask', [access(), ['tick', [access()]]]],
      () => ['tick', [access()]],
      () => ['tick', [access(), ['microtask', [access()]]]],
      () => ['immediate', [access()]],
      () => ['timeout', delay(), [access()]],
      () => ['timeout', delay(), [['microtask', [access()]]]],
    ])();
  const statement = (depth: number): Statement => {
    const kind = random.below(12);
    if (kind < 2) return access();
    if (kind < 7) return callback();
    if (kind === 7) return ['yield'];
    if (kind === 8) return ['sleep', delay()];
    if (kind === 9) return ['receive'];
    if (kind === 10) return ['waitAsync', word(), 0, random.below(2) === 0];
    return depth > 0 ? access() : ['begin', [statement(1), statement(1)]];
  };
  const body = (): readonly Statement[] => Array.from({ length: 1 + random.below(3) }, () => statement(0));
  // A program without a step is refused: there would be nothing to explore.
  return { threads: [[access(), ...body()], body()], serves: random.below(2) === 0 };
}

interface Words {
  readonly a: Word<number>;
  readonly b: Word<number>;
}

/** The code of a thread as one would write it. It returns what it saw, in order. */
export function codeOf(
  body: readonly Statement[],
): (words: Words, thread: { readonly ports: { readonly port: Port } }) => Promise<unknown[]> {
  return async ({ a, b }, { ports }) => {
    const { port } = ports;
    const words = [a, b] as const;
    const log: unknown[] = [];
    const now = (statements: readonly Sync[]): void => {
      for (const [what, ...given] of statements) {
        const [first, second, third] = given as number[];
        const word = words[first as 0 | 1];
        const then = (): void => now(given.at(-1) as readonly Sync[]);
        if (what === 'load') log.push(word.load());
        if (what === 'add') log.push(word.add(1));
        if (what === 'store') word.store(second as number);
        if (what === 'cas') log.push(word.compareExchange(second as number, third as number));
        if (what === 'notify') log.push(word.notify(1));
        if (what === 'post') port.postMessage(first);
        if (what === 'poll') log.push(receiveMessageOnPort(port as never)?.message ?? 'nothing');
        if (what === 'microtask') queueMicrotask(then);
        if (what === 'tick') process.nextTick(then);
        if (what === 'immediate') setImmediate(then);
        if (what === 'timeout') setTimeout(then, first);
      }
    };
    const later = async (statements: readonly Statement[]): Promise<void> => {
      for (const each of statements) {
        if (each[0] === 'yield') await Promise.resolve();
        else if (each[0] === 'sleep') await new Promise((resolve) => setTimeout(resolve, each[1]));
        else if (each[0] === 'receive') {
          log.push(await new Promise((resolve) => port.once('message', resolve)));
        } else if (each[0] === 'waitAsync') {
          const waits = words[each[1] as 0 | 1].waitAsync(each[2], each[3] ? 5 : Infinity);
          log.push(waits.async ? await waits.value : waits.value);
        } else if (each[0] === 'begin') void later(each[1]);
        else now([each]);
      }
    };
    await later(body);
    return log;
  };
}
