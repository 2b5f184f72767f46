import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, copyFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { layoutHeader } from '../../../bench/peers/native/build.ts';
import { checkWasm } from '../../../src/checker/wasm/check-wasm.ts';
import type { WasmCall } from '../../../src/checker/wasm/types.ts';
import { kernelModel } from '../../../src/explore/kernel-model.ts';
import { callsIn } from '../../../src/laboratory/operations.ts';
import { packageFolder } from '../../../src/host/package-folder.ts';
import { bounded } from '../../effort.ts';
import { type Explored, exploredAsText, SLOTS, withoutResults } from './compiled-kernel.ts';
import { compilers, environmentOfCompilers } from './compilers.ts';

const read = (...path: readonly string[]): string => readFileSync(join(...path), 'utf8');
const fixtures = join(import.meta.dirname, 'fixtures');
const FLAGS =
  '--target=wasm32-wasi -O1 -g -std=c++20 -fno-exceptions -fno-rtti -matomics -mbulk-memory -mexec-model=reactor -DACCOUNTING=1';
const EXPORTS = ['tagged', 'hazard_pointers', 'epochs'].flatMap((scheme) => [
  `${scheme}_enqueue`,
  `${scheme}_dequeue`,
]);

/** The reference of `bench/peers/native`, whose text is compiled as it is, with calls behind it and a harness that runs nothing. */
function compiledReference(folder: string): Uint8Array {
  copyFileSync(join(fixtures, 'reference-harness.hpp'), join(folder, 'harness.hpp'));
  writeFileSync(join(folder, 'layout.hpp'), layoutHeader());
  const input = `${read(packageFolder, 'bench/peers/native/reference.cpp')}\n${read(fixtures, 'reference-calls.hpp')}`;
  const exported = ['put', ...EXPORTS].map((name) => `-Wl,--export=${name}`);
  const args = [...FLAGS.split(' '), ...exported, '-x', 'c++', '-', '-o', 'reference.wasm'];
  execFileSync('clang++', args, { cwd: folder, input, env: environmentOfCompilers() });
  return readFileSync(join(folder, 'reference.wasm'));
}

async function exploredReference(bytes: Uint8Array, program: string, scheme: string): Promise<Explored> {
  const model = await kernelModel(program, scheme, { slots: SLOTS });
  const { words } = model;
  const prefix = model.choice.scheme.ID.replaceAll('-', '_');
  const ends = new Set<string>();
  const { executions, complete } = checkWasm(bytes, {
    threads: model.program.threads.map((thread, i) =>
      callsIn(thread).map(({ name, argument }): WasmCall =>
        name === 'enqueue' ? [`${prefix}_enqueue`, i + 1, argument as number] : [`${prefix}_dequeue`, i + 1],
      ),
    ),
    setup: [...words].flatMap((word, at): WasmCall[] => (word === 0 ? [] : [['put', at, word]])),
    finally: ({ laboratory }) =>
      void ends.add(withoutResults(model, (laboratory as readonly number[]).slice(0, words.length))),
    symmetry: false,
    maxSeconds: 3000,
  });
  return { executions, complete, ends: [...ends].toSorted() };
}

const programs = [
  ['e | d', 'tagged'],
  ['e | d', 'hazard-pointers:threshold=1'],
  ['[A] d | d', 'epochs:period=1'],
  ['[A] d | d', 'hazard-pointers:threshold=1'],
  ['e e | d', 'tagged'],
  ['[A] d | e d', 'hazard-pointers:threshold=1'],
  ['[A] d | d e d', 'tagged'],
  ['[A] d | d e d', 'hazard-pointers:threshold=1'],
  ['[A] d | d e d', 'epochs:period=1'],
] as const;

// Where there is no compiler this is skipped.
describe.runIf(compilers.cpp)('the reference in C++', () => {
  let folder = '';
  let bytes = new Uint8Array();
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'reference-'));
    bytes = Uint8Array.from(compiledReference(folder));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  // As many classes of executions, none of which races, and the same words of the whole laboratory at their ends, but for the word in
  // which the kernel answers what it has taken, which the reference returns.
  test.each(bounded ? programs.slice(0, 4) : programs)(
    'does on %s under %s what the text of the kernel does on the model',
    async (program, scheme) => {
      const text = await exploredAsText(program, scheme, withoutResults);
      expect([text.complete, text.executions > 1]).toEqual([true, true]);
      expect(await exploredReference(bytes, program, scheme)).toEqual(text);
    },
    3_600_000,
  );
});
