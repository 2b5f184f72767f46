import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CheckFailure } from '../../../src/checker/check-failure.ts';
import { checkWasm } from '../../../src/checker/wasm/check-wasm.ts';
import type { CheckWasm } from '../../../src/checker/wasm/types.ts';

const fixtures = join(import.meta.dirname, 'fixtures');

const says = (command: string, ...args: readonly string[]): string =>
  spawnSync(command, args, { encoding: 'utf8' }).stdout?.trim() ?? '';

/** The compiler of Rust that knows the target: another one may come first. */
const rustc = ['rustc', '/usr/bin/rustc'].find((command) =>
  existsSync(says(command, '--print', 'target-libdir', '--target', 'wasm32-unknown-unknown') || '-'),
);
const linker = says('wasm-ld', '--version') !== '';
const clang = linker && says('clang', '--version') !== '';

/** For each language of `build.sh` whether its compiler is there, and modules of it with what is asked of them. */
const languages: readonly [string, boolean, readonly (readonly [string, CheckWasm])[]][] = [
  [
    'c',
    clang,
    [
      ['behaviour', { threads: [['lose'], ['lose']], finally: ({ counter }) => counter === 2 }],
      ['behaviour-shared', { threads: [['thread_local_sum'], ['thread_local_sum']] }],
      ['programs', { threads: [['lose'], ['lose']] }],
      [
        'blocks',
        {
          threads: [['pop'], ['pop']],
          setup: [
            ['push', 1],
            ['push', 2],
          ],
        },
      ],
    ],
  ],
  [
    'cpp',
    clang && existsSync('/usr/include/wasm32-wasi'),
    [
      ['types', { threads: [['fill'], ['fill']] }],
      ['types-5', { threads: [['fill'], ['seen']] }],
      [
        'blocks-cpp',
        {
          threads: [['pop'], ['pop']],
          setup: [
            ['push', 1],
            ['push', 2],
          ],
        },
      ],
      [
        'blocks-cpp',
        {
          threads: [
            ['push', 1],
            ['push', 2],
          ],
        },
      ],
    ],
  ],
  [
    'rust',
    linker && rustc !== undefined,
    [
      ['queue', { threads: [[['enqueue', 2, 5]], [['dequeue']]] }],
      [
        'blocks-rust',
        {
          threads: [['pop'], ['pop']],
          setup: [
            ['push', 1],
            ['push', 2],
          ],
        },
      ],
      ['blocks-rust', { threads: [['push', 1], ['push', 2], ['pop_all']] }],
    ],
  ],
];

/** What a check says, but for how long it took. */
function saidOf(bytes: Uint8Array, what: CheckWasm): unknown {
  try {
    const { seconds: _, ...said } = checkWasm(bytes, what);
    return said;
  } catch (error) {
    if (!(error instanceof CheckFailure)) throw error;
    return error.message;
  }
}

describe.each(languages)('modules that are built again from %s', (language, isThere, asked) => {
  let folder = '';
  beforeAll(() => {
    if (!isThere) return;
    folder = mkdtempSync(join(tmpdir(), 'built-'));
    // Clang runs an optimiser that it finds, such as that of a package: the fixtures were built without one.
    const path = (process.env['PATH'] ?? '')
      .split(delimiter)
      .filter((each) => !each.includes('node_modules'));
    const env = { ...process.env, PATH: path.join(delimiter), RUSTC: rustc ?? 'rustc' };
    execFileSync('sh', [join(fixtures, 'build.sh'), folder, language], { env });
  });
  afterAll(() => folder !== '' && rmSync(folder, { recursive: true }));

  // Where the compilers are not there, this is skipped.
  test.runIf(isThere).each(asked)('a check says of %s what it says of the one that is kept', (name, what) => {
    const kept = saidOf(readFileSync(join(fixtures, `${name}.wasm`)), what);
    expect(saidOf(readFileSync(join(folder, `${name}.wasm`)), what)).toEqual(kept);
  });
});
