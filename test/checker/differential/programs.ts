import type { Random } from '../../../src/random.ts';
import {
  type Access,
  ARRAYS,
  ATOMIC,
  type Place,
  type Program,
  type Statement,
  type Type,
  type Value,
} from './language.ts';

const NUMBERS: readonly Value[] = [0, 1, 2, -1, 127, 0x01020304];
const BIGS: readonly Value[] = [0n, 1n, 2n ** 40n, -1n, 0x0102030405060708n];

/** Elements that do not overlap, one of each sort whose arithmetic differs. */
const APART: readonly Place[] = [
  { type: 'Int32', at: 0 },
  { type: 'Int32', at: 4 },
  { type: 'BigInt64', at: 8 },
  { type: 'Int8', at: 16 },
  { type: 'Uint16', at: 18 },
  { type: 'Uint32', at: 20 },
];
const WAITED: readonly Place[] = [
  { type: 'Int32', at: 0 },
  { type: 'Int32', at: 4 },
  // Waiters on it stand in the same queue as those on the first one.
  { type: 'BigInt64', at: 0 },
];
const TYPES = Object.keys(ARRAYS) as Type[];
const INTEGERS = TYPES.filter((type) => !type.startsWith('Float'));

/** How many threads and statements programs have, and what is in them. */
export interface Shape {
  readonly threads: number;
  /** Of a thread, at most. */
  readonly statements: number;
  /** Plain accesses among a hundred. */
  readonly plain: number;
}

const pick = <T>(random: Random, list: readonly T[]): T => list[random.below(list.length)]!;
const valueFor = (random: Random, { type }: Place, few = NUMBERS.length): Value =>
  type.startsWith('Big') ? BIGS[random.below(Math.min(few, BIGS.length))]! : NUMBERS[random.below(few)]!;

function threadsOf(
  random: Random,
  { threads, statements }: Shape,
  statement: (at: number, of: number) => Statement,
): Statement[][] {
  return Array.from({ length: threads }, () => {
    const count = 1 + random.below(statements);
    return Array.from({ length: count }, (_, i) => statement(i, count));
  });
}

function atomicAccess(random: Random, place: Place): Access {
  return {
    ...place,
    does: pick(random, ATOMIC),
    value: valueFor(random, place),
    other: valueFor(random, place),
  };
}

function plainAccess(random: Random, place: Place): Access {
  return { ...place, does: pick(random, ['read', 'write'] as const), value: valueFor(random, place) };
}

/** Straight on, with branches and choices: accesses to elements that do not overlap. */
export function straightProgram(random: Random, shape: Shape): Program {
  const statement = (at: number, of: number): Statement => {
    // Few elements, so that threads meet.
    const place = APART[random.below(2) === 0 ? 0 : random.below(APART.length)]!;
    const sort = random.below(100);
    if (sort < shape.plain) return plainAccess(random, place);
    if (sort > 90) return { does: 'draw', to: at + 1 + random.below(of - at) };
    if (sort > 75) return branch(random, place, at, of);
    return atomicAccess(random, place);
  };
  return { size: 24, threads: threadsOf(random, shape, statement) };
}

/** Goes on behind some of the statements that follow. */
function branch(random: Random, place: Place, at: number, of: number): Statement {
  const does = pick(random, ['if', 'unless'] as const);
  return { ...place, does, value: valueFor(random, place, 2), to: at + 1 + random.below(of - at + 1) };
}

/** Plain accesses to one element, which atomic ones to another one order or do not. */
export function orderedProgram(random: Random, shape: Shape): Program {
  const statement = (at: number, of: number): Statement => {
    const flag = APART[random.below(2)]!;
    const plain = APART[2 + random.below(2)]!;
    const sort = random.below(100);
    if (sort < shape.plain) return plainAccess(random, plain);
    if (sort < shape.plain + 25) return branch(random, flag, at, of);
    return { ...flag, does: pick(random, ['store', 'add', 'exchange', 'load'] as const), value: 1, other: 0 };
  };
  return { size: 24, threads: threadsOf(random, shape, statement) };
}

/**
 * Plain accesses that each thread makes when the one before has handed over: it waits for that, or does nothing without it. Some are made too
 * early, or after the thread has handed over itself.
 */
