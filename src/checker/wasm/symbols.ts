import { UsageError } from '../../errors.ts';
import { closest } from '../../suggest.ts';
import { textOf } from '../text.ts';
import { TYPE } from './binary/accesses.ts';
import { KIND } from './binary/module.ts';
import type { Rewritten } from './binary/rewrite.ts';
import { constantOf } from './set-up.ts';
import type { WasmVariable } from './types.ts';
import { parseType, type ValueType } from './value-types.ts';
import type { Variable } from './variables.ts';

/** Names of a linker's own, which are no variables. */
const LINKERS: ReadonlySet<string> = new Set([
  '__dso_handle',
  '__data_end',
  '__global_base',
  '__heap_base',
  '__heap_end',
  '__memory_base',
  '__table_base',
  '__stack_pointer',
  '__stack_low',
  '__stack_high',
  '__tls_base',
  '__tls_size',
  '__tls_align',
]);

/** Addresses that the module exports by name: a linker makes an immutable global of a variable that is exported. */
function symbolAddresses({ module }: Rewritten): Map<string, number> {
  const found = new Map<string, number>();
  for (const { kind, name, index } of module.exports) {
    const global = kind === KIND.global ? module.globals[index - module.importedGlobals] : undefined;
    if (global === undefined || global.isMutable || global.type !== TYPE.i32) continue;
    const address = constantOf(module, global.initial);
    if (address !== null && address > 0) found.set(name, address);
  }
  return found;
}

/** Nobody says how long such a variable is: up to the next one, and no longer than this. */
const LONGEST = 4096;

/** Variables of which the address alone is known, as far as it goes to the next one. */
export function symbolsOf(rewritten: Rewritten): Variable[] {
  const addresses = symbolAddresses(rewritten);
  const ends = [...addresses.values()].toSorted((a, b) => a - b);
  return [...addresses].flatMap(([name, address]): Variable[] => {
    if (LINKERS.has(name)) return [];
    const bytes = Math.min(LONGEST, (ends.find((end) => end > address) ?? address + 4) - address);
    return [{ name, address, type: unknownType(bytes) }];
  });
}

/** A word where it can be one, or words, or bytes: nothing says what they are. */
function unknownType(bytes: number): ValueType {
  const word: ValueType = { kind: 'integer', bytes: 4, isSigned: true };
  if (bytes === 4) return word;
  if (bytes === 1 || bytes === 2 || bytes === 8) return { kind: 'integer', bytes, isSigned: true };
  if (bytes % 4 === 0) return { kind: 'array', bytes, of: word, count: bytes / 4 };
  return { kind: 'bytes', bytes };
}

/** Variables that a check tells of. Throws a UsageError if an address or a type is not one. */
export function variablesGiven(
  rewritten: Rewritten,
  given: Readonly<Record<string, WasmVariable>>,
): Variable[] {
  const addresses = symbolAddresses(rewritten);
  return Object.entries(given).map(([name, [at, type]]) => {
    const address = typeof at === 'string' ? addresses.get(at) : at;
    if (address === undefined || !Number.isInteger(address) || address < 0)
      throw new UsageError(
        `The variable "${name}" cannot be at ${textOf(at)}${typeof at === 'string' ? closest(at, [...addresses.keys()]) : ''}: give its address, a whole number from 0, or the name of a variable that the module exports.`,
      );
    return { name, address, type: parseType(type, name) };
  });
}
