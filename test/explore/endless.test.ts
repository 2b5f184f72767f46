import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, test } from 'vitest';
import { R_OWN } from '../../src/kernel/layout.ts';
import { HEAD } from '../../src/kernel/structures/michael-scott.ts';
import { stepOf } from '../../src/laboratory/labels.ts';
import { ObstructionFreedomProbe } from '../../src/explore/obstruction-freedom.ts';
import { memoryDependence } from '../../src/model/dependence.ts';
import { Dpor } from '../../src/search/dpor.ts';
import { endlessThreads } from '../../src/explore/endless.ts';
import type { Participant } from '../../src/laboratory/participant-view.ts';
import { breaksClaims, explore } from '../../src/explore/explore.ts';
import { loopWithin, type MemoryInLoop } from '../../src/explore/memory-in-loop.ts';
import { chooseScheme } from '../../src/laboratory/registry.ts';
import { usualStructure } from '../../src/laboratory/structures.ts';
import { explorationText, explorationVerdict } from '../../src/report/text/exploration-text.ts';
import { plainStyle } from '../../src/report/text/style.ts';
import { Machine, type Model } from '../../src/model/machine.ts';
import { type PlainBody, bodyCode } from './plain-body.ts';
import { packageFolder } from '../../src/host/package-folder.ts';
import { folder } from '../cli/lab.ts';
import { deep } from '../effort.ts';

const forgets: PlainBody = (words) => {
  words.store(0, 1);
};
const goesRound: PlainBody = (words) => {
  while (words.load(1) === 0) words.load(0);
};
const turns: PlainBody = (words) => {
  words.load(0);
  while (words.exchange(1, 7) !== 9) words.cas(0, 0, 3);
};
const counts: PlainBody = (words) => {
  while (words.add(0, 1) >= 0);
};
const locks: PlainBody = (words) => {
  while (words.exchange(0, 1) === 1) words.await(0, 1);
  words.store(1, words.load(1) + 1);
  words.store(0, 0);
};
const adds: PlainBody = (words) => {
  for (let seen = words.load(1); !words.cas(1, seen, seen + 1); seen = words.load(1));
};

const model = (words: number, ...bodies: PlainBody[]): Model => ({
  words: new Int32Array(words),
  threads: bodies.map((body) => bodyCode(body)),
  spins: 2,
});

const shown = { nameOf: (address: number) => `w${address}`, show: (_: number, word: number) => String(word) };

/** All that is said of the executions of a model that do not end. */
function saidOf(threads: Model, stepLimit = 40): string[] {
  const said = new Set<string>();
  const visit = (machine: Machine): void => {
    for (const { kind, note } of endlessThreads(machine, shown)) {
      said.add(`${kind}: ${note}`);
    }
  };
  new Dpor(threads, memoryDependence(threads.words.length), visit, { stepLimit }).run();
  return [...said].toSorted();
}

const takes =
  (first: number, second: number): PlainBody =>
  (words) => {
    for (const lock of [first, second]) {
      while (words.exchange(lock, 1) === 1) words.await(lock, 1);
    }
    words.store(second, 0);
    words.store(first, 0);
  };

describe('executions that do not end', () => {
  test('two locks in two orders are a deadlock, and who waits for what is told', () => {
    expect(saidOf(model(2, takes(0, 1), takes(1, 0)))).toEqual([
      'deadlock: T1 waits for a change of w1, which is 1; T2 waits for a change of w0, which is 1.',
    ]);
    expect(saidOf(model(2, takes(0, 1), takes(0, 1)))).toEqual([]);
  });

  test('a loop that reads what nobody will write is a livelock, with its steps', () => {
    expect(saidOf(model(2, forgets, goesRound))).toEqual([
      'livelock: T2 goes round a loop forever: load of word 1 finds 0, load of word 0 finds 1.',
    ]);
  });

  test('a loop that writes comes to the step limit, and its round is told from where it begins', () => {
    expect(saidOf(model(2, turns))).toEqual([
      'livelock: T1 goes round a loop forever: exchange of word 1 with 7 finds 7, cas of word 0 from 0 to 3 fails on 3.',
    ]);
  });

  test('a loop that goes further each time is no finding when it is cut', () => {
    expect(saidOf(model(1, counts))).toEqual([]);
  });

  test.runIf(deep)('a queue that ABA has bent into a ring holds an enqueue forever', async () => {
    const { findings, deadlocks } = await explore('[A] d e e | d e d', 'naive', {
      slots: 5,
      preemptions: 1,
    });
    expect(deadlocks).toBeGreaterThan(0);
    expect(findings.find(({ kind }) => kind === 'livelock')?.note).toBe(
      'T1 goes round a loop forever: E5 load Tail finds 1, E6 load 1.next finds 1, E7 load Tail finds 1, E13 cas Tail finds 1.',
    );
  });
});