export function handedProgram(random: Random, threads: number): Program {
  const flag = APART[0]!;
  const waits = random.below(2) === 0;
  const made = Array.from({ length: threads }, (_, i): Statement[] => {
    const accesses = Array.from({ length: 1 + random.below(2) }, () =>
      plainAccess(random, APART[2 + random.below(2)]!),
    );
    const early = random.below(4) === 0 ? [accesses.pop()!] : [];
    const late = random.below(6) === 0 ? [plainAccess(random, APART[2]!)] : [];
    const of = early.length + accesses.length + late.length + 2;
    const guard: Statement = { ...flag, does: 'unless', value: i, to: waits ? early.length : of };
    const does = pick(random, ['store', 'exchange'] as const);
    return [...early, guard, ...accesses, { ...flag, does, value: i + 1, other: 0 }, ...late];
  });
  return { size: 24, threads: made };
}

/** Threads that sleep and wake each other, with these times to sleep. */
export function waitingProgram(random: Random, shape: Shape, timeouts: readonly number[]): Program {
  const statement = (): Statement => {
    const place = pick(random, WAITED);
    const sort = random.below(100);
    if (sort < 40)
      return {
        ...place,
        does: 'wait',
        value: valueFor(random, place, 1 + random.below(2)),
        timeout: pick(random, timeouts),
      };
    if (sort < 75) return { ...place, does: 'notify', count: pick(random, [1, 1, 2, Infinity]) };
    return { ...atomicAccess(random, place), value: valueFor(random, place, 2) };
  };
  return { size: 8, threads: threadsOf(random, shape, statement) };
}

/** Threads of which some are one and the same, with accesses, branches, choices, waits and notifications; and others. */
export function equalProgram(random: Random, equal: number, others: number, statements: number): Program {
  const statement = (at: number, of: number): Statement => {
    const place = WAITED[random.below(2)]!;
    const sort = random.below(100);
    if (sort < 12) return { ...place, does: 'wait', value: 0, timeout: pick(random, [Infinity, 5]) };
    if (sort < 24) return { ...place, does: 'notify', count: pick(random, [1, Infinity]) };
    if (sort < 32) return plainAccess(random, APART[4]!);
    if (sort < 40) return { does: 'draw', to: at + 1 + random.below(of - at) };
    if (sort < 52) return branch(random, place, at, of);
    return { ...atomicAccess(random, place), value: valueFor(random, place, 3) };
  };
  const [same, ...rest] = threadsOf(random, { threads: 1 + others, statements, plain: 0 }, statement);
  return { size: 24, threads: [...Array.from({ length: equal }, () => same!), ...rest] };
}

/** Accesses of all sizes to eight bytes. */
export function mixedProgram(random: Random, shape: Shape): Program {
  const size = 8;
  const aligned = (types: readonly Type[]): Place => {
    const type = pick(random, types);
    const bytes = ARRAYS[type].BYTES_PER_ELEMENT;
    return { type, at: bytes * random.below(size / bytes) };
  };
  const statement = (at: number, of: number): Statement => {
    if (random.below(100) >= shape.plain)
      return random.below(8) === 0
        ? branch(random, aligned(INTEGERS), at, of)
        : atomicAccess(random, aligned(INTEGERS));
    if (random.below(2) === 0) return plainAccess(random, aligned(TYPES));
    const type = pick(random, TYPES);
    const place = { type, at: random.below(size - ARRAYS[type].BYTES_PER_ELEMENT + 1) };
    const isLittle = random.below(2) === 0;
    return {
      ...place,
      does: pick(random, ['get', 'set'] as const),
      value: valueFor(random, place),
      isLittle,
    };
  };
  return { size, threads: threadsOf(random, shape, statement) };
}

const WORDS = 3;
const word = (i: number): Place => ({ type: 'Int32', at: 4 * i });

/** Short threads with loops that end when another thread has moved, or chance says so, if they do. */
export function loopingProgram(random: Random, threads: number, draws: boolean): Program {
  return {
    size: 4 * WORDS,
    threads: Array.from({ length: threads }, () => {
      const code: Statement[] = [];
      for (let part = 1 + random.below(2); part > 0; part--) {
        if (draws && random.below(2) === 0) code.push(...drawing(random, code.length));
        else if (random.below(2) === 0) code.push(...loop(random, code.length));
        else code.push(single(random));
      }
      return code;
    }),
  };
}

const quiet = (does: 'add' | 'store', place: Place, value: number): Statement => ({
  ...place,
  does,
  value,
  other: 0,
  isQuiet: true,
});

