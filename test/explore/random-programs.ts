import type { Random } from '../../src/random.ts';
import type { Model } from '../../src/model/machine.ts';
import { bodyCode, type SharedWords } from './plain-body.ts';

/** One access of a random program. */
export interface RandomAccess {
  readonly kind:
    'load' | 'store' | 'cas' | 'add' | 'await' | 'exchange' | 'or' | 'poke' | 'peek' | 'spin' | 'spin on two';
  readonly address: number;
  readonly first: number;
  readonly second: number;
  /** Made only if the last answer was odd. */
  readonly ifOdd: boolean;
}

export interface RandomOptions {
  readonly threads: number;
  readonly accesses: number;
  readonly words: number;
  readonly awaits: boolean;
  readonly plain?: boolean;
  /** Loops that read until a word changes, as awaits do, and loops that read two words. */
  readonly spins?: boolean;
  /** Each access, or each two, is an operation with a call and a return. */
  readonly operations?: boolean;
}

const PLAIN_KINDS = ['poke', 'peek'] as const;
const KINDS = ['load', 'store', 'load', 'cas', 'add', 'store', 'exchange', 'or'] as const;

export function randomProgram(random: Random, options: RandomOptions): RandomAccess[][] {
  return Array.from({ length: options.threads }, () =>
    Array.from({ length: 1 + random.below(options.accesses) }, (): RandomAccess => {
      let kind: RandomAccess['kind'] = KINDS[random.below(KINDS.length)];
      if (options.awaits && random.below(4) === 0) kind = 'await';
      if (options.spins === true && random.below(3) === 0)
        kind = random.below(3) > 0 ? 'spin' : 'spin on two';
      if (options.plain === true && random.below(3) === 0) kind = PLAIN_KINDS[random.below(2)];
      return {
        kind,
        address: random.below(options.words),
        first: random.below(3),
        second: random.below(3),
        ifOdd: random.below(4) === 0,
      };
    }),
  );
}

export function randomModel(program: readonly (readonly RandomAccess[])[], options: RandomOptions): Model {
  return {
    words: new Int32Array(options.words),
    ...(options.spins === true && { spins: 2 }),
    threads: program.map((accesses) =>
      bodyCode((words) => run(words, accesses, options.operations === true)),
    ),
  };
}

function run(words: SharedWords, accesses: readonly RandomAccess[], operations: boolean): string {
  const answers: (number | undefined)[] = [];
  let last = 1;
  for (const [i, access] of accesses.entries()) {
    if (access.ifOdd && (last & 1) === 0) continue;
    if (operations) words.invoke('access', i);
    const answer = make(words, access);
    if (operations) words.answer('value', answer ?? 0);
    if (answer !== undefined) last = answer;
    answers.push(answer);
  }
  return answers.join();
}

function make(words: SharedWords, { kind, address, first, second }: RandomAccess): number | undefined {
  switch (kind) {
    case 'load':
      return words.load(address);
    case 'store':
      return void words.store(address, first);
    case 'cas':
      return words.compareExchange(address, first, second);
    case 'add':
      return words.add(address, first + 1);
    case 'exchange':
      return words.exchange(address, first);
    case 'or':
      return words.or(address, first);
    case 'await':
      return words.await(address, first);
    case 'spin':
      while (words.load(address) === first);
      return undefined;
    case 'spin on two':
      while (words.load(address) === first && words.load(1 - address) === second);
      return undefined;
    case 'poke':
      return void words.poke(address, first);
    case 'peek':
      return words.peek(address);
  }
}
