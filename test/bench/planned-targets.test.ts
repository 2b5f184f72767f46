import { describe, expect, test } from 'vitest';
import { chooseScheme } from '../../src/laboratory/registry.ts';
import type { NativeContender, WorkerContender } from '../../src/bench/contender.ts';
import { type ContenderName, planTargets, type Rivals, type Target } from '../../bench/targets/targets.ts';
import { faultyContender } from './contenders.ts';

const program = (scheme: string): NativeContender => ({
  engine: 'peer',
  scheme,
  refusal: () => null,
  open: () => Promise.reject(new Error('nobody opens it')),
});

const named = (scheme: string): WorkerContender => ({ ...faultyContender('none'), scheme });

const shownAs = ({ structure, engine }: ContenderName): string => `${structure ?? ''} ${engine}`.trim();

describe('the targets', () => {
  const rivals: Rivals = {
    reference: async (_, batched) => program(batched ? 'batched reference' : 'reference'),
    libraries: async () => [program('library')],
    mutex: named('mutex'),
    batchedMutex: named('batched mutex'),
    messages: {
      ...named('messages'),
      refusal: (workload) => (workload === 'pairs' ? 'it has one way' : null),
    },
    ring: named('ring'),
  };
  const plan = async (
    workload: Target['workload'],
    threads: number,
    others = rivals,
    schemes = ['tagged'],
  ): Promise<string[]> => {
    const choices = await Promise.all(schemes.map((spec) => chooseScheme(spec)));
    const asked = { choices, workloads: [workload], threads: [threads], capacity: 100, seed: 1 };
    return (await planTargets(asked, others)).flatMap(({ targets }) =>
      targets.map(
        ({ contender, rival, ahead, least, leastFar, counts }) =>
          `${shownAs(contender)} / ${rival.scheme} ${ahead ? '>' : '>='} ${least}${leastFar === undefined ? '' : `, far ${leastFar}`} ${counts}`,
      ),
    );
  };
  const chained = async (...given: Parameters<typeof plan>): Promise<string[]> =>
    (await plan(...given)).filter((each) => each.includes('-chained'));
  /** Without those of chains, of which there are as many in each plan of these workloads. */
  const planned = async (...given: Parameters<typeof plan>): Promise<string[]> =>
    (await plan(...given)).filter((each) => !each.includes('-chained'));

  test('at one thread are of the reference what each scheme is asked for, and more in batches', async () => {
    const asked = { tagged: [0.65, 0.8], epochs: [0.8, 0.9], 'hazard-pointers': [0.85, 0.9] };
    for (const [scheme, [single, many]] of Object.entries(asked))
      expect((await planned('pairs', 1, rivals, [scheme])).join().replaceAll(' operations', '')).toBe(
        `wasm / reference >= ${single},wasm-batched / batched reference >= ${many},wasm / mutex > 1,atomics / mutex > 1`,
      );
  });

  test('at two threads are nine tenths of it, the library, and what a user would pick', async () => {
    expect(await planned('producers-consumers', 2)).toEqual([
      'wasm / reference >= 0.9 operations',
      'wasm / library > 1 operations',
      'wasm / mutex > 1 operations',
      'wasm / messages >= 8 messages',
      'wasm / ring > 1 operations',
      'vyukov-ring wasm / tagged >= 3, far null operations',
      'vyukov-ring wasm / mutex >= 1.5, far null operations',
      'vyukov-ring wasm-batched / batched mutex > 1, far null operations',
      'atomics / mutex > 1 operations',
      'atomics / messages > 1 operations',
    ]);
  });

  test.each([
    ['pairs', 2, '0.95'],
    ['producers-consumers', 4, '1.2'],
  ] as const)(
    'of hazards that linger, in %s with %i threads: ahead of those that do not, and %s of the library',
    async (workload, threads, least) => {
      const asked = await planned(workload, threads, rivals, [
        'hazard-pointers',
        'hazard-pointers:linger=on',
      ]);
      expect(asked.filter((each) => /\/ (hazard|library)/.test(each))).toEqual([
        'wasm / library > 1 operations',
        'wasm / hazard-pointers > 1 operations',
        `wasm / library >= ${least} operations`,
      ]);
    },
  );

  test('of one step for many operations, as many steps a call, and near the mutex queue with one lock for as many', async () => {
    expect(await chained('pairs', 1)).toEqual([
      'wasm-chained / tagged >= 2 operations',
      'atomics-chained / tagged >= 2.5 operations',
    ]);
    expect(
      await chained('producers-consumers', 2, rivals, ['tagged', 'epochs', 'reference-counting']),
    ).toEqual([
      'wasm-chained / tagged >= 2.5, far 1.5 operations',
      'atomics-chained / tagged >= 2.5 operations',
      'wasm-chained / batched mutex > 1, far null operations',
      'wasm-chained / epochs >= 2.5, far 1.5 operations',
      'atomics-chained / epochs >= 2.5 operations',
    ]);
  });

  test('in other workloads are about the atomics engine alone', async () => {
    expect(await plan('bursts', 8)).toEqual([
      'atomics / mutex > 1 operations',
      'atomics / messages > 1 operations',
    ]);
  });

  test('leave out a rival that is not there', async () => {
    const alone = { ...rivals, reference: async () => null, libraries: async () => [] };
    expect(await planned('pairs', 2, alone)).toEqual([
      'wasm / mutex > 1 operations',
      'vyukov-ring wasm / tagged >= 1.2, far null operations',
      'vyukov-ring wasm / mutex >= 1.5, far null operations',
      'vyukov-ring wasm-batched / batched mutex > 1, far null operations',
      'atomics / mutex > 1 operations',
    ]);
  });

  test('let each contender take its turn once in a block', async () => {
    const [block] = await planTargets(
      {
        choices: [await chooseScheme('tagged')],
        workloads: ['pairs'],
        threads: [2],
        capacity: 100,
        seed: 1,
      },
      rivals,
    );
    expect(block!.block.contenders.map(({ scheme }) => scheme)).toEqual(['tagged', 'reference', 'library']);
    expect(block!.block.conditions).toMatchObject({
      workload: 'pairs',
      threads: 2,
      think: false,
      prefill: 0,
    });
  });
});
