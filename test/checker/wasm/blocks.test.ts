import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { CheckFailure } from '../../../src/checker/check-failure.ts';
import { checkWasm } from '../../../src/checker/wasm/check-wasm.ts';
import type { CheckWasm, WasmCall } from '../../../src/checker/wasm/types.ts';

const fixture = (name: string): Uint8Array => readFileSync(join(import.meta.dirname, 'fixtures', name));
const c = fixture('blocks.wasm');
const cpp = fixture('blocks-cpp.wasm');
const rust = fixture('blocks-rust.wasm');

/** The failure that a check finds, by its kind and its second line. */
function foundIn(bytes: Uint8Array, threads: readonly WasmCall[], more: Partial<CheckWasm> = {}): string {
  try {
    checkWasm(bytes, { threads, ...more });
  } catch (error) {
    if (!(error instanceof CheckFailure)) throw error;
    return `${error.kind}: ${error.message.split('\n')[1].trim()}`;
  }
  return 'nothing';
}

const two: Partial<CheckWasm> = {
  setup: [
    ['push', 1],
    ['push', 2],
  ],
};
const kept: Partial<CheckWasm> = { setup: [['keep', 0]] };

const isRight: CheckWasm['finally'] = (_, results) => results.every((wrong) => wrong === 0);
const isAgainAndCleared: CheckWasm['finally'] = (_, [isSame, sum]) => isSame === 1 && sum === 5;

describe('what threads allocate', () => {
  test.each([
    ['C', c],
    ['C++', cpp],
    ['Rust', rust],
  ])('has lives in %s: what reads a node that was freed is found', (_, bytes) => {
    expect(foundIn(bytes, [['pop'], ['pop']], two)).toMatch(
      /^error: T1 throws MemoryError: use after free: T1 goes to 4 bytes at \d+, in a block that T2 has freed$/,
    );
    // Nodes that nobody frees.
    expect(
      checkWasm(bytes, {
        threads: [
          ['push', 1],
          ['push', 2],
        ],
      }).executions,
    ).toBe(4);
  });

  test('is freed once, where it begins, and used within its bytes', () => {
    expect(
      foundIn(
        c,
        [
          ['drop', 0],
          ['drop', 0],
        ],
        kept,
      ),
    ).toMatch(/double free: T2 frees the block at \d+ again, which T1 has freed/);
    expect(foundIn(c, [['inside', 0]], kept)).toMatch(/T1 frees \d+, where no block begins/);
    expect(foundIn(c, [['behind']])).toMatch(/T1 goes to 1 bytes at \d+, which are not all in an allocated/);
    expect(foundIn(c, [['after_free', 0]], kept)).toMatch(/use after free: T1 .* that T1 has freed/);
  });

  test('races where nothing orders its beginning with a use', () => {
    expect(
      foundIn(c, [
        ['keep', 0],
        ['drop', 0],
      ]),
    ).toMatch(/^race/);
  });

  test('comes back at the same address, cleared by calloc and kept by realloc', () => {
    expect(checkWasm(c, { threads: [['again'], ['cleared']], finally: isAgainAndCleared }).complete).toBe(
      true,
    );
    expect(checkWasm(cpp, { threads: [['array'], ['array']] }).complete).toBe(true);
    const all: readonly WasmCall[] = [['push', 1], ['push', 2], ['pop_all']];
    expect(checkWasm(rust, { threads: all, finally: (_, [, , sum]) => (sum as number) <= 3 }).complete).toBe(
      true,
    );
  });

  test('begins where it is asked for, by aligned_alloc, posix_memalign and the aligned new, and has lives too', () => {
    const aligned = fixture('aligned.wasm');
    const threads: readonly WasmCall[] = [['by_c', 32], ['by_new']];
    const { executions, complete } = checkWasm(aligned, { threads, finally: isRight });
    expect([executions, complete]).toEqual([2, true]);
    expect(foundIn(aligned, [['behind', 64]])).toMatch(/4 bytes at \d+, which are not all in an allocated/);
    expect(foundIn(aligned, [['after_delete']])).toMatch(/use after free: T1 .* that T1 has freed/);
    expect(foundIn(aligned, [['twice']])).toMatch(/double free: T1 frees the block at \d+ again/);
  });

  test('must be led to at the end, from variables, from results or from what they lead to', () => {
    const forgets: readonly WasmCall[] = [['pop_and_forget'], ['push', 2]];
    const one: Partial<CheckWasm> = { setup: [['push', 1]] };
    for (const bytes of [c, rust]) {
      expect(foundIn(bytes, forgets, one)).toMatch(
        /^property: MemoryError: leak: nobody has freed the block of 8 bytes at \d+ that the set-up has allocated/,
      );
      expect(checkWasm(bytes, { threads: forgets, ...one, leaks: 'allow' }).complete).toBe(true);
    }
    expect(checkWasm(c, { threads: [['hand'], ['push', 1]] }).complete).toBe(true);
  });

  test('is told of by name, with who has freed it', () => {
    try {
      checkWasm(c, { threads: [['pop'], ['pop']], ...two });
      expect.unreachable();
    } catch (error) {
      const { trace } = error as CheckFailure;
      expect(trace).toContain('top.load() ⇒ &heap + 32');
      expect(trace).toContain('write lives[2] = freed-by-T2   8-bytes-of-set-up → freed-by-T2');
    }
  });

  test('is code as any other if the check says so: an allocator for one thread races', () => {
    const own: Partial<CheckWasm> = { allocator: 'own', strategy: 'random-walk', maxExecutions: 1 };
    expect(
      foundIn(
        cpp,
        [
          ['push', 1],
          ['push', 2],
        ],
        own,
      ),
    ).toMatch(/^race/);
    // Then nobody gives what a module imports.
    expect(() => foundIn(c, [['push', 1]], { allocator: 'own' })).toThrow(/calls the function env\.malloc/);
  });

  test('has an end', () => {
    expect(foundIn(c, [['keep', 0]], { heapBytes: 64, setup: [] })).toBe('nothing');
    const often: readonly WasmCall[] = [
      ['keep', 0],
      ['keep', 1],
      ['keep', 2],
    ];
    const threads = [often] as unknown as readonly WasmCall[];
    expect(foundIn(c, threads, { heapBytes: 64 })).toMatch(/T1 allocates more than 64 bytes in all/);
  });
});
