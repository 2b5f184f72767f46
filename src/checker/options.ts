import { UsageError } from '../errors.ts';
import { closest } from '../suggest.ts';
import { asynchronous } from './asynchronous/refusals.ts';
import { assertPorts } from './asynchronous/room.ts';
import type { AnyCheck } from './any-check.ts';
import { MOST_WAYS } from './chance.ts';
import { textOf } from './text.ts';
import type { Check, CheckObject, Declared, SequentialModel, StrategyName, ThreadOptions } from './types.ts';
import { platform, types } from './platform.ts';

/** Masks of threads have 32 bits, one of them for the sign. */
const MOST_THREADS = 31;

/** What an option may be: a test, and what to give. */
export interface Sort {
  readonly fits: (value: unknown) => boolean;
  readonly give: string;
}

const STRATEGIES: readonly StrategyName[] = ['exhaustive', 'bounded', 'pct', 'pos', 'random-walk'];

export const isFunction = (value: unknown): boolean => typeof value === 'function';
export const isObject = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !platform.isView(value);
const wholeFrom = (least: number): Sort => ({
  fits: (value) => value === Infinity || (Number.isInteger(value) && (value as number) >= least),
  give: `give a whole number from ${least}`,
});
const trueOrFalse: Sort = { fits: (value) => typeof value === 'boolean', give: 'give true or false' };

function listOf(what: string, fits: (value: number) => boolean): Sort {
  return {
    fits: (value) =>
      Array.isArray(value) &&
      value.length > 0 &&
      value.length <= MOST_WAYS &&
      value.every((each) => typeof each === 'number' && fits(each)),
    give: `give a list of ${what}`,
  };
}

function isMethods(value: unknown): boolean {
  if (!Array.isArray(value) || value.length < 2) return false;
  const [owner, ...names]: unknown[] = value;
  return (typeof owner === 'function' || isObject(owner)) && names.every(isKey);
}

function isKey(name: unknown): boolean {
  return typeof name === 'string' || typeof name === 'symbol';
}

export const OPTIONS: Readonly<Record<keyof Check<Declared>, Sort>> = {
  words: { fits: isObject, give: 'give the shared words by name, as in words: { counter: 0 }' },
  make: {
    fits: isFunction,
    give: 'give a function that makes what the threads work with, as in make: () => ({ lock: new Lock() })',
  },
  threads: {
    fits: Array.isArray,
    give: 'give a list with the code of each thread, as in threads: [body, body]',
  },
  operations: {
    fits: isObject,
    give: 'give functions by name, as in operations: { push: ({ top }, value) => … }',
  },
  model: {
    fits: isObject,
    give: 'give what it begins with and a function, as in model: { initial: [], apply }',
  },
  finally: { fits: isFunction, give: 'give a function of the words and the results' },
  always: { fits: isFunction, give: 'give a function of the words' },
  races: { fits: (value) => value === 'forbid' || value === 'allow', give: "give 'forbid' or 'allow'" },
  lockFree: trueOrFalse,
  strategy: {
    fits: (value) => STRATEGIES.includes(value as StrategyName),
    give: `give one of ${STRATEGIES.join(', ')}`,
  },
  seed: {
    fits: (value) => Number.isInteger(value) && (value as number) >= 0 && (value as number) < 2 ** 32,
    give: 'give a whole number from 0 to 4294967295',
  },
  depth: {
    fits: (value) => Number.isInteger(value) && (value as number) >= 1 && (value as number) < 100,
    give: 'give a whole number from 1 to 99',
  },
  jobs: {
    fits: (value) => value === 1,
    give: 'give 1, or leave it out: the code of a thread is a function with the variables around it, which cannot be sent to another worker. To use more cores, let a module export the check, and give it to checkModule',
  },
  preemptions: wholeFrom(0),
  maxExecutions: wholeFrom(1),
  maxSeconds: { fits: (value) => typeof value === 'number' && value > 0, give: 'give seconds, more than 0' },
  stepLimit: wholeFrom(1),
  random: listOf('numbers from 0 to less than 1, as in random: [0, 0.5]', (value) => value >= 0 && value < 1),
  clock: listOf(
    'milliseconds, whole numbers from 0, as in clock: [0, 1000]',
    (value) => Number.isInteger(value) && value >= 0 && value < 2 ** 31,
  ),
  atOnce: {
    fits: (value) => Array.isArray(value) && value.every(isMethods),
    give: "give lists of a class and the names of its methods, as in atOnce: [[Mutex, 'lock', 'unlock']]",
  },
  interleavings: trueOrFalse,
  symmetry: trueOrFalse,
  replay: { fits: (value) => typeof value === 'string', give: 'give the line that a failure ends with' },
};

