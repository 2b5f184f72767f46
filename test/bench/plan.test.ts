import { protectingSteps, stallStep } from '../../src/bench/experiments.ts';
import { describe, expect, onTestFinished, test } from 'vitest';
import { keyOf } from '../../src/bench/cell.ts';
import { Payloads } from '../../src/bench/handle.ts';
import { leftOut } from '../../src/bench/suite.ts';
import { cell, result, sample } from './results.ts';
import { planSuite, type SuiteOptions } from '../../src/bench/plan.ts';
import { openHandle } from '../../src/bench/scheme-handle.ts';
import { schemeContender as contenderOf } from '../../src/bench/scheme-contender.ts';
import { PLAIN } from '../../src/bench/figures.ts';
import { WorkerSession } from '../../src/bench/session.ts';
import { suiteOf } from '../../src/cli/bench-choices.ts';
import { structureById } from '../../src/laboratory/structures.ts';
import { conditions as conditionsOf } from './contenders.ts';
import { isProducer } from '../../src/bench/workloads.ts';
import { conditionsText } from '../../src/report/text/bench-figures.ts';
import { Geometry, R_STATUS, VACANT } from '../../src/kernel/layout.ts';
import { AtomicsMemory } from '../../src/laboratory/atomics.ts';
import { chooseScheme } from '../../src/laboratory/registry.ts';
import { attachWords } from '../../src/laboratory/shared.ts';
import { ControlBlock } from '../../src/threads/control-block.ts';
import type { SchemeHandleParts } from '../../src/bench/scheme-handle.ts';

const tagged = contenderOf(await chooseScheme('tagged'), 'atomics');

const options: SuiteOptions = {
  contenders: [tagged],
  sweep: [],
  workloads: ['producers-consumers'],
  threads: [2, 4],
  think: [false],
  prefill: [null],
  keys: [],
  capacity: 256,
  seed: 1,
  stalls: [],
};

describe('the plan of a suite', () => {
  test('has each number of values inside, each share of roles and each size of what comes with a value', () => {
    const { parts } = planSuite({
      ...options,
      prefill: [0, 100],
      roles: ['1:1', '3:1'],
      payload: [0, 64],
    });
    const conditions = parts.map(({ block }) => block.conditions);
    // With two threads 3:1 has no consumer.
    expect(conditions).toHaveLength(2 * 1 * 2 + 2 * 2 * 2);
    expect(new Set(conditions.map((each) => keyOf({ ...each, ...tagged }))).size).toBe(conditions.length);
    expect(conditionsText(conditions.at(-1)!)).toBe(
      'producers-consumers 3:1 with 64 bytes and 100 inside at first, 4 threads',
    );
    expect(conditions[0]).not.toHaveProperty('roles');
    expect(conditions[0]).not.toHaveProperty('payload');
    expect(conditionsText(conditions[0]!)).toBe('producers-consumers, 2 threads');
  });

  test('is as before where nothing of that is said', () => {
    const { parts } = planSuite({ ...options, workloads: ['pairs', 'fifty-fifty'], threads: [1] });
    expect(parts.map(({ block }) => keyOf({ ...block.conditions, ...tagged }))).toEqual([
      'atomics tagged pairs 1 no-think 0',
      'atomics tagged fifty-fifty 1 no-think 256',
    ]);
  });

  test('what blocks under the same conditions lack is told together, and of how many in all', () => {
    const suite = planSuite({ ...options, workloads: ['pairs'], threads: [1] });
    const [{ block }] = suite.parts as [(typeof suite.parts)[number]];
    const measured = block.contenders.map(({ engine, scheme }) =>
      cell([sample(1)], { ...block.conditions, engine, scheme }),
    );
    // The same contenders again under another scheme's name, as where several structures take turns scheme by scheme.
    const others = block.contenders.map((each) => ({ ...each, scheme: 'another' }));
    const both = [...suite.parts, { list: 'cells', block: { ...block, contenders: others } } as const];
    const lacking = leftOut({ ...suite, parts: both }, result(measured)).filter(
      ({ list }) => list === 'cells',
    );
    expect(lacking.map(({ missing, of }) => [missing.length, of])).toEqual([
      [others.length, 2 * others.length],
    ]);
  });
});

test('roles are taken in turn: threads with odd numbers put in, unless another share is asked for', () => {
  const threads = [1, 2, 3, 4, 5, 6, 7];
  expect(threads.filter((thread) => isProducer(thread))).toEqual([1, 3, 5, 7]);
  expect(threads.filter((thread) => isProducer(thread, '1:3'))).toEqual([1, 5]);
  expect(threads.filter((thread) => isProducer(thread, '2:1'))).toEqual([1, 2, 4, 5, 7]);
});

test('what comes with a value is in a block of the thread that puts it in, and blocks are used in turn', () => {
  const buffer = new SharedArrayBuffer(2 * 16_384 * 8);
  const [one, two] = [new Payloads(buffer, 1, 8), new Payloads(buffer, 2, 8)];
  const words = new Int32Array(buffer);
  one.write(one.after(one.first));
  two.write(two.first);
  expect([...words.subarray(0, 4)]).toEqual([0, 0, 1, 1]);
  expect([...words.subarray(2 * two.first, 2 * two.first + 4)]).toEqual([two.first, two.first, 0, 0]);
  let value = two.first;
  for (let i = 0; i < 16_384; i++) value = two.after(value);
  expect(value).toBe(two.first);
  expect(two.after(2 * 16_384 - 1)).toBe(two.first);
});

