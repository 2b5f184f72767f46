import { spawnSync } from 'node:child_process';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { libraries, type Native, programsFor, reference } from '../../bench/peers/native/index.ts';
import { NativeSession } from '../../bench/peers/native/session.ts';
import type { Conditions, NativeContender, Session } from '../../src/bench/contender.ts';
import { chooseScheme } from '../../src/laboratory/registry.ts';
import { conditions } from './contenders.ts';
import { bounded, deep } from '../effort.ts';

const SCHEMES = ['tagged', 'hazard-pointers:threshold=4', 'epochs:period=2'];

const referenceOf = async (spec: string, options: object = {}): Promise<Native> =>
  reference(await chooseScheme(spec), options);

async function openProgram(
  { program }: { program: NativeContender },
  more: Partial<Conditions>,
): Promise<Session> {
  const opened = await program.open(conditions(more));
  onTestFinished(() => opened.end());
  return opened;
}

const ENOUGH = 1000;

/** Some rounds, and the checks of the end, which an auditor is part of where there are words of a laboratory. */
async function work(native: Native, more: Partial<Conditions>): Promise<void> {
  if ('missing' in native) throw new Error(native.missing);
  const program = await openProgram(native, more);
  let done = 0;
  // On a busy machine a round may pass without a single operation.
  for (let i = 0; i < 100 && done < ENOUGH; i++) {
    const { operations, perThread, seconds, usage } = await program.round(20);
    expect(perThread.reduce((sum, each) => sum + each)).toBe(operations);
    expect(seconds).toBeGreaterThan(0);
    expect(usage!.cpuMicros).toBeGreaterThanOrEqual(0);
    done += operations;
  }
  expect(done).toBeGreaterThanOrEqual(ENOUGH);
  await program.settle();
}

// Without g++ there is nothing to run; what is said then is tested below. With it, not to compile is a failure.
const { status } = spawnSync('g++', ['--version']);

describe.runIf(deep && status === 0)('the reference in C++', () => {
  test.each(SCHEMES)(
    'under %s loses nothing, and the auditor finds every slot of its words',
    async (spec) => {
      await work(await referenceOf(spec), { workload: 'pairs', threads: 2 });
      await work(await referenceOf(spec), { workload: 'producers-consumers', threads: 3 });
      await work(await referenceOf(spec, { batched: true }), { workload: 'pairs', threads: 1 });
      // With accounting, the auditor holds what it counted against the slots too, and asks whether it noticed damage.
      await work(await referenceOf(spec, { accounting: true }), { workload: 'pairs', threads: 2 });
      await work(await referenceOf(spec, { accounting: true }), {
        workload: 'producers-consumers',
        threads: 3,
      });
    },
  );
});

const found = await Promise.all(
  [...SCHEMES.map((spec) => spec.split(':')[0]!), 'qsbr'].map((id) => libraries(id)),
);
const programs = found.flat().filter((each) => 'program' in each);

// Each where its headers are.
test.skipIf(programs.length === 0)('the libraries lose nothing', async () => {
  for (const each of programs) {
    await work(each, { workload: 'pairs', threads: 2 });
    await work(each, { workload: 'producers-consumers', threads: 2 });
  }
});

const REFUSALS = [
  ['FIFO', 'contains-0', 2, {}, 'it is no set of keys'],
  ['FIFO', 'pairs', 2, { prefill: 5 }, 'the native programs do not begin with values'],
  ['LIFO', 'bursts', 2, {}, 'the native programs have pairs and producers-consumers only'],
  ['LIFO', 'pairs', 2, { think: true }, 'the native programs do not think'],
  ['SET', 'pairs', 2, {}, 'it is a set of keys'],
] as const;

// Without headers there is nobody to refuse; to make all of them takes half a minute.
const natives = deep && !bounded && status === 0 ? await programsFor(['FIFO', 'LIFO', 'SET'], []) : [];

