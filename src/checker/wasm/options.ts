import { UsageError } from '../../errors.ts';
import { closest } from '../../suggest.ts';
import { isFunction, isObject, OPTIONS, type Sort } from '../options.ts';
import { platform } from '../platform.ts';
import { textOf } from '../text.ts';
import type { CheckWasm } from './types.ts';

const whole = (least: number, most: number): Sort => ({
  fits: (value) => Number.isInteger(value) && (value as number) >= least && (value as number) <= most,
  give: `give a whole number from ${least} to ${most}`,
});

const one = (...ways: readonly string[]): Sort => ({
  fits: (value) => ways.includes(value as string),
  give: `give ${ways.map((way) => `'${way}'`).join(' or ')}`,
});

const WASM: Readonly<Record<keyof CheckWasm, Sort>> = {
  ...OPTIONS,
  threads: {
    fits: (value) => Array.isArray(value) && value.length > 0,
    give: "give for each thread an exported function with its arguments, as in threads: [['push', 1], ['pop']]",
  },
  setup: { fits: Array.isArray, give: "give a list of calls, as in setup: [['init', 4]]" },
  finally: { fits: isFunction, give: 'give a function of the variables, the results and the memory' },
  always: { fits: isFunction, give: 'give a function of the variables and the memory' },
  variables: {
    fits: (value) =>
      isObject(value) &&
      Object.values(value as object).every((each) => Array.isArray(each) && each.length === 2),
    give: "give addresses and types by name, as in variables: { counter: [1024, 'i32'] }",
  },
  imports: {
    fits: (value) => isObject(value) || isFunction(value),
    give: 'give what the module imports, by module and name, as in imports: { env: { log: () => {} } }',
  },
  stackBytes: whole(1024, 2 ** 20),
  allocator: one('modelled', 'own'),
  heapBytes: whole(64, 2 ** 20),
  leaks: one('forbid', 'allow'),
  loopLimit: whole(1, 2 ** 31 - 1),
};

/** Options of a check of functions that a module has no use for. */
const NONE: ReadonlySet<string> = new Set([
  'words',
  'make',
  'operations',
  'atOnce',
  'random',
  'clock',
  'jobs',
]);

/** Throws a UsageError for the first option that is not known, or cannot be what it is. */
export function assertOptions(bytes: unknown, what: unknown): void {
  if (!(platform.isView(bytes) && bytes.constructor.name !== 'DataView'))
    throw new UsageError(
      `checkWasm is given ${textOf(bytes)} as the module: give its bytes, as in checkWasm(readFileSync('lock.wasm'), { threads: [['lock'], ['lock']] }).`,
    );
  if (!isObject(what))
    throw new UsageError(
      `checkWasm is given ${textOf(what)}: give the threads, as in { threads: [['push', 1], ['pop']] }.`,
    );
  const names = Object.keys(WASM).filter((name) => !NONE.has(name));
  for (const [name, value] of Object.entries(what as object)) {
    if (!names.includes(name))
      throw new UsageError(
        `checkWasm has no option "${name}"${closest(name, names)}: it has ${names.join(', ')}.`,
      );
    const sort = WASM[name as keyof CheckWasm];
    if (value !== undefined && !sort.fits(value))
      throw new UsageError(`"${name}" of checkWasm is ${textOf(value)}: ${sort.give}.`);
  }
  if (!('threads' in (what as object)))
    throw new UsageError(`checkWasm needs "threads": ${WASM.threads.give}.`);
}