describe('a loop of the kernel that nothing ends', () => {
  /** Operations beside those of the lab. */
  const operations = {
    plods: ({ memory, record }: Participant) => {
      memory.load(stepOf('Q1'), HEAD);
      while (true) memory.poke(record.base + R_OWN, memory.peek(HEAD));
    },
    watches: ({ memory }: Participant) => {
      while (true) memory.load(stepOf('Q1'), HEAD);
    },
    broods: ({ memory }: Participant) => {
      while (true) memory.peek(HEAD);
    },
  };
  const livelockIn = async (program: string) => {
    const explored = await explore(program, 'tagged', { slots: 6, variant: { operations } });
    const { note, schedule } = explored.findings.find(({ kind }) => kind === 'livelock')!;
    return { note, schedule, complete: explored.complete, executions: explored.executions };
  };

  test('is a livelock with the step that it follows if it makes none, and the rest is explored', async () => {
    expect(await livelockIn('[A] plods | d')).toEqual({
      note: 'T1 goes round in plain accesses after Q1, its step 1: it made 10,000 of them and no step, the last one of Head.',
      schedule: '2x9,1',
      complete: true,
      executions: 3,
    });
  });

  test('is told with its words as a story has them, where it makes steps', async () => {
    expect((await livelockIn('[A] watches')).note).toBe(
      'T1 goes round a loop forever: Q1 load Head finds 1#0.',
    );
  });

  test('is one too before the first step', async () => {
    const { note, complete } = await livelockIn('[A] broods | d');
    expect(note).toContain('T1 goes round in plain accesses before its first step: it made 10,000 of them');
    expect(complete).toBe(true);
  });
});

/** What the probe finds in a search over a model. */
function probed(threads: Model) {
  let probe: ObstructionFreedomProbe | null = null;
  const probeOf = (machine: Machine): ObstructionFreedomProbe =>
    (probe ??= new ObstructionFreedomProbe(machine));
  new Dpor(threads, memoryDependence(threads.words.length), () => false, {
    onStep: (machine) => probeOf(machine).touch(),
    onBack: (machine) => probeOf(machine).probe(),
  }).run();
  return probe!.result();
}

describe('whether a thread can finish alone', () => {
  test('who holds a lock and stands still keeps the other from it', () => {
    const two = model(2, locks, locks);
    const { thread, path } = probed(two).stuck!;
    const machine = new Machine(two, memoryDependence(2));
    for (const mover of path) machine.step(mover);
    // Somebody has the lock, and it is not who waits for it.
    expect(machine.words[0]).toBe(1);
    expect(machine.at[2 - thread].next).not.toBeNull();
    while (machine.at[thread - 1].next !== null && !machine.isBlocked(thread - 1)) machine.step(thread - 1);
    expect(machine.isBlocked(thread - 1)).toBe(true);
  });

  test('a loop of compare-and-swap holds nobody up', () => {
    const { stuck, states } = probed(model(2, adds, adds, adds));
    expect(stuck).toBeNull();
    expect(states).toBeGreaterThan(20);
  });

  test.each(['tagged', 'hazard-pointers:threshold=1', 'epochs:period=1'])('nor does %s', async (scheme) => {
    const { obstructionFreedom, interleavings, executions } = await explore('e | d', scheme, {
      slots: 8,
      facts: true,
    });
    expect(obstructionFreedom).toMatchObject({ stuck: null, more: false });
    expect(obstructionFreedom!.states).toBeGreaterThan(executions);
    expect(interleavings).toBeGreaterThan(BigInt(executions));
  });
});

/** The end of an import from the kernel, as it is compiled. */
const from = (module: string): string =>
  `from '${pathToFileURL(join(packageFolder, 'dist/src/kernel', module)).href}';`;

const loopOf = async (scheme: string): Promise<MemoryInLoop | null> =>
  (await explore('d', scheme, { slots: 40, facts: true })).memoryInLoop;

