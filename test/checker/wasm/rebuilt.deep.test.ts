import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CheckFailure } from '../../../src/checker/check-failure.ts';
import { checkWasm } from '../../../src/checker/wasm/check-wasm.ts';
import { compilers, environmentOfCompilers } from './compilers.ts';
import type { CheckWasm } from '../../../src/checker/wasm/types.ts';

const fixtures = join(import.meta.dirname, 'fixtures');

/** For each language of `build.sh` whether its compiler is there, and modules of it with what is asked of them. */
const languages: readonly [string, boolean, readonly (readonly [string, CheckWasm])[]][] = [
  [
    'c',
    compilers.c,
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
    compilers.cpp,
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
      ['aligned', { threads: [['by_c', 32], ['by_new']] }],
    ],
  ],
  [
    'rust',
    compilers.rust,
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
    execFileSync('sh', [join(fixtures, 'build.sh'), folder, language], { env: environmentOfCompilers() });
  });
  afterAll(() => folder !== '' && rmSync(folder, { recursive: true }));

  // Where the compilers are not there, this is skipped.
  test.runIf(isThere).each(asked)('a check says of %s what it says of the one that is kept', (name, what) => {
    const kept = saidOf(readFileSync(join(fixtures, `${name}.wasm`)), what);
    expect(saidOf(readFileSync(join(folder, `${name}.wasm`)), what)).toEqual(kept);
  });
});
