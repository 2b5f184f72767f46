import type { WasmArgument, WasmCall, WasmVariable } from '../../checker/wasm/types.ts';
import { UsageError } from '../../errors.ts';

const INTEGER = /^[+-]?(?:\d+|0x[\da-f]+)$/i;
const DECIMAL = /^[+-]?(?:\d+\.\d*|\.\d+)(?:e[+-]?\d+)?$/i;

function readArgument(word: string): WasmArgument {
  if (word.startsWith('&')) return word;
  if (INTEGER.test(word)) {
    const isNegative = word.startsWith('-');
    const value = BigInt(word.replace(/^[+-]/, ''));
    const signed = isNegative ? -value : value;
    return value <= Number.MAX_SAFE_INTEGER ? Number(signed) : signed;
  }
  if (DECIMAL.test(word)) return Number(word);
  throw new UsageError(
    `"${word}" is no argument: give a whole or decimal number, or &NAME for the address of a variable.`,
  );
}

/** Reads calls as they are typed: `init 4; push 7`. */
export function readCalls(text: string, option: string): WasmCall[] {
  return text.split(';').map((call): WasmCall => {
    const [name, ...given] = call.trim().split(/\s+/);
    if (name === '')
      throw new UsageError(`--${option} "${text}" has a call without a name: write it as in "push 1; pop".`);
    return [name, ...given.map(readArgument)];
  });
}

/** Reads threads as they are typed: `push 1; pop | pop`. */
export function readThreads(text: string): (WasmCall | WasmCall[])[] {
  return text.split('|').map((thread) => {
    const calls = readCalls(thread, 'threads');
    return calls.length === 1 ? calls[0] : calls;
  });
}

/** All calls of threads. */
export function callsByThreads(threads: ReturnType<typeof readThreads>): readonly WasmCall[] {
  return threads.flatMap((thread) => (Array.isArray(thread[0]) ? thread : [thread]) as readonly WasmCall[]);
}

/** Reads variables as they are typed: `counter=1024:i32`. */
export function readVariables(given: readonly string[]): Record<string, WasmVariable> {
  return Object.fromEntries(
    given.map((text) => {
      const [, name, at, type] = /^([^=]+)=([^:]+):(.+)$/.exec(text) ?? [];
      if (name === undefined)
        throw new UsageError(
          `--variable "${text}" is not a variable: write it as in counter=1024:i32, or ring=&ring:u8[16].`,
        );
      return [name, [at.startsWith('&') ? at.slice(1) : Number(at), type]];
    }),
  );
}
