// Chains in every order, beside other chains and single operations, and with threads that die; and chains that are none are found out.
import { expect, test } from 'vitest';
import { explore } from '../../src/explore/explore.ts';
import type { Memory } from '../../src/kernel/memory.ts';
import type { Scheme } from '../../src/kernel/scheme.ts';
import { MichaelScottQueue } from '../../src/kernel/structures/michael-scott.ts';
import { schemes } from '../../src/laboratory/registry.ts';
import { some } from '../effort.ts';

const SPECS = [
  'no-reclaim',
  'tagged',
  'hazard-pointers:threshold=1',
  'hazard-pointers:threshold=1,linger=on',
  'epochs:period=1',
  'qsbr:period=1',
  'debra:period=1',
  'debra:period=1,free=one',
  'hazard-eras:threshold=1',
  'interval:threshold=1,period=1',
  'hyaline:batch=1',
  'hyaline:batch=1,eras=on',
  'versions',
  'mark-sweep',
  'neutralization:threshold=1',
  'pass-the-pointer',
];

test('all schemes that admit chains are among these', () => {
  const admit = schemes.filter(({ CHAINS }) => CHAINS === true).map(({ ID }) => ID);
  expect(new Set(['naive', ...SPECS.map((spec) => spec.split(':')[0])])).toEqual(new Set(admit));
});

const whole = [
  'e*3 | d*2 d',
  'e*2 e | d*3',
  '[A B] d*2 | e*2',
  '[A] e*2 | d e',
  '[A] d*2 die | e*2',
  'e*2 die | d*2',
];
const switched = [
  'e*2 | e*2 | d*2',
  'e*2 | d*2 | e',
  '[A B C] d*2 | d*2 | e*2',
  '[A B C] d*2 die | d*2 | adopt e',
];

test.each(
  some(
    SPECS.flatMap((spec) => [
      ...whole.map((program) => [program, spec, undefined] as const),
      ...switched.map((program) => [program, spec, 1] as const),
    ]),
    12,
  ),
)(
  '%s under %s has no damage in any order, with this many preemptions: %s',
  async (program, spec, preemptions) => {
    const found = await explore(program, spec, {
      slots: 48,
      ...(preemptions !== undefined && { preemptions }),
    });
    expect(found.complete).toBe(true);
    expect(found.executions).toBeGreaterThan(4);
    expect(found.findings).toEqual([]);
  },
);

const cached = [
  ['tagged', 'e*3 d*3 | e*2'],
  ['tagged', '[A B] d*2 e*2 | d e'],
  ['hazard-pointers:threshold=1', 'e*3 d*3 | e*2'],
  ['hazard-pointers:threshold=3', '[A B C] d*3 e*2 | d'],
  ['hazard-pointers:threshold=3,linger=on', '[A B C] d*3 e | d*2'],
  ['epochs:period=2', '[A B C] d*2 d e*2 | d*2'],
  ['epochs:period=3', '[A B C] d*3 e*3 d*3 | d die'],
  ['qsbr:period=2', '[A B C] d*3 e*2 d | d*2'],
  ['tagged', '[A B C] d*2 die | adopt e*2'],
] as const;

test.each(some(cached, 5))(
  'with magazines, under %s: %s moves chains as a whole, which are longer than one, or take what is left of it',
  async (spec, program) => {
    for (const cache of [1, 2, 4]) {
      const found = await explore(program, spec, { slots: 24, cache, preemptions: 1 });
      expect(found.complete).toBe(true);
      expect(found.findings).toEqual([]);
    }
  },
);

type Queue = typeof MichaelScottQueue<Scheme>;

/** Chains that are broken, each by its own fault. */
const broken: readonly (readonly [string, string, readonly string[], Queue])[] = [
  [
    'has its values in another order',
    'e*2 d d',
    ['order broken'],
    class<S extends Scheme> extends MichaelScottQueue<S> {
      protected override takeChain(
        link: number,
        end: number,
        values: Memory,
        at: number,
        most: number,
      ): number {
        const [first, second] = [values.peek(at), values.peek(at + 1)];
        values.poke(at, second);
        values.poke(at + 1, first);
        return super.takeChain(link, end, values, at, most);
      }
    },
  ],
  [
    'delivers its values in another order',
    '[A B] d*2',
    ['order broken'],
    class<S extends Scheme> extends MichaelScottQueue<S> {
      override dequeueChain(values: Memory, at: number, count: number): number {
        const swapped = Object.create(values, {
          poke: { value: (place: number, value: number) => values.poke(2 * at + 1 - place, value) },
        }) as Memory;
        return super.dequeueChain(swapped, at, count);
      }
    },
  ],
  [
    'says that it has put in one more',
    'e*2',
    ['false full'],
    class<S extends Scheme> extends MichaelScottQueue<S> {
      override enqueueChain(values: Memory, at: number, count: number): number {
        return super.enqueueChain(values, at, count) + 1;
      }
    },
  ],
  [
    'is put in by two steps',
    'e*2',
    ['false full'],
    class<S extends Scheme> extends MichaelScottQueue<S> {
      override enqueueChain(values: Memory, at: number, count: number): number {
        return super.enqueueChain(values, at, 1) + super.enqueueChain(values, at + 1, count - 1);
      }
    },
  ],
];

test.each(broken)('a chain that %s', async (_, program, kinds, structure) => {
  const { findings } = await explore(program, 'tagged', {
    slots: 10,
    variant: { structure: structure as never },
  });
  expect(findings.map(({ kind }) => kind)).toEqual(expect.arrayContaining([...kinds]));
});
