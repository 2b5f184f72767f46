import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { CheckFailure } from '../../src/checker/check-failure.ts';
import { checkWasm } from '../../src/checker/wasm/check-wasm.ts';
import { callsByThreads, readCalls, readThreads } from '../../src/cli/check/calls.ts';
import { readModel } from '../../src/cli/check/model.ts';
import { folder } from './lab.ts';

const moduleAt = (path: string): Uint8Array => readFileSync(join(import.meta.dirname, '../..', path));
const stack = moduleAt('src/checker/wasm/example/stack.wasm');
const programs = moduleAt('test/checker/wasm/fixtures/programs.wasm');

type Model = Awaited<ReturnType<typeof readModel>>;

function modelOf(bytes: Uint8Array, text: string, threads: string, setup = ''): Promise<Model> {
  const calls = callsByThreads(readThreads(threads));
  return readModel(text, { bytes, calls, setup: setup === '' ? [] : readCalls(setup, 'setup') });
}

/** Executions if all are linearizable, or else what a failure says. */
async function judged(bytes: Uint8Array, text: string, threads: string): Promise<number | string> {
  const model = await modelOf(bytes, text, threads);
  try {
    return checkWasm(bytes, { threads: readThreads(threads), model }).executions;
  } catch (error) {
    if (error instanceof CheckFailure) return error.message;
    throw error;
  }
}

async function refusal(text: string, threads = 'pop'): Promise<string> {
  const refused = await modelOf(stack, text, threads).catch((error: unknown) => error);
  expect(refused).toMatchObject({ name: 'UsageError' });
  return (refused as Error).message;
}

const NAIVE = 'stack initial=3,2,1 take=pop_naive put=push_naive';

describe('lockfree-lab check --model', () => {
  test('holds every history against a queue or a stack, by the usual names of functions', async () => {
    expect(await judged(programs, 'queue', 'enqueue 2 5; dequeue | dequeue')).toBeGreaterThan(10);
    expect(await judged(stack, 'stack initial=3,2,1', 'pop; push 1 | pop')).toBe(13);
    expect(await judged(stack, 'stack', 'pop; push 1 | pop')).toContain('then T1 pop() ⇒ 1 cannot follow');
    expect(await judged(stack, 'stack initial=3,2,1 empty=4', 'pop; pop; pop; pop')).toContain(
      'then T1 pop() ⇒ 0 cannot follow',
    );
  });

  test('finds ABA by what is answered alone', async () => {
    const aba = 'pop_naive; pop_naive | pop_naive; pop_naive; push_naive 1';
    expect(await judged(stack, NAIVE, aba)).toContain(
      'No order of the 5 operations is one of the sequential',
    );
    const tagged = aba.replaceAll('_naive', '');
    expect(await judged(stack, 'stack initial=3,2,1', tagged)).toBe(100);
  });

  test('knows what the set-up puts in, and answers by the types of functions', async () => {
    const queue = await modelOf(programs, 'queue', 'dequeue', 'enqueue 2 5; enqueue 3 -6; lose');
    expect(queue.initial).toEqual([5n, -6n]);
    expect(queue.apply([5n, -6n], 'dequeue', undefined)).toEqual([[-6n], 5]);
    const register = await modelOf(
      programs,
      'register read=wide_get write=max_of initial=7',
      'wide_get | max_of 1',
    );
    expect(register.apply(register.initial, 'wide_get', undefined)).toEqual([[7n], 7n]);
    expect(register.apply([7n], 'max_of', 2 ** 32 - 1)).toEqual([[-1n], undefined]);
    const set = await modelOf(
      programs,
      'set add=byte_swap remove=half_or has=byte_add',
      'byte_swap 1 | half_or 1',
    );
    expect(set.apply([2n], 'byte_swap', 1)).toEqual([[1n, 2n], 1]);
    expect(set.apply([1n, 2n], 'byte_swap', 1)).toEqual([[1n, 2n], 0]);
    expect(set.apply([1n, 2n], 'half_or', 1)).toEqual([[2n], undefined]);
  });

  test("takes a module of the user's own", async () => {
    const path = join(folder(), 'nodes.mjs');
    const code = `export const initial = [1, 2, 3];
export const apply = (inside, name, node) =>
  name === 'push' ? [[node, ...inside]] : [inside.slice(1), inside[0] ?? 0];`;
    writeFileSync(path, code);
    expect(await judged(stack, path, 'pop; push 1 | pop')).toBe(13);
    const wrong = path.replace('nodes', 'others');
    writeFileSync(wrong, code.replace('1, 2, 3', '2, 3'));
    expect(await judged(stack, wrong, 'pop | pop')).toContain('cannot follow');
  });

  test('refuses by a sentence', async () => {
    expect(await refusal('stak')).toContain('There is no model "stak" (did you mean "stack"?)');
    expect(await refusal('stack emty=1')).toContain('(did you mean "empty"?): it has put=…, take=…');
    expect(await refusal('stack empty=none')).toContain('"none" is no whole number');
    expect(await refusal('stack', 'swap')).toContain('say it by put=swap or take=swap behind stack');
    expect(await refusal('stack', 'pup')).toContain('exports no function "pup"');
    expect(await refusal('stack put=pop')).toContain('pop takes no argument');
    expect(await refusal('stack take=push', 'push 1')).toContain('push answers nothing');
    const path = join(folder(), 'empty.mjs');
    writeFileSync(path, 'export const apply = () => [1];');
    expect(await refusal(path)).toContain('exports no initial');
    const nowhere = path.replace('empty', 'nowhere');
    expect(await refusal(nowhere)).toBe(`The model ${nowhere} cannot be loaded: there is no such file.`);
  });
});