const PORTS: Sort = {
  fits: isObject,
  give: 'give by name the numbers of the two threads that each pair of ports is between, as in ports: { jobs: [1, 2] }',
};

const MODEL: Readonly<Record<keyof SequentialModel<unknown, unknown>, Sort>> = {
  initial: { fits: () => true, give: 'give the state that it begins with' },
  apply: {
    fits: isFunction,
    give: 'give a function of a state, an operation and its argument, which returns [next state, response]',
  },
};

const THREAD: Readonly<Record<keyof ThreadOptions<unknown>, Sort>> = {
  code: {
    fits: (value) => isFunction(value) || Array.isArray(value),
    give: 'give what it runs: a function, or a list of operations',
  },
  serves: trueOrFalse,
  waitsForStart: trueOrFalse,
};

const SIZE = 'give how many threads a program may have at most, or the calls of each thread of one program';

const OBJECT: Readonly<Record<keyof CheckObject<unknown>, Sort>> = {
  words: OPTIONS.words,
  make: OPTIONS.make,
  operations: OPTIONS.operations,
  arguments: {
    fits: isObject,
    give: 'give lists by the name of an operation, as in arguments: { push: [1, 2] }',
  },
  model: OPTIONS.model,
  atOnce: OPTIONS.atOnce,
  threads: { fits: (value) => Array.isArray(value) || wholeFrom(1).fits(value), give: SIZE },
  calls: wholeFrom(1),
  races: OPTIONS.races,
  lockFree: OPTIONS.lockFree,
  preemptions: OPTIONS.preemptions,
  stepLimit: OPTIONS.stepLimit,
  maxSeconds: OPTIONS.maxSeconds,
  random: OPTIONS.random,
  clock: OPTIONS.clock,
  replay: OPTIONS.replay,
};

/** Throws a `UsageError` of one sentence if no programs can be made of an object as it is. */
export function assertObject(object: CheckObject<unknown>): void {
  if (!isObject(object))
    throw new UsageError(
      `checkObject is given ${object === undefined ? 'nothing' : textOf(object)}: give it an object's operations, as in checkObject({ words: { counter: 0 }, operations: { next: ({ counter }) => counter.add(1) } }).`,
    );
  assertFields('checkObject', object, OBJECT, ['operations']);
  if (object.model) assertFields('the sequential model', object.model, MODEL, ['initial', 'apply']);
  const { operations, arguments: given = {} } = object;
  const names = Object.keys(operations);
  if (names.length === 0) throw new UsageError('checkObject is given no operations: give functions by name.');
  for (const [name, list] of Object.entries(given)) {
    if (!names.includes(name))
      throw new UsageError(
        `There is no operation "${name}"${closest(name, names)}, for which checkObject is given arguments: it has ${names.join(', ')}.`,
      );
    if (!Array.isArray(list) || list.length === 0)
      throw new UsageError(`The arguments of "${name}" are ${textOf(list)}: give a list of those to try.`);
  }
  for (const [name, operation] of Object.entries(operations)) {
    if (typeof operation === 'function' && operation.length > 1 && given[name] === undefined)
      throw new UsageError(
        `The operation "${name}" takes an argument: give some to try, as in arguments: { ${name}: [1, 2] }.`,
      );
  }
}

const EXAMPLE = 'check({ words: { counter: 0 }, threads: [body, body] })';

