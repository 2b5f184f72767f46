import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { memoryDependence } from '../../src/model/dependence.ts';
import { Dpor } from '../../src/search/dpor.ts';
import { explore } from '../../src/explore/explore.ts';
import { kernelModel } from '../../src/explore/kernel-model.ts';

/** What is counted, and where: in `npm test`, in the bounded campaign, or in the full one alone. */
export interface KernelCase {
  readonly program: string;
  readonly scheme: string;
  readonly slots: number;
  /** The free list, where it is no stack. */
  readonly freeList?: 'ring';
  readonly in: 'test' | 'bounded' | 'full';
}

/** All executions of a program on the kernel. */
export interface KernelCounts extends KernelCase {
  /** Classes of executions that differ in the order of steps that depend on each other through memory. */
  readonly classes: number;
  /** The same with the orders that the judgements need: so many are run and judged. */
  readonly judged: number;
  readonly bad: number;
  readonly histories: number;
  /** The most loops that one operation made again. */
  readonly retries: number;
}

const file = join(import.meta.dirname, 'kernel-counts.json');

export const kernelCounts: readonly KernelCounts[] = JSON.parse(readFileSync(file, 'utf8')) as KernelCounts[];

/** Counts anew; throws if that does not come to an end in time. */
export async function count(each: KernelCase, maxSeconds = Infinity): Promise<KernelCounts> {
  const { program, scheme, slots, freeList } = each;
  const size = { slots, ...(freeList && { freeList }) };
  const result = await explore(program, scheme, { ...size, maxSeconds });
  const { executions, complete, cut, deadlocks, bad, histories, maxRetries } = result;
  assert.ok(complete, `not finished within ${maxSeconds} s, after ${executions} executions`);
  assert.deepEqual({ cut, deadlocks }, { cut: 0, deadlocks: 0 });
  const model = await kernelModel(program, scheme, size);
  const plain = new Dpor(model, memoryDependence(model.words.length), () => false).run();
  assert.deepEqual([plain.complete, plain.cut, plain.deadlocks], [true, 0, 0]);
  return {
    program,
    scheme,
    ...size,
    in: each.in,
    classes: plain.executions,
    judged: executions,
    bad,
    histories,
    retries: maxRetries,
  };
}

/** Writes what was counted into the file, in its order. */
export function record(counted: readonly KernelCounts[]): void {
  const rows = kernelCounts.map((old) => counted.find((each) => isSameCase(each, old)) ?? old);
  writeFileSync(file, `${JSON.stringify(rows, null, 2)}\n`);
}

function isSameCase(one: KernelCase, other: KernelCase): boolean {
  const names = ['program', 'scheme', 'slots', 'freeList'] as const;
  return names.every((name) => one[name] === other[name]);
}