describe.runIf(natives.length > 0)('what does the same as other structures', () => {
  const able = natives.flatMap((native) => ('program' in native ? [native.program] : []));

  test.each(able.map((program) => [program.scheme, program] as const))(
    '%s loses nothing where it takes part',
    async (_, program) => {
      const pools = (['pairs', 'producers-consumers'] as const).filter(
        (workload) => program.refusal(workload, 2) === null,
      );
      for (const workload of pools) await work({ program }, { workload, threads: 2 });
      if (program.refusal('contains-50', 2) === null)
        await work({ program }, { workload: 'contains-50', threads: 2, keys: 64, prefill: 32 });
    },
  );

  test('each takes part in something', () => {
    const nowhere = able.filter((program) =>
      (['pairs', 'producers-consumers', 'contains-50'] as const).every(
        (load) => program.refusal(load, 2) !== null,
      ),
    );
    expect(nowhere).toEqual([]);
    expect(natives.every((native) => 'program' in native || /apt-get install/.test(native.missing))).toBe(
      true,
    );
  });

  test.each(REFUSALS)(
    '%s is left out of %s where it cannot be used: %#',
    async (order, load, threads, more, why) => {
      for (const native of await programsFor([order], []))
        if ('program' in native) expect(native.program.refusal(load, threads, more)).toBe(why);
    },
  );
});

test('there is no library for a scheme that none has', async () => {
  expect(await libraries('naive')).toEqual([]);
});

test('without a compiler the reference is left out with one sentence', async () => {
  const path = process.env['PATH'];
  onTestFinished(() => void (process.env['PATH'] = path));
  process.env['PATH'] = '/nowhere';
  // The programs that were made before are known in this process: another copy of the module knows none.
  vi.resetModules();
  const fresh = await import('../../bench/peers/native/index.ts');
  expect(await fresh.reference(await chooseScheme('tagged'), { accounting: true })).toEqual({
    missing: 'tagged (c++ with accounting) is left out: there is no g++ on this machine.',
  });
});

/** A program that answers every round as the expression says. */
function session(answer: string, complaint: string | null = null): Session {
  const contender: NativeContender = {
    engine: 'peer',
    scheme: 'fake',
    refusal: () => null,
    open: () => Promise.reject(),
  };
  const source = `
    require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
      if (line === 'end') { console.log('{}'); process.exit(); }
      console.log(JSON.stringify(line === 'drain' ? (${answer})(0) : (${answer})(10)));
    });`;
  const estate = { complaint: () => complaint, remove: () => {} };
  const made = new NativeSession(contender, conditions(), [process.execPath, '-e', source], estate);
  onTestFinished(() => made.end());
  return made;
}

const SOUND = `(n) => ({ enqueued: [n, 0], dequeued: [0, n], full: [0, 0], empty: [1, 2], sumIn: [n, 0], sumOut: [0, n],
  cpuMicros: [5, 6], waits: [0, 1], seconds: 0.5 })`;

describe('a program', () => {
  test('that answers as it should has a round', async () => {
    const sound = session(SOUND);
    expect(await sound.round(1)).toEqual({
      operations: 20,
      perThread: [10, 10],
      seconds: 0.5,
      full: 0,
      empty: 3,
      counts: {},
      heapBytes: 0,
      usage: { cpuMicros: 11, waits: 1 },
    });
    await sound.settle();
  });

  test.each([
    [
      'loses a value',
      SOUND.replace('dequeued: [0, n]', 'dequeued: [0, n === 0 ? 0 : n - 1]'),
      '10 values went in',
    ],
    ['changes a value', SOUND.replace('sumOut: [0, n]', 'sumOut: [0, n + 1]'), 'or they were others'],
  ])('that %s is found out', async (_, answer, why) => {
    const faulty = session(answer);
    await faulty.round(1);
    await expect(faulty.settle()).rejects.toThrow(why);
  });

  test('that leaves damaged words behind is found out', async () => {
    await expect(session(SOUND, 'one slot leaked').settle()).rejects.toThrow('damaged: one slot leaked');
  });

  test('that ends in the middle is an error and no hang', async () => {
    await expect(session('() => process.exit(3)').round(1)).rejects.toThrow('has ended in the middle');
  });
});

test('the reference is left out under a scheme that it is not written for, and says so', async () => {
  expect(await referenceOf('qsbr', { batched: true })).toEqual({
    missing:
      'qsbr (c++ batched) is left out: the reference is written for tagged, hazard-pointers, epochs, and not for qsbr.',
  });
});
