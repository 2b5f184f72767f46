import { UsageError } from '../../errors.ts';
import type { ThreadWords } from '../thread-words.ts';
import { allocatorFunction, allocatorNamed } from './binary/allocators.ts';
import { KIND, KINDS, type Imported, type WasmModule } from './binary/module.ts';
import { engine } from './engine.ts';
import type { WasmImports } from './types.ts';

/** The module by which code asks what a check offers to threads: `__attribute__((import_module("lockfree_lab"), import_name("choose")))`. */
const OFFERED = 'lockfree_lab';

type Words = () => ThreadWords | null;

const OFFERS: Readonly<Record<string, (words: ThreadWords, given: number) => unknown>> = {
  choose: (words, ways) => words.choose(ways),
  start: (words, number) => words.start(number),
  join: (words, number) => words.join(number),
};

/** Types of values, by the names that a tag is made with. */
const TYPE_NAMES: Readonly<Record<number, string>> = {
  0x7f: 'i32',
  0x7e: 'i64',
  0x7d: 'f32',
  0x7c: 'f64',
  0x6f: 'externref',
};

/**
 * What a module is given to import: what the check gives, and what it offers itself. A function that nobody gives may be there as long as it is
 * not called: nothing outside is reached from a module.
 *
 * @param model what gives memory out, if that is not the module's own; else null
 * @throws UsageError if something else than a function is not given
 */
export function importsFor(
  { imports, types }: WasmModule,
  given: WasmImports,
  words: Words,
  model: Parameters<typeof allocatorFunction>[1] | null,
): Record<string, Record<string, unknown>> {
  const all: Record<string, Record<string, unknown>> = {};
  for (const each of imports) {
    if (each.kind === KIND.memory) continue;
    const own = given[each.module]?.[each.name];
    const value = own ?? offered(each, words) ?? allocatorFor(each, types, model) ?? tagFor(each, types);
    if (value === null && each.kind !== KIND.function) throw missing(each);
    if (each.isMutable)
      throw new UsageError(
        `The module imports the mutable global ${each.module}.${each.name}, and each thread would have to have its own: link it as a whole program.`,
      );
    (all[each.module] ??= {})[each.name] = value ?? refusing(each, words);
  }
  return all;
}

function offered({ module, name, kind }: Imported, words: Words): unknown {
  if (module !== OFFERED || kind !== KIND.function || !Object.hasOwn(OFFERS, name)) return null;
  return (number: number) => {
    const thread = words();
    if (thread === null)
      throw new UsageError(`The module calls ${OFFERED}.${name} while it is set up: let a thread call it.`);
    return OFFERS[name](thread, number);
  };
}

/** A function by the name of one that gives memory out or takes it back. */
function allocatorFor(
  { name, kind, type }: Imported,
  types: WasmModule['types'],
  model: Parameters<typeof allocatorFunction>[1] | null,
): unknown {
  if (kind !== KIND.function || model === null) return null;
  const allocator = allocatorNamed(name, types[type]);
  return allocator === null ? null : allocatorFunction(allocator, model);
}

/** True if the module imports such a function. */
export function importsAllocator({ imports, types }: WasmModule): boolean {
  return imports.some(
    ({ kind, name, type }) => kind === KIND.function && allocatorNamed(name, types[type]) !== null,
  );
}

function tagFor({ kind, type }: Imported, types: WasmModule['types']): unknown {
  if (kind !== KIND.tag || engine.Tag === undefined) return null;
  return new engine.Tag({ parameters: types[type].parameters.map((each) => TYPE_NAMES[each]) });
}

function missing({ module, name, kind }: Imported): UsageError {
  return new UsageError(
    `The module imports the ${KINDS[kind]} ${module}.${name}, which nobody gives: give it by the option imports, as in imports: { ${module}: { ${name}: … } }, or link what has it.`,
  );
}

function refusing(each: Imported, words: Words): () => never {
  return () => {
    const { message } = missing(each);
    const called = message.replace('imports the function', 'calls the function');
    const thread = words();
    if (thread === null) throw new UsageError(called);
    return thread.refuse(called);
  };
}
