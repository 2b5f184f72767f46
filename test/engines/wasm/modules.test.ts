import { copyFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { UsageError } from '../../../src/errors.ts';
import { chooseScheme } from '../../../src/laboratory/registry.ts';
import { loadModule, MODULES, STAMP } from '../../../src/engines/wasm/modules.ts';
import { Tagged } from '../../../src/kernel/schemes/tagged.ts';
import { hashOfSources, root } from '../../../src/engines/wasm/sources.ts';

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'lockfree-lab-test-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

const tagged = await chooseScheme('tagged');

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

test.each(['{"sources":"0"}', '{}', '', '7'])('a stale module is, too: %s', (stamp) => {
  const path = folder();
  cpSync(MODULES, path, { recursive: true });
  writeFileSync(join(path, STAMP), stamp);
  expect(() => loadModule(tagged, undefined, path)).toThrow(UsageError);
  expect(() => loadModule(tagged, undefined, path)).toThrow(
    /^The compiled kernel is stale, .*: run "npm run build"/,
  );
});

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

test('the stamp changes with any file that the modules are made from, and with no other', () => {
  const copy = folder();
  for (const part of ['src/kernel', 'src/engines/wasm']) {
    mkdirSync(join(copy, part), { recursive: true });
    cpSync(join(root, part), join(copy, part), { recursive: true });
  }
  const first = hashOfSources(copy);
  expect(first).toBe(hashOfSources());
  writeFileSync(join(copy, 'src/engines/wasm/build.ts'), '');
  expect(hashOfSources(copy)).toBe(first);
  const seen = new Set([first]);
  for (const file of ['src/kernel/schemes/epochs.ts', 'src/engines/wasm/memory.as.ts', 'src/kernel/new.ts']) {
    writeFileSync(join(copy, file), '');
    seen.add(hashOfSources(copy));
  }
  expect(seen.size).toBe(4);
  expect(hashOfSources(folder())).toBeNull();
});

test("a user's own scheme has no module, even under the name of one of the lab's", () => {
  class Own extends Tagged {}
  expect(() => loadModule({ ...tagged, scheme: Own })).toThrow(
    /^The scheme tagged is not compiled: .*take the engine atomics for one of your own\.$/,
  );
});
