import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { packageFolder } from '../../../src/host/package-folder.ts';
import { schemesOf } from '../../../src/laboratory/registry.ts';
import { structures } from '../../../src/laboratory/structures.ts';
import { compile, type Rewrite } from '../../../src/engines/wasm/compile.ts';
import { Tagged } from '../../../src/kernel/schemes/tagged.ts';
import { deep, some } from '../../effort.ts';

/** Gives every label another number, far from all others. */
const renumber: Rewrite = (path, text) =>
  path === 'src/kernel/steps.ts' || path.startsWith('src/kernel/schemes/')
    ? text.replaceAll(
        /^(export const [A-Z]+\d+: i32 = )(\d+);$/gm,
        (_, head, number) => `${head}${7_654_000 + Number(number)};`,
      )
    : text;

/** Structures that ask nothing of their scheme but what every scheme needs: enter, leave, protect, link, retire, collect, idle. */
const plainly: Rewrite = (path, text) =>
  path.startsWith('src/kernel/structure')
    ? text
        .replaceAll(/if \(!this\.scheme\.upgrade\([^;]*\)\) (?:continue|return false);/g, '')
        .replaceAll(/if \(this\.scheme\.upgrade\([^;]*?\)\) (?=this\.)/g, '')
        .replaceAll(/this\.scheme\.upgrade\((?:[^()]|\([^()]*\))*\) &&\s+/g, '')
        .replaceAll(/isStale = this\.scheme\.mustRestart\([^;]*\);/g, 'isStale = false;')
        .replaceAll(/if \((?:[^;{}]* && )?this\.scheme\.mustRestart\(\)\) continue;/g, '')
        .replaceAll(' || this.scheme.mustRestart()', '')
        .replaceAll(/this\.scheme\.(start|end|restart|born|hold|release)\([^;]*\);/g, ';')
    : text;

