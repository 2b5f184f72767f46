import { TYPE } from './accesses.ts';
import { callModel, get, joinBytes, type Places } from './emit.ts';
import type { ModelFunction } from './imports.ts';
import type { FunctionType } from './module.ts';
import { OP } from './opcodes.ts';
import { signed } from './writer.ts';

/** What the model is given: a parameter by its number, a constant, or the product of the first two parameters. */
type Operand = number | { readonly constant: number } | 'product';

/** What a function does that gives memory out or takes it back. */
interface Allocator {
  /** How many parameters it has, each of 32 bits. */
  readonly takes: number;
  readonly does: Extract<ModelFunction, 'allocate' | 'resize' | 'release'>;
  readonly operands: readonly Operand[];
  /** True if it stores the address where its first parameter says, and answers 0. */
  readonly stores?: boolean;
}

/** What a block can hold begins at a multiple of this, if nothing else is asked for. */
const USUAL = { constant: 16 };
const AS_IT_IS = { constant: 0 };
const CLEARED = { constant: 1 };

const allocates = (takes: number, size: Operand, align: Operand, content: Operand = AS_IT_IS): Allocator => ({
  takes,
  does: 'allocate',
  operands: [size, align, content],
});
const releases = (takes: number): Allocator => ({ takes, does: 'release', operands: [0] });

/** The functions of C, of Rust and of C++, the last as a linker calls them and as they are written. */
const ALLOCATORS: ReadonlyMap<string, Allocator> = new Map<string, Allocator>([
  ['malloc', allocates(1, 0, USUAL)],
  ['calloc', allocates(2, 'product', USUAL, CLEARED)],
  ['realloc', { takes: 2, does: 'resize', operands: [0, 1, USUAL] }],
  ['free', releases(1)],
  ['aligned_alloc', allocates(2, 1, 0)],
  ['memalign', allocates(2, 1, 0)],
  ['posix_memalign', { ...allocates(3, 2, 1), stores: true }],
  ['__rust_alloc', allocates(2, 0, 1)],
  ['__rust_alloc_zeroed', allocates(2, 0, 1, CLEARED)],
  ['__rust_dealloc', releases(3)],
  ['__rust_realloc', { takes: 4, does: 'resize', operands: [0, 3, 2] }],
  ...['_Znwm', '_Znam', 'operator new(unsigned long)', 'operator new[](unsigned long)'].map(
    (name): [string, Allocator] => [name, allocates(1, 0, USUAL)],
  ),
  ...['_ZnwmSt11align_val_t', '_ZnamSt11align_val_t'].map((name): [string, Allocator] => [
    name,
    allocates(2, 0, 1),
  ]),
  ...['_ZdlPv', '_ZdaPv', 'operator delete(void*)', 'operator delete[](void*)'].map(
    (name): [string, Allocator] => [name, releases(1)],
  ),
  ...[
    '_ZdlPvm',
    '_ZdaPvm',
    'operator delete(void*, unsigned long)',
    'operator delete[](void*, unsigned long)',
  ].map((name): [string, Allocator] => [name, releases(2)]),
  ...['_ZdlPvSt11align_val_t', '_ZdaPvSt11align_val_t'].map((name): [string, Allocator] => [
    name,
    releases(2),
  ]),
  ...['_ZdlPvmSt11align_val_t', '_ZdaPvmSt11align_val_t'].map((name): [string, Allocator] => [
    name,
    releases(3),
  ]),
]);

/**
 * What a function of that name and type does, if it is one that gives memory out or takes it back. Null if it is another one. A broken
 * module may give it a type that there is not, of which the engine tells.
 */
export function allocatorNamed(name: string | undefined, type: FunctionType | undefined): Allocator | null {
  // Newer compilers of Rust put names around these.
  const plain = /(__rust_(?:alloc|alloc_zeroed|dealloc|realloc))$/.exec(name ?? '')?.[1] ?? name ?? '';
  const found = ALLOCATORS.get(plain);
  if (found === undefined || type?.parameters.length !== found.takes) return null;
  const { parameters, results } = type;
  if (![...parameters, ...results].every((each) => each === TYPE.i32)) return null;
  return results.length === (found.does === 'release' ? 0 : 1) ? found : null;
}

/**
 * The code of such a function: the model does it. Behind its locals, and with its end.
 *
 * @param store calls the helper that stores 32 bits at an address, with an offset
 * @returns the code, and where in it the model is called
 */
export function allocatorBody(
  { does, operands, stores = false }: Allocator,
  places: Places,
  store: readonly number[],
): { readonly bytes: readonly number[]; readonly callAt: number } {
  const values = operands.flatMap((each) => {
    if (each === 'product') return joinBytes(get(0), get(1), [0x6c]);
    return typeof each === 'number' ? get(each) : [OP.i32Const, ...signed(each.constant)];
  });
  const call = callModel(places, does);
  const before = [0, ...(stores ? get(0) : []), ...values];
  const after = stores ? [OP.i32Const, 0, ...store, OP.i32Const, 0] : [];
  return { bytes: [...before, ...call, ...after, OP.end], callAt: before.length };
}

/** The same for a function that is imported, of JavaScript. Null where it would have to store an address. */
export function allocatorFunction(
  { does, operands, stores = false }: Allocator,
  model: Readonly<Record<string, (...given: never[]) => unknown>>,
): ((...given: number[]) => unknown) | null {
  if (stores) return null;
  return (...given) => {
    const values = operands.map((each) => {
      if (each === 'product') return Math.imul(given[0], given[1]);
      return typeof each === 'number' ? given[each] : each.constant;
    });
    return model[does](...(values as never[]));
  };
}
