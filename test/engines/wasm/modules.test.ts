import {
  appendFileSync,
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { InternalError, UsageError } from '../../../src/errors.ts';
import { chooseScheme, schemes } from '../../../src/laboratory/registry.ts';
import { moduleOfLab } from '../../../src/engines/wasm/compile.ts';
import { bounded, deep } from '../../effort.ts';
import {
  hashOfSources,
  loadModule,
  MODULES,
  MODULES_OF_THE_LAB,
  STAMP,
  staleModules,
} from '../../../src/engines/wasm/modules.ts';
import { Epochs } from '../../../src/kernel/schemes/epochs.ts';
import { Tagged } from '../../../src/kernel/schemes/tagged.ts';
import { packageFolder } from '../../../src/host/package-folder.ts';
import {
  cardOfStructure,
  compiledAs,
  structures,
  usualStructure,
} from '../../../src/laboratory/structures.ts';

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'lockfree-lab-test-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

const [tagged, epochs] = [await chooseScheme('tagged'), await chooseScheme('epochs')];

test('the modules that the build has made are loaded, and each is another one', async () => {
  expect(loadModule(tagged)).toBeInstanceOf(WebAssembly.Module);
  const path = folder();
  cpSync(MODULES, path, { recursive: true });
  expect(loadModule(tagged, undefined, path)).toBeInstanceOf(WebAssembly.Module);
});

test('a module that is missing is bad input that names the build', () => {
  const path = folder();
  expect(() => loadModule(tagged, undefined, path)).toThrow(UsageError);
  expect(() => loadModule(tagged, undefined, path)).toThrow(
    /^The compiled kernel is missing, there is no .*tagged\.wasm: run "npm run build" in/,
  );
  copyFileSync(join(MODULES, 'michael-scott.tagged.wasm'), join(path, 'michael-scott.tagged.wasm'));
  expect(() => loadModule(tagged, undefined, path)).toThrow(
    /there is no .*sources\.json: run "npm run build"/,
  );
});

test.each(['{"modules":{"michael-scott.tagged":{"sources":"0","module":"0"}}}', '{}', '', '7'])(
  'a stale module is, too: %s',
  (stamp) => {
    const path = folder();
    cpSync(MODULES, path, { recursive: true });
    writeFileSync(join(path, STAMP), stamp);
    expect(() => loadModule(tagged, undefined, path)).toThrow(UsageError);
    expect(() => loadModule(tagged, undefined, path)).toThrow(
      /^The compiled kernel is stale, .*: run "npm run build"/,
    );
  },
);

test.each([
  [
    'one bit flipped',
    (bytes: Uint8Array) => bytes.map((byte, i) => (i === bytes.length >> 1 ? byte ^ 1 : byte)),
  ],
  ['cut short', (bytes: Uint8Array) => bytes.subarray(0, bytes.length - 1)],
  ['nothing in it', () => new Uint8Array()],
  ['the module of another scheme', () => readFileSync(join(MODULES, 'michael-scott.epochs.wasm'))],
])('a damaged module is told by its hash: %s', (_, damage) => {
  const path = folder();
  cpSync(MODULES, path, { recursive: true });
  writeFileSync(
    join(path, 'michael-scott.tagged.wasm'),
    damage(readFileSync(join(MODULES, 'michael-scott.tagged.wasm'))),
  );
  expect(() => loadModule(tagged, undefined, path)).toThrow(UsageError);
  expect(() => loadModule(tagged, undefined, path)).toThrow(
    /^The compiled kernel is damaged, .*tagged\.wasm is not what the build wrote: its \d+ bytes have the SHA-256 [0-9a-f]{12}…, and sources\.json says [0-9a-f]{12}…: run "npm run build" in/,
  );
});

test('the hash of a module changes with any file that it is made from, and with no other', () => {
  const copy = folder();
  for (const part of ['src/kernel', 'src/engines/wasm']) {
    mkdirSync(join(copy, part), { recursive: true });
    cpSync(join(packageFolder, part), join(copy, part), { recursive: true });
  }
  const module = { structure: usualStructure, scheme: Tagged };
  const first = hashOfSources(module, copy);
  expect(first).toBe(hashOfSources(module));
  const others = [
    'engines/wasm/build.ts',
    'kernel/schemes/epochs.ts',
    'kernel/structures/treiber-stack.ts',
    // Of these the compiler sees nothing.
    'kernel/announcement.ts',
    'kernel/invariants.ts',
    'kernel/memory.ts',
    'kernel/structure-card.ts',
    'kernel/structures/queue-card.ts',
  ];
  for (const file of others) writeFileSync(join(copy, 'src', file), '');
  expect(hashOfSources(module, copy)).toBe(first);
  const seen = new Set([first]);
  for (const file of [
    'kernel/schemes/tagged.ts',
    'kernel/structures/michael-scott.ts',
    'engines/wasm/memory.as.ts',
    'kernel/new.ts',
  ]) {
    writeFileSync(join(copy, 'src', file), '');
    seen.add(hashOfSources(module, copy));
  }
  expect(seen.size).toBe(5);
  expect(hashOfSources(module, folder())).toBeNull();
});

test('words for those who read do not change the hash of a module', () => {
  const copy = folder();
  for (const part of ['src/kernel', 'src/engines/wasm'])
    cpSync(join(packageFolder, part), join(copy, part), { recursive: true });
  const module = { structure: usualStructure, scheme: Epochs };
  const first = hashOfSources(module, copy);
  const change = (file: string, from: RegExp, to: string): void => {
    const text = readFileSync(join(copy, 'src/kernel', file), 'utf8');
    expect(text).toMatch(from);
    writeFileSync(join(copy, 'src/kernel', file), text.replace(from, to));
  };
  change('structures/michael-scott.ts', /says: 'slot \{slot\} is the last node'/, "says: 'other words'");
  change('structures/michael-scott.ts', /Published|PODC 1996/, 'other words');
  change(
    'structures/michael-scott.ts',
    /static readonly IDEA: string =\n.*;/,
    "static readonly IDEA: string = 'x';",
  );
  change('structures/michael-scott.ts', /order: 'FIFO'/, "order: 'LIFO'");
  change('schemes/epochs.ts', /^export const ANNOUNCES: Announcement = /m, '$&0 && ');
  change('slab.ts', /^ *\/\/ .*\n/m, '');
  expect(hashOfSources(module, copy)).toBe(first);
  change('structures/michael-scott.ts', /E5: i32 = 17/, 'E5: i32 = 77');
  expect(hashOfSources(module, copy)).not.toBe(first);
});

/** What a laboratory is laid out by, and what it is called: none of it is in the compiled methods. */
const LAID_OUT_BY = new Set([
  'length',
  'name',
  'prototype',
  'NUMBER',
  'ID',
  'KIND',
  'TITLE',
  'IDEA',
  'PAPER',
  'ROOTS',
  'rootsFor',
]);

test.each(structures.filter((structure) => compiledAs(structure) !== structure))(
  '$ID is run by modules of another structure: it has its methods, and its numbers but for what a laboratory is laid out by',
  (structure) => {
    const run = compiledAs(structure) as unknown as Record<string, unknown>;
    expect(structure.prototype).toBeInstanceOf(compiledAs(structure));
    expect(Object.getOwnPropertyNames(structure.prototype)).toEqual(['constructor']);
    const own = Object.entries(Object.getOwnPropertyDescriptors(structure));
    const others = own.filter(([name]) => !LAID_OUT_BY.has(name));
    expect(others.length).toBeGreaterThan(3);
    for (const [name, { value }] of others) expect([name, value]).toEqual([name, run[name]]);
    expect(cardOfStructure(compiledAs(structure)).compiledAs).toBeUndefined();
    expect(loadModule(epochs, structure)).toBeDefined();
  },
);

/** The modules of one scheme. */
const EPOCHS = MODULES_OF_THE_LAB.filter(({ scheme }) => scheme.ID === 'epochs').map(({ name }) => name);

test('what is built anew is what is missing, damaged, or made from a file that has changed', () => {
  const [modules, sources] = [folder(), folder()];
  cpSync(MODULES, modules, { recursive: true });
  for (const part of ['src/kernel', 'src/engines/wasm'])
    cpSync(join(packageFolder, part), join(sources, part), { recursive: true });
  const stale = (): string[] => staleModules(modules, sources).map(({ name }) => name);
  expect(stale()).toEqual([]);
  const change = (file: string): void =>
    writeFileSync(join(sources, file), `let changed: i32 = 0;\n${readFileSync(join(sources, file), 'utf8')}`);
  change('src/kernel/schemes/epochs.ts');
  expect(stale()).toEqual(EPOCHS);
  rmSync(join(modules, 'treiber-stack.tagged.wasm'));
  appendFileSync(join(modules, 'michael-scott.naive.wasm'), '\0');
  const others = ['michael-scott.naive', 'treiber-stack.tagged'];
  expect(stale().toSorted()).toEqual([...EPOCHS, ...others].toSorted());
  change('src/kernel/structures/treiber-stack.ts');
  expect(stale()).toHaveLength(schemes.length + EPOCHS.length);
  change('src/kernel/slab.ts');
  expect(stale()).toHaveLength(MODULES_OF_THE_LAB.length);
  expect(() => staleModules(modules, folder())).toThrow(InternalError);
});

/** The budget of a clean build, of which each scheme takes its share. */
const MOST_SECONDS = 120;

// In the full form alone: a machine that is slow, or has other things to do, takes more processor time for the same work.
test.runIf(deep && !bounded)(
  'a clean build of all modules takes at most the two minutes of processor time that it may take',
  async () => {
    const before = process.cpuUsage();
    for (const { structure, scheme } of MODULES_OF_THE_LAB) await moduleOfLab(scheme, structure);
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1e6).toBeLessThan(MOST_SECONDS);
  },
);

test("a user's own scheme has no module, even under the name of one of the lab's", () => {
  class Own extends Tagged {}
  expect(() => loadModule({ ...tagged, scheme: Own })).toThrow(
    /^The scheme tagged is not compiled: .*take the engine atomics for one of your own\.$/,
  );
});
