import { UsageError } from '../../errors.ts';
import type { AnyCheck } from '../any-check.ts';
import { bufferOf } from '../buffers.ts';
import { CheckFailure } from '../check-failure.ts';
import { CheckedProgram } from '../checked-program.ts';
import { checkProgram } from '../check-program.ts';
import { label } from '../labels.ts';
import { platform } from '../platform.ts';
import { whileSeen } from '../seeing.ts';
import { textOf } from '../text.ts';
import type { ThreadWords } from '../thread-words.ts';
import type { Passed, Thread } from '../types.ts';
import { toldFrom } from '../verdict.ts';
import { debugInfoOf } from './dwarf/debug-info.ts';
import { assertNoLeak, heapVariables } from './heap.ts';
import { LIMITS, limitsText } from './limits.ts';
import { assertOptions } from './options.ts';
import { placeIn, whilePlaced } from './places.ts';
import { argumentsOf, compileModule, setUp, type SetUp } from './set-up.ts';
import { symbolsOf, variablesGiven } from './symbols.ts';
import type { CheckWasm, WasmCall, WasmThread } from './types.ts';
import { type Image, Variables } from './variables.ts';

/** What a check of a module that found nothing wrong has seen. */
export interface PassedWasm extends Passed {
  /** What such a check cannot see, a sentence each. */
  readonly limits: readonly string[];
}

/** The name of the memory in the check. */
const MEMORY = 'memory';

/**
 * Runs exported functions of a WebAssembly module as threads over one memory, in every order that can make a difference, and judges every execution, as
 * `check` does. The module may be compiled from any language; it needs not be built for this, but for exporting its functions.
 *
 * Each thread is an instance of its own, with a stack of its own; all other memory is shared, and is what the module's start, its constructors
 * and `setup` have left. No file and no network is reached.
 *
 * @param bytes the module, as it stands in its file
 * @throws CheckFailure
 * @throws UsageError if the module cannot be explored as it is: the message says why, and the way out
 */
export function checkWasm<S = unknown>(bytes: Uint8Array, what: CheckWasm<S>): PassedWasm {
  const passed = toldFrom(checkWasm, (): PassedWasm => {
    assertOptions(bytes, what);
    const compiled = compileModule(platform.arrays.Uint8Array.from(bytes), what.allocator === 'own');
    const { rewritten } = compiled;
    const debugInfo = debugInfoOf(rewritten.module);
    const all = [
      ...variablesGiven(rewritten, what.variables ?? {}),
      ...debugInfo.variables,
      ...symbolsOf(rewritten),
    ];
    const variables = new Variables(all);
    const addressOf = (name: string): number | null => variables.partNamed(name)?.start ?? null;
    const place = (stack: string): string | null => placeIn(stack, rewritten, debugInfo.placeOf);
    return whilePlaced(place, () => {
      const ready = setUp(compiled, what, what.threads.length, place, addressOf);
      const { heap } = ready.plan;
      const labels = heap === null ? variables : new Variables([...all, ...heapVariables(heap)]);
      const program = new CheckedProgram(checkOf(ready, what as CheckWasm, labels, addressOf));
      try {
        return { ...whileSeen(program, () => checkProgram(program)), limits: LIMITS };
      } catch (error) {
        if (error instanceof CheckFailure) error.message += `\n\n${limitsText()}`;
        throw error;
      }
    });
  });
  return passed;
}