/** Throws a `UsageError` of one sentence if a check cannot be explored as it is. */
export function assertCheck(check: AnyCheck, isAsync: boolean): void {
  const called = isAsync ? 'checkAsync' : 'check';
  if (!isObject(check))
    throw new UsageError(
      `${called} is given ${check === undefined ? 'nothing' : textOf(check)}: give it words and threads, as in ${EXAMPLE.replace('check', called)}.`,
    );
  const needsWords = check.make === undefined && (!isAsync || check.ports === undefined);
  const options = isAsync ? { ...OPTIONS, ports: PORTS } : OPTIONS;
  assertFields(called, check, options, needsWords ? ['words', 'threads'] : ['threads']);
  if (check.model) assertFields('the sequential model', check.model, MODEL, ['initial', 'apply']);
  assertOperations(check);
  assertThreads(check, isAsync);
  assertStrategy(check);
  if (isAsync) assertPorts(check);
}

/** Every field is known, fits, and none that is needed is missing. */
export function assertFields(
  whose: string,
  given: object,
  sorts: Readonly<Record<string, Sort>>,
  needed: readonly string[],
): void {
  for (const [name, value] of Object.entries(given)) {
    if (!Object.hasOwn(sorts, name)) {
      const known = Object.keys(sorts);
      throw new UsageError(
        `There is no "${name}" in ${whose}${closest(name, known)}: it may have ${known.join(', ')}.`,
      );
    }
    const { fits, give } = sorts[name];
    if (value !== undefined && !fits(value))
      throw new UsageError(`"${name}" of ${whose} is ${textOf(value)}: ${give}.`);
  }
  for (const name of needed) {
    const isThere = Object.hasOwn(given, name) && sorts[name].fits((given as Record<string, unknown>)[name]);
    if (!isThere) throw new UsageError(`"${name}" is missing in ${whose}: ${sorts[name].give}.`);
  }
}

/** What is said of one strategy is not said of another one. */
function assertStrategy({ strategy, preemptions, depth }: AnyCheck): void {
  if (strategy === undefined) return;
  if (preemptions !== undefined && strategy !== 'bounded')
    throw new UsageError(
      `The check has preemptions: ${preemptions} and strategy: '${strategy}': give strategy: 'bounded', or leave one of them out.`,
    );
  if (depth !== undefined && strategy !== 'pct')
    throw new UsageError(
      `The check has depth: ${depth} and strategy: '${strategy}': give strategy: 'pct', or leave one of them out.`,
    );
}

function assertOperations({ operations, model }: AnyCheck): void {
  for (const [name, operation] of Object.entries(operations ?? {})) {
    if (typeof operation === 'function') continue;
    throw new UsageError(
      `The operation "${name}" is ${textOf(operation)}: give a function of the shared words and the argument.`,
    );
  }
  if (model && !operations)
    throw new UsageError(
      'The check has a sequential model and no operations that it could speak about: give operations: { … }.',
    );
}

function assertThreads({ threads, operations }: AnyCheck, isAsync: boolean): void {
  if (threads.length === 0) throw new UsageError('The check has no threads: give one function for each.');
  if (threads.length > MOST_THREADS)
    throw new UsageError(`The check has ${threads.length} threads: at most ${MOST_THREADS} can be explored.`);
  for (const [i, thread] of threads.entries()) {
    const who = `T${i + 1}`;
    if (isObject(thread)) assertFields(who, thread, THREAD, ['code']);
    const code = isObject(thread) && 'code' in thread ? thread.code : thread;
    if (typeof code !== 'function' && !Array.isArray(code))
      throw new UsageError(
        `${who} is ${textOf(code)}: give a function, or a list of operations as [['push', 1], ['pop']].`,
      );
    if (types.isGeneratorFunction(code))
      throw new UsageError(
        `The code of ${who} is a generator, which nobody would run: give a function that does what is to be checked.`,
      );
    if (types.isAsyncFunction(code) && !isAsync) throw new UsageError(asynchronous(i + 1));
    if (typeof code === 'function') continue;
    if (!operations)
      throw new UsageError(
        `${who} is a list of operations, and the check declares none: give operations: { … }.`,
      );
    assertCalls(who, code);
  }
}

function assertCalls(who: string, calls: readonly unknown[]): void {
  for (const [i, call] of calls.entries()) {
    if (Array.isArray(call) && typeof call[0] === 'string' && call.length <= 2) continue;
    throw new UsageError(
      `Call ${i + 1} of ${who} is ${textOf(call)}: give the name of an operation and its argument if it takes one, as in ['push', 1].`,
    );
  }
}
