import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { packageFolder } from '../../src/host/package-folder.ts';
import { fromWitness, modulesFor } from '../../src/cli/mutant.ts';
import { schemes } from '../../src/laboratory/registry.ts';
import { buildMutant } from '../../src/mutant/build.ts';
import { readMutant } from '../../src/mutant/file.ts';
import { allMutants, edited, findMutant } from '../../src/mutant/mutant.ts';
import { folder, lab, labProcess, type Outcome } from '../cli/lab.ts';
import { isClean, runControl, runMutant } from './run.ts';
import { kept } from './table.ts';
import { deep, some } from '../effort.ts';

const mutants = allMutants();
/** Mutants that are no known bugs: tests run them from their files. */
const fromTests = readdirSync(join(packageFolder, 'test'), { recursive: true, encoding: 'utf8' })
  .filter((file) => /variants\/[\w-]+\.json$/.test(file))
  .map((file) => `test/${file}`);
const read = (file: string): string => readFileSync(join(packageFolder, file), 'utf8');

describe('mutants', () => {
  test.each(mutants.map((mutant) => [mutant.id, mutant] as const))('%s applies exactly once', (_, mutant) => {
    const texts = edited(mutant, read);
    expect(texts.size).toBeGreaterThan(0);
    for (const [file, text] of texts) expect(text).not.toBe(read(file));
  });

  test.each(fromTests)('%s, of a test, applies exactly once', (file) => {
    for (const [name, text] of edited(readMutant(file), read)) expect(text).not.toBe(read(name));
  });

  test('a text that stands nowhere, or twice, does not fit', () => {
    const mutant = { ...mutants[0], edits: [{ file: 'a.ts', search: ['x'], replace: ['y'] }] };
    expect(edited(mutant, () => 'a x b').get('a.ts')).toBe('a y b');
    expect(() => edited(mutant, () => 'a b')).toThrow('stands 0 times in a.ts');
    expect(() => edited(mutant, () => 'x x')).toThrow('stands 2 times in a.ts');
  });

  test('each has a name of its own, a file of its name, and a kept outcome that fits what it is said to be', () => {
    expect(new Set(mutants.map(({ id }) => id)).size).toBe(mutants.length);
    const outcomes = kept();
    expect(Object.keys(outcomes).toSorted()).toEqual(mutants.map(({ id }) => id).toSorted());
    for (const { id, equivalent } of mutants)
      expect(isClean(outcomes[id]), id).toBe(equivalent !== undefined);
    // To find one reads the files of all.
    for (const { id } of some(mutants, 8)) expect(findMutant(id).id).toBe(id);
  });

  test('what no program can show is shown by a test, and a mutant that a program shows has no such reason', () => {
    const beyond = mutants.filter(({ beyondPrograms }) => beyondPrograms !== undefined);
    expect(beyond.length).toBeGreaterThan(0);
    for (const { id, witness, equivalent } of beyond)
      expect([id, witness.program, equivalent, witness.tests?.length]).toEqual([id, undefined, undefined, 1]);
    // There is none of which nobody knows whether a program shows it.
    const unknown = mutants.filter(
      (mutant) => mutant.witness.program === undefined && !beyond.includes(mutant),
    );
    expect(unknown.map(({ id }) => id)).toEqual([]);
  });

  test('of a copy whose compiler was interrupted nothing is left', async () => {
    const asked = new AbortController();
    const mutant = { ...mutants[0], id: `interrupted-${process.pid}` };
    const copies = (): string[] =>
      readdirSync(join(packageFolder, 'out/mutants')).filter((name) => name.includes(mutant.id));
    const built = buildMutant(mutant, [], asked.signal);
    expect(copies()).toHaveLength(1);
    asked.abort(new Error('enough'));
    await expect(built).rejects.toThrow('enough');
    expect(copies()).toEqual([]);
  });

  test('an interruption is heard while files are copied', async () => {
    const asked = new AbortController();
    const mutant = { ...mutants[0], id: `copied-${process.pid}` };
    const built = buildMutant(mutant, [], asked.signal);
    let copied = -1;
    setImmediate(() => {
      const [name] = readdirSync(join(packageFolder, 'out/mutants')).filter((each) =>
        each.includes(mutant.id),
      );
      copied = readdirSync(join(packageFolder, 'out/mutants', name)).length;
      asked.abort(new Error('enough'));
    });
    await expect(built).rejects.toThrow('enough');
    // Of its folders, package.json, the configuration and the mark.
    expect(copied).toBeLessThan(3);
  });

  // All of them are run by npm run mutants.
  test.runIf(deep).each(['cs431-289', 'ck-limbo-mask', 'late-payload'])(
    '%s is killed as it is kept',
    async (id) => {
      const mutant = findMutant(id);
      expect(await runMutant(mutant)).toEqual(kept()[id]);
      expect(isClean(await runControl(mutant.witness))).toBe(true);
    },
  );
});

test.each([
  ['--scheme epochs', ['michael-scott.epochs']],
  ['--scheme=hazard-pointers:threshold=1 --structure=treiber-stack', ['treiber-stack.hazard-pointers']],
  ['--scheme all --structure treiber-stack', schemes.map(({ ID }) => `treiber-stack.${ID}`)],
  ['--scheme hazard-pointers --structure harris-list', []],
  ['--scheme my-own.ts', []],
  ['--scheme epochs --structure my-own.ts', []],
])('the modules that a free run of compiled threads needs: %s', (line, names) => {
  expect(modulesFor(['stress', ...line.split(' ')])).toEqual(names);
});