function single(random: Random): Statement {
  const place = word(random.below(WORDS));
  const value = random.below(3);
  return pick<Statement>(random, [
    quiet('add', place, value - 1),
    quiet('store', place, value),
    { ...place, does: 'load', value: 0, other: 0 },
    { ...place, does: 'notify', count: Infinity, isQuiet: true },
  ]);
}

/** A choice, or a loop with one, that begins at an address of the code. */
function drawing(random: Random, at: number): Statement[] {
  const [own, other] = [word(random.below(WORDS)), word(random.below(WORDS))];
  const [value, wanted] = [1 + random.below(2), random.below(3)];
  return pick<Statement[]>(random, [
    // Fails now and then.
    [{ does: 'draw', to: at }, quiet('add', own, value)],
    // Looks again and again, and may give up each time.
    [
      { ...other, does: 'if', value: wanted, to: at + 3 },
      { does: 'draw', to: at },
      quiet('store', own, value),
    ],
    // Takes, and gives back if chance or another word says so.
    [
      quiet('add', own, value),
      { does: 'draw', to: at + 3 },
      { ...other, does: 'if', value: wanted, to: at + 5 },
      quiet('add', own, -value),
      { does: 'jump', to: at },
    ],
    // Asks chance which word to look at.
    [
      { does: 'draw', to: at + 3 },
      { ...own, does: 'if', value: wanted, to: at + 4 },
      { does: 'jump', to: at },
      { ...other, does: 'unless', value, to: at },
    ],
    [{ does: 'draw', to: at + 2 }, quiet('add', own, value)],
  ]);
}

/** A loop that begins at an address of the code. */
function loop(random: Random, at: number): Statement[] {
  const [own, other] = [word(random.below(WORDS)), word(random.below(WORDS))];
  const [value, wanted] = [1 + random.below(2), random.below(3)];
  return pick<Statement[]>(random, [
    // Takes, looks, gives back.
    [
      quiet('add', own, value),
      { ...other, does: 'if', value: wanted, to: at + 4 },
      quiet('add', own, -value),
      { does: 'jump', to: at },
    ],
    // Says so, looks, takes it back.
    [
      quiet('store', own, value),
      { ...other, does: 'if', value: wanted, to: at + 4 },
      quiet('store', own, 0),
      { does: 'jump', to: at },
    ],
    // Sleeps for a while.
    [
      { ...other, does: 'if', value: wanted, to: at + 3 },
      { ...other, does: 'wait', value: (wanted + 1) % 3, timeout: 5, isQuiet: true },
      { does: 'jump', to: at },
    ],
    // Sleeps until it is woken.
    [
      { ...other, does: 'if', value: wanted, to: at + 3 },
      { ...other, does: 'wait', value: (wanted + 1) % 3, timeout: Infinity, isQuiet: true },
      { does: 'jump', to: at },
    ],
    // Locks, does something, and unlocks.
    [
      { ...own, does: 'swap', value: 0, other: value, to: at },
      quiet('add', other, 1),
      quiet('store', own, 0),
    ],
    // Tries to lock a number of times, and gives up.
    [
      { ...own, does: 'swap', value: 0, other: value, to: at + 3 },
      quiet('store', own, 0),
      { does: 'jump', to: at + 4 },
      { does: 'repeat', to: at, times: value },
    ],
    // Looks a number of times, and sleeps then.
    [
      { ...other, does: 'if', value: wanted, to: at + 4 },
      { does: 'repeat', to: at, times: value },
      { ...other, does: 'wait', value: (wanted + 1) % 3, timeout: 5, isQuiet: true },
      { does: 'jump', to: at },
    ],
    // Waits for another value, a number of times.
    [
      { ...own, does: 'unless', value: wanted, to: at },
      quiet('add', own, value),
      { does: 'repeat', to: at, times: 1 },
    ],
    // Polls two words.
    [
      { ...own, does: 'if', value: wanted, to: at + 3 },
      { ...other, does: 'if', value, to: at + 3 },
      { does: 'jump', to: at },
    ],
    // Steps aside, and waits until the other is through.
    [
      quiet('add', own, value),
      { ...other, does: 'if', value: wanted, to: at + 5 },
      quiet('add', own, -value),
      { ...other, does: 'unless', value: wanted, to: at + 3 },
      { does: 'jump', to: at },
    ],
  ]);
}