/** The same as a check of functions, over one buffer. */
function checkOf(
  ready: SetUp,
  what: CheckWasm,
  variables: Variables,
  addressOf: (name: string) => number | null,
): AnyCheck {
  const {
    threads,
    setup: _,
    model,
    finally: atEnd,
    always,
    variables: _given,
    imports: _imports,
    stackBytes,
    loopLimit,
    allocator: _allocator,
    heapBytes: _heapBytes,
    leaks = 'forbid',
    ...extent
  } = what;
  void [stackBytes, loopLimit];
  const heap = leaks === 'forbid' ? ready.plan.heap : null;
  const buffer = new platform.SharedArrayBuffer(ready.image.length);
  new platform.arrays.Uint8Array(buffer).set(ready.image);
  label(buffer, variables);
  const runners = new Runners(ready, addressOf);
  const image = (values: unknown): Image => (values as { [MEMORY]: Image })[MEMORY];
  return {
    words: { [MEMORY]: buffer },
    threads: threads.map((thread) => runners.threadOf(thread)),
    operations: runners.operations,
    ...(model === undefined ? {} : { model }),
    ...(atEnd === undefined && heap === null
      ? {}
      : {
          finally: (values, results) => {
            if (heap !== null) assertNoLeak(image(values).memory, heap, results);
            return atEnd?.(image(values).values, results, image(values).memory);
          },
        }),
    ...(always === undefined
      ? {}
      : { always: (values) => always(image(values).values, image(values).memory) }),
    ...extent,
  };
}

/** Several calls, or the options of a thread. */
function callsOf(thread: WasmThread): { readonly calls: readonly WasmCall[]; readonly isOne: boolean } {
  const code = 'code' in thread ? thread.code : thread;
  if (!Array.isArray(code) || code.length === 0)
    throw new UsageError(
      `A thread is ${textOf(thread)}: give the name of an exported function with its arguments, as in ['push', 1], or a list of such calls.`,
    );
  const isOne = typeof code[0] === 'string';
  return { calls: isOne ? [code as unknown as WasmCall] : (code as readonly WasmCall[]), isOne };
}

/** The argument of a call as histories know it: none, one, or a list. */
function asArgument(args: readonly unknown[]): unknown {
  return args.length < 2 ? args[0] : args;
}

type Given = Pick<Thread<unknown>, 'call' | 'number'>;
type Code = (shared: Record<string, unknown>, thread: Given) => unknown;

/** The threads of a check as functions, and what they call as operations. */
class Runners {
  readonly operations: Record<string, (shared: unknown, argument: unknown) => unknown> = {};
  readonly #ready: SetUp;
  readonly #addressOf: (name: string) => number | null;
  /** Threads that do the same are one function, so that what differs in their numbers alone is explored once. */
  readonly #codes = new Map<string, Code>();

  constructor(ready: SetUp, addressOf: (name: string) => number | null) {
    this.#ready = ready;
    this.#addressOf = addressOf;
  }

  threadOf(thread: WasmThread): AnyCheck['threads'][number] {
    const { calls, isOne } = callsOf(thread);
    const given = calls.map((call) => argumentsOf(this.#ready.loaded.rewritten, call, this.#addressOf));
    const key = JSON.stringify([isOne, calls.map(([name], i) => [name, ...given[i].map(String)])]);
    const code = this.#codes.get(key) ?? this.#codeOf(calls, given, isOne);
    this.#codes.set(key, code);
    for (const [name] of calls) this.operations[name] ??= this.#operation(name);
    const body = code as AnyCheck['threads'][number] & Code;
    if (!('code' in thread)) return body;
    const { serves = false, waitsForStart = false } = thread;
    return { code: body, serves, waitsForStart } as AnyCheck['threads'][number];
  }

  #codeOf(calls: readonly WasmCall[], given: readonly (readonly unknown[])[], isOne: boolean): Code {
    return (shared, thread) => {
      const words = this.#wordsOf(shared);
      const instance = this.#ready.instances[words.number - 1];
      instance.begin(words, words.layout.regions[0], () => void thread.number);
      const results = calls.map(([name], i) => thread.call(name, asArgument(given[i])));
      return isOne ? results[0] : results;
    };
  }

  #operation(name: string): (shared: unknown, argument: unknown) => unknown {
    return (shared, argument) => {
      const words = this.#wordsOf(shared as Record<string, unknown>);
      const args = argument === undefined ? [] : [argument].flat();
      return this.#ready.instances[words.number - 1].call(name, args);
    };
  }

  /** A thread is given the memory as a buffer, behind which its words stand. */
  #wordsOf(shared: Record<string, unknown>): ThreadWords {
    return bufferOf(shared[MEMORY])?.memory as ThreadWords;
  }
}