test('a module that there is not is no module to compile', () => {
  const builder = join(packageFolder, 'dist/src/engines/wasm/build.js');
  const { status, stderr } = spawnSync(process.execPath, [builder, 'tagged'], { encoding: 'utf8' });
  expect([status, stderr]).toEqual([1, expect.stringContaining('There is no module "tagged" to compile')]);
});

test('a free run on a mutant is one of the structure that it breaks, if it is not told another', () => {
  const stack = findMutant('stack-untagged');
  expect(fromWitness(stack, ['stress'])).toEqual([
    '--scheme',
    stack.witness.scheme,
    '--structure',
    'treiber-stack',
  ]);
  expect(fromWitness(stack, ['stress', '--scheme', 'naive'])).toEqual(['--structure', 'treiber-stack']);
  expect(fromWitness(stack, ['stress', '--scheme', 'naive', '--structure', 'michael-scott'])).toEqual([]);
  expect(fromWitness(findMutant('cs431-289'), ['stress', '--scheme', 'naive'])).toEqual([]);
});

/** Runs a command line on the copy that `--mutant cs431-289` runs it on. */
async function onMutant(args: readonly string[]): Promise<Outcome> {
  const copy = await buildMutant(findMutant('cs431-289'));
  return lab(args, {}, join(copy, 'dist/src/cli/main.js'));
}

// A copy is built for them, which takes seconds.
describe.runIf(deep)('--mutant', () => {
  test('explores the witness on the mutated text, and its replay line carries the mutant', () => {
    const found = labProcess(['explore', '--mutant', 'cs431-289', '--json']);
    expect(found.status).toBe(1);
    const { mutant, findings } = JSON.parse(found.stdout) as {
      mutant: string;
      findings: { kind: string; replay: string }[];
    };
    expect([mutant, findings[0].kind]).toEqual(['cs431-289', 'use after free']);
    const line = /replay (--mutant \S+) "([^"]+)" (\S+)/.exec(findings[0].replay) ?? [];
    const again = labProcess(['replay', ...line[1].split(' '), line[2], line[3]]);
    expect(again.status).toBe(1);
    expect(again.stdout).toContain('mutant  cs431-289: A hazard is published and not validated');
    expect(again.stdout).toContain('FIRST DAMAGE   use after free');
    const healthy = lab(['replay', line[2], line[3]]);
    expect(healthy.stdout).not.toContain('FIRST DAMAGE');
  });

  test('a checkpoint says which kernel was searched, and is continued on that one alone', async () => {
    const part = join(folder(), 'part.json');
    const search = ['explore', '--program', 'e', '--scheme', 'tagged'];
    expect(await onMutant([...search, '--checkpoint', part])).toMatchObject({ status: 0, stderr: '' });
    const resumed = lab([...search, '--resume', part]);
    expect([resumed.status, resumed.stderr]).toEqual([
      2,
      expect.stringContaining("is of the mutant cs431-289, and asked for is the lab's own kernel"),
    ]);
  });

  test('a trace says which kernel was run, and is replayed on that one alone', async () => {
    const [own, its] = ['own.jsonl', 'mutant.jsonl'].map((name) => join(folder(), name));
    const run = ['run', 'aba-dequeue', '--scheme', 'tagged', '--engine', 'model'];
    expect(lab([...run, '--trace', own]).status).toBe(0);
    expect(await onMutant([...run, '--trace', its])).toMatchObject({ status: 0, stderr: '' });
    expect(lab(['replay', own, '--engine', 'model']).stdout).toContain('THE SAME');
    const again = labProcess(['replay', its, '--mutant', 'cs431-289', '--engine', 'model']);
    expect(again.stdout).toContain('THE SAME');
    const refused = lab(['replay', its]);
    expect([refused.status, refused.stderr.replaceAll(/\s+/g, ' ')]).toEqual([
      2,
      `The trace ${its} was made by the mutant cs431-289 of the lab, and this is the lab itself: give --mutant cs431-289. `,
    ]);
    const other = await onMutant(['replay', own]);
    expect([other.status, other.stderr.replaceAll(/\s+/g, ' ')]).toEqual([
      2,
      `The trace ${own} was made by the lab itself, and this is its mutant cs431-289: leave --mutant out. `,
    ]);
    expect(lab(['audit', its]).stdout).toContain('tagged, the mutant cs431-289');
  });

  test('with --smallest the smallest program that kills it is looked for, in every order of its threads', () => {
    const { status, stdout } = labProcess(['explore', '--smallest', '--mutant', 'cs431-289', '--json']);
    expect(status).toBe(1);
    const { findings } = JSON.parse(stdout) as {
      findings: { program: string; to: { operations: number } }[];
    };
    expect(findings[0]).toMatchObject({
      kind: 'use after free',
      program: '[A] d | d',
      to: { operations: 2 },
    });
  });

  test.each([
    [['explore', '--smallest', '--program', 'e'], 'looks for a program itself'],
    [['explore', '--mutant', 'cs431-28'], 'There is no mutant "cs431-28" (did you mean "cs431-289"?)'],
  ])('%j is refused', (args, message) => {
    const { status, stderr } = lab(args);
    expect([status, stderr]).toEqual([2, expect.stringContaining(message)]);
  });
});