/** The parts of the interface that most schemes do without. */
const OPTIONAL = /scheme\.(start|end|mustRestart|restart|upgrade|born|hold|release)\(/;

/** An upgrade that may say no. */
const doubting: Rewrite = (path, text) =>
  path === 'src/kernel/scheme.ts'
    ? text.replace(/(upgrade\(.*\n) {4}return true;/, '$1    return this.geometry.param1 != 7;')
    : text;

/** A memory that does something with the label of a load. */
const record: Rewrite = (path, text) =>
  path === 'src/kernel/memory.ts'
    ? text.replace(
        'load(step: i32, address: i32): i32 {',
        'load(step: i32, address: i32): i32 { store<i32>(64, step);',
      )
    : text;

/** A queue whose scheme is known at run time only, and may be one of two. */
const dispatching: Rewrite = (path, text) => {
  if (path === 'src/kernel/structure.ts')
    return text.replace('readonly scheme: S;', 'readonly scheme: Scheme;');
  // What the one has of its own, the other needs too.
  if (path === 'src/kernel/schemes/naive.ts')
    return text.replace(
      /^}$/m,
      `${[
        'link(_old: i32, slot: i32, _owner: i32): i32 {\n    return slot;\n  }',
        'movesChains(): bool {\n    return false;\n  }',
        'retireTogether(): void {}',
      ]
        .map((method) => `  override ${method}\n`)
        .join('')}}`,
    );
  if (!path.endsWith('entry.as.ts')) return text;
  return text
    .replace(
      'import { Chosen }',
      `import { Scheme } from '../../kernel/scheme.ts';\nimport { Naive } from '../../kernel/schemes/naive.ts';\nimport { Chosen }`,
    )
    .replace(
      'new Held<Chosen>(memory, geometry, record, slab, scheme)',
      'new Held<Scheme>(memory, geometry, record, slab, thread == 7 ? <Scheme>new Naive(memory, geometry, record, slab) : <Scheme>scheme)',
    )
    .replaceAll('Batch<Chosen>', 'Batch<Scheme>');
};

/**
 * How often each instruction stands in a module that reaches for memory, branches or calls: all but arithmetic and the choice of locals.
 * A conditional branch is an `if` or a `br_if`: Binaryen makes the one of the other, by what stands around it.
 */
function effects(text: string): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  const instructions = text.matchAll(
    /\((i32\.load\w*|i32\.store\w*|i32\.atomic[.\w]*|if|br|br_if|br_table|loop|select|call\w*|unreachable)\b/g,
  );
  for (const [, name] of instructions) {
    const kind = name === 'if' || name === 'br_if' ? 'conditional branch' : name!;
    counts[kind] = (counts[kind] ?? 0) + 1;
  }
  return counts;
}

/** Signs of a call whose target is looked up: through a table, through a stub, or by the class id that stands before an object. */
const LOOKED_UP =
  /call_indirect|call_ref|\(table|\(elem|@override|@virtual|\(i32\.load\s+\(i32\.sub\s+\([^()]*\)\s+\(i32\.const 8\)/;

const read = (file: string): string => readFileSync(join(packageFolder, file), 'utf8');

const isSame = (a: Uint8Array, b: Uint8Array): boolean => Buffer.from(a).equals(Buffer.from(b));

/** Each costs two compilations. */
const compiled = deep
  ? some(
      structures.flatMap((structure) => schemesOf(structure).map((scheme) => ({ structure, scheme }))),
      1,
    )
  : [];

describe.each(compiled)('$structure.ID under $scheme.ID', async ({ structure, scheme }) => {
  const plain = await compile(scheme, undefined, structure);

  test('labels leave nothing behind: with other numbers for all of them the module is the same, byte for byte', async () => {
    const renumbered = await compile(scheme, renumber, structure);
    expect(isSame(plain.wasm, renumbered.wasm)).toBe(true);
    expect(renumbered.text).not.toContain('7654');
  });

  // A scheme that has one of these of its own needs it, and its module has it.
  const needs = ['start', 'end', 'mustRestart', 'restart', 'upgrade', 'hold', 'release'].some((name) =>
    Object.hasOwn(scheme.prototype, name),
  );

  test.skipIf(needs)(
    'what it does not need of the interface is not there: without restarts, births and claims there are the same accesses, branches and calls',
    async () => {
      const needsBirths = Object.hasOwn(scheme.prototype, 'born');
      const without: Rewrite = (path, text) =>
        plainly(path, needsBirths ? text.replaceAll('this.scheme.born(', 'this.scheme .born(') : text);
      const bare = await compile(scheme, without, structure);
      expect(effects(plain.text)['i32.atomic.rmw.cmpxchg']).toBeGreaterThan(5);
      expect(effects(plain.text)).toEqual(effects(bare.text));
    },
  );

  test('every call was direct, so that none is left; there is no constant data, and the memory never grows', () => {
    const { text } = plain;
    expect(text).toContain('(export "put"');
    expect(text).not.toMatch(/\(call/);
    expect(text).not.toMatch(LOOKED_UP);
    expect(text).not.toMatch(/\(data|memory\.grow|memory\.fill|memory\.copy|stack_pointer/);
  });
});

// The compiler looks up a call of a method with two bodies by the class of the object, even where one class alone is ever made. Of the
// bodies in Scheme it is given those alone that the scheme has not of its own.
test('no method of the kernel that has a body is overridden in it, but those of Scheme by a scheme', () => {
  expect(read('tsconfig.json')).toContain('"noImplicitOverride": true');
  for (const file of readdirSync(join(packageFolder, 'src/kernel'), { recursive: true, encoding: 'utf8' })) {
    // No other file of the kernel imports it, so that it is in no module: what is compiled has one free list.
    if (file === 'structures/ring-slab.ts') continue;
    if (!file.endsWith('.ts') || file.startsWith('schemes')) continue;
    if (!file.endsWith('-card.ts')) expect(read(`src/kernel/${file}`)).not.toContain('ring-slab.ts');
    expect({ file, overrides: read(`src/kernel/${file}`).match(/\boverride (?!readonly)/g) }).toEqual({
      file,
      overrides: null,
    });
  }
});

test('without all that some schemes do without a structure asks for nothing of that', () => {
  for (const file of [
    'structure.ts',
    'structures/michael-scott.ts',
    'structures/treiber-stack.ts',
    'structures/ordered-list.ts',
    'structures/michael-list.ts',
    'structures/harris-list.ts',
    'structures/scot-list.ts',
  ]) {
    const path = `src/kernel/${file}`;
    expect(read(path)).toMatch(OPTIONAL);
    expect(plainly(path, read(path))).not.toMatch(OPTIONAL);
  }
});

test.runIf(deep)('a branch that is left behind would be seen', async () => {
  const [doubtful, bare] = [await compile(Tagged, doubting), await compile(Tagged, plainly)];
  expect(effects(doubtful.text)).not.toEqual(effects(bare.text));
});

test.runIf(deep)('a label that is used would be seen', async () => {
  const plain = await compile(Tagged, record);
  const renumbered = await compile(Tagged, (path, text) => renumber(path, record(path, text)));
  expect(isSame(plain.wasm, renumbered.wasm)).toBe(false);
  expect(renumbered.text).toContain('7654');
});

test.runIf(deep)('a call that is looked up would be seen', async () => {
  expect((await compile(Tagged, dispatching)).text).toMatch(LOOKED_UP);
});