describe('a loop of one thread beside another one that stands still', () => {
  test.each(['tagged', 'hazard-pointers:threshold=1', 'interval:threshold=1,period=1', 'hyaline:eras=on'])(
    'always finds a slot under %s',
    async (scheme) => expect(await loopOf(scheme)).toMatchObject({ usedUp: [], deaths: true, broken: null }),
  );

  test('finds none under epochs while a thread is pinned, which they allow', async () => {
    const loop = (await loopOf('epochs:period=1'))!;
    expect(loop.broken).toBeNull();
    // From the second look at the epoch to the step that unpins.
    expect(loop.usedUp).toEqual(['P3', 'D2', 'D3', 'D4', 'D5', 'D12', 'D13', 'P4']);
    expect(loop.places).toBeGreaterThan(loop.usedUp.length);
    // What becomes of the garbage of a dead thread they do not say; how many slots one thread needs, and two, they do.
    expect([loop.deaths, loop.fewest]).toEqual([false, [2, 4]]);
  });

  // Of the schemes without a bound the garbage is the same in a slab of twice as many slots, unless they free by collections alone.
  test.each(['debra:period=1', 'qsbr:period=1', 'hyaline:batch=1', 'mark-sweep'])(
    'is not said to collect more in a larger slab, while the other one is offline, under %s',
    async (scheme) => expect((await loopOf(scheme))!.broken).toBeNull(),
  );

  // What was found first by a review: a thread that helps a chain on announces two slots, and has its own chain in hand.
  test('makes chains where a program does, and finds out that a slot more is needed for them', async () => {
    const choice = await chooseScheme('hazard-pointers:threshold=6');
    expect(loopWithin(choice, usualStructure, 0, 2)).toMatchObject({ chain: 2, usedUp: [], broken: null });
    const scheme = class extends choice.scheme {
      static override needsForChain(): number {
        return 1;
      }
    };
    expect(loopWithin({ ...choice, scheme }, usualStructure, 0, 2)?.broken).toBe(
      'While T1 stands before H2, with a chain of up to 2 slots in hand, T2 finds nothing free for another one, with nothing inside, in 10 slots, which are as many as the scheme says that two threads need with such chains',
    );
  });

  const left = `depart() {
    this.collect();
    this.memory.store(59, this.record.base + R_STATUS, LEFT);
  }`;
  const blind = `hasArrived(thread) {
    return this.memory.load(130, this.geometry.record(thread) + R_ANNOUNCE) === 0;
  }`;
  test.each([
    [
      'a thread that leaves stays online',
      'qsbr',
      'Qsbr',
      'period=1',
      left,
      /^After T1 has left, T2 finds nothing free in the end/,
    ],
    [
      'a collector waits for the dead',
      'mark-sweep',
      'MarkSweep',
      'patience=1',
      blind,
      /^After T1 has died before M2, T2 finds nothing free/,
    ],
    [
      'nothing is collected',
      'epochs',
      'Epochs',
      'period=9',
      'collect() {}',
      /^T1 finds nothing free in round 2 of .+, in 2 slots, which are as many as the scheme says that one thread needs: 1 slot was retired and is not free$/,
    ],
    [
      'a thread keeps more than the scheme says that it needs',
      'epochs',
      'Epochs',
      'period=9',
      'static needs(threads, grace, period, protections, inUse) { return inUse + 1; }',
      /^After 1 round of T1, which is offline then, T2 finds nothing free in round 1 of .+, in 2 slots, which are as many as the scheme says that two threads need: 1 slot was retired and is not free$/,
    ],
  ])('tells when %s', async (_, file, name, parameters, fault, sentence) => {
    const path = join(folder(), `broken-${file}.mjs`);
    writeFileSync(
      path,
      `import { ${name} } ${from(`schemes/${file}.js`)}
      import { LEFT, R_ANNOUNCE, R_STATUS } ${from('layout.js')}
      export default class extends ${name} { static ID = 'broken-${file}'; ${fault} }`,
    );
    expect((await loopOf(`${pathToFileURL(path).href}:${parameters}`))?.broken).toMatch(sentence);
  });

  test('counts the slots that caches keep, too', async () => {
    const cached = await explore('d', 'tagged', { slots: 16, cache: 2, facts: true });
    // One thread alone; two; and two of which one has a full cache, beside 8 values.
    expect(cached.memoryInLoop).toMatchObject({ broken: null, fewest: [2, 3, 3 + 2 * 2 + 8] });
  });

  test('is not asked where nothing is freed by design', async () => {
    expect(await loopOf('no-reclaim')).toBeNull();
  });

  test('breaks a claim that no execution of the program contradicts', async () => {
    // Epochs that claim to survive a stall, with at most 48 unreclaimed slots.
    const scheme = new URL('../stress/variants/boastful-epochs.mjs', import.meta.url).href;
    const found = await explore('e | d', scheme, { slots: 80, facts: true, preemptions: 0 });
    expect([found.findings, breaksClaims(found)]).toEqual([[], true]);
    const { slots, rounds, usedUp, broken } = found.memoryInLoop!;
    expect(usedUp).toContain('D13');
    expect(broken).toMatch(
      new RegExp(
        `^While T1 stands before P3, T2 finds nothing free in the end: \\d+ of ${slots} slots were retired and are not free, after ${rounds} rounds`,
      ),
    );
    expect(explorationText(found, plainStyle({ columns: 100 }))).toContain(
      '\nmemory      While T1 stands before P3',
    );
    expect(explorationVerdict(found, await chooseScheme('epochs'), true)).toBe(
      'BROKEN   epochs promises that this cannot happen: bound exceeded.',
    );
  });
});