describe.each(['tagged', 'epochs:period=1', 'hazard-pointers:threshold=1'])(
  'a thread that leaves and joins again under %s',
  (spec) => {
    test.each(['atomics', 'wasm'] as const)(
      'on %s gives its record back, and loses nothing',
      async (engine) => {
        const made = contenderOf(await chooseScheme(spec), engine).make({
          workload: 'churn',
          threads: 2,
          capacity: 64,
          points: new Map(),
        });
        const state = made.partsFor(1).state as SchemeHandleParts;
        const handle = await openHandle(state, 1, ControlBlock.create(2));
        const words = attachWords(state.buffer);
        const geometry = new Geometry(new AtomicsMemory(words));
        for (let i = 0; i < 20; i++) {
          expect(handle.enqueue(i)).toBe(true);
          if (i % 3 > 0) handle.dequeue();
          handle.rejoin!();
          // Its own was free again.
          expect(words[geometry.record(2) + R_STATUS]).toBe(VACANT);
        }
        const left: number[] = [];
        for (let value = handle.dequeue(); value !== -1; value = handle.dequeue()) left.push(value);
        expect(left).toEqual([13, 14, 15, 16, 17, 18, 19]);
        expect(made.complaint?.()).toBeNull();
        const pages = new Set([...words.keys()].filter((at) => words[at] !== 0).map((at) => at >> 10));
        expect(made.touched?.()).toBe(Math.min(words.byteLength, 4096 * pages.size));
      },
    );
  },
);

/** All of an option's parameters left out. */
const nothing = {
  keys: [],
  quick: true,
  scheme: [],
  engine: [],
  cache: [],
  stride: [],
  'free-list': [],
  think: 'no' as const,
  prefill: [],
  roles: [],
  payload: [],
  'no-peers': true,
  native: false,
  'no-memory': true,
  'stall-step': [],
};

test('a structure that takes no slots is measured beside others under each of their schemes, compiled too', async () => {
  const ring = structureById('scq');
  const suite = await suiteOf(
    { ...nothing, scheme: ['epochs'], engine: ['wasm'], workload: ['pairs'], threads: ['1'] },
    [structureById('michael-scott'), ring],
    1,
    new AbortController().signal,
  );
  const contenders = suite.parts.flatMap(({ block }) => block.contenders);
  expect(contenders.map(({ structure, scheme, engine }) => [structure, scheme, engine])).toEqual([
    ['michael-scott', 'epochs', 'wasm'],
    ['scq', 'epochs', 'wasm'],
  ]);
  expect(suite.refusals).toEqual([
    'scq takes no slots, so all schemes are one to it: beside others it is measured with each, and runs as under tagged.',
  ]);
  const session = await WorkerSession.open(contenders[1] as typeof tagged, conditionsOf({ threads: 1 }));
  onTestFinished(() => session.end());
  expect((await session.round(5000, { mode: PLAIN, quota: 500 })).operations).toBeGreaterThan(0);
});

const remarksOn = async (...ids: string[]): Promise<readonly string[]> => {
  const [first, ...others] = ids.map((id) => structureById(id));
  const given = { ...nothing, scheme: ['tagged'], engine: ['wasm'], workload: ['pairs'], threads: ['1'] };
  const { parts, refusals } = await suiteOf(given, [first!, ...others], 1, new AbortController().signal);
  return [`${parts[0]!.block.conditions.capacity}`, ...refusals];
};

test('where one of several structures has little room, it is said that all have as little', async () => {
  const [capacity, ...remarks] = await remarksOn('michael-scott', 'chase-lev');
  expect(capacity).toBe('8');
  expect(remarks).toContain(
    'chase-lev has room for 8 values, so all that is measured beside it has no more; without it they have room for 4096.',
  );
  expect((await remarksOn('michael-scott', 'scq')).join(' ')).not.toContain('room');
  expect((await remarksOn('chase-lev')).join(' ')).not.toContain('room');
});

const orderOf = async (scheme: string[], quick = true): Promise<string[]> => {
  const given = { ...nothing, 'no-peers': false, engine: ['wasm'], scheme, quick, threads: ['1', '2'] };
  const measured = [structureById('michael-scott')] as const;
  const { parts } = await suiteOf(
    { ...given, workload: ['pairs'] },
    measured,
    1,
    new AbortController().signal,
  );
  return parts.map(
    ({ block: { conditions, contenders } }) =>
      `${conditions.threads} ${contenders.slice(0, 4).map(({ scheme: name }) => name)} of ${contenders.length}`,
  );
};

test('with --quick three schemes and the peers come first under all conditions, unless schemes are asked for', async () => {
  const quick = await orderOf([]);
  expect(quick.map((each) => each.replace(/ of.*/, ''))).toEqual([
    '1 tagged,hazard-pointers,epochs,mutex-queue',
    '2 tagged,hazard-pointers,epochs,mutex-queue',
    '1 naive,no-reclaim,hazard-eras,qsbr',
    '2 no-reclaim,hazard-eras,qsbr,interval',
  ]);
  expect(await orderOf([], false)).toHaveLength(2);
  expect(await orderOf(['qsbr', 'tagged'])).toEqual([
    '1 qsbr,tagged,mutex-queue,spsc-ring of 5',
    '2 qsbr,tagged,mutex-queue of 3',
  ]);
});

test('a thread stalls before steps that it makes without being asked for chains', () => {
  expect([stallStep(), ...protectingSteps()].filter((step) => step.startsWith('CH'))).toEqual([]);
  expect(stallStep()).toBe('D12');
});
