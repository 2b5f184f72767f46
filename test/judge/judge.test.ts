import { afterAll, describe, expect, test } from 'vitest';
import { findScenario } from '../../scenarios/index.ts';
import { Steppers } from '../../src/engines/stepped.ts';
import { DAMAGE, type DamageKind, type Finding } from '../../src/observe/trace.ts';
import { caseFor, runScenario, type ScenarioRun } from '../../src/scenario/scenario-run.ts';
import type { Scenario } from '../../src/scenario/scenario.ts';
import { staged, variantUrl } from '../engines/staged.ts';

const pool = new Steppers();
afterAll(() => pool.end());

const operations = variantUrl(import.meta.url, 'faulty.mjs');
const queue = (name: string): string => `${operations}?queue=${name}`;

interface Produced {
  /** A scenario of the lab, or a program and a schedule. */
  readonly by: string | (Pick<Scenario, 'program' | 'schedule'> & Partial<Scenario>);
  readonly spec?: string;
  readonly finding: Omit<Finding, 'kind'>;
}

const produced: Readonly<Record<DamageKind, Produced>> = {
  ABA: {
    by: 'aba-dequeue',
    finding: {
      step: 42,
      thread: 1,
      label: 'D13',
      note: "T1's D13 expected slot 1 as it was at step 1 (D2); the same bits name another life now.",
    },
  },
  'use after free': {
    by: { program: '[A B] cleansLate | d', schedule: 'T1@Z2; T2@end; T1@end', variant: operations },
    finding: {
      step: 11,
      thread: 1,
      label: 'Z2',
      note: 'T1 wrote to 1.next, which it knew from step 1 (Z1); that life has ended.',
    },
  },
  'double free': {
    by: { program: '[A] freesTwice', schedule: 'T1@end', variant: operations },
    finding: {
      step: 6,
      thread: 1,
      label: 'F3',
      note: 'T1 freed slot 3, which had been retired or freed before.',
    },
  },
  'retire while reachable': {
    by: { program: '[A] retiresHead', schedule: 'T1@end', variant: operations },
    finding: { step: 1, thread: 1, label: 'Z1', note: 'T1 retired slot 1, and the queue still leads to it.' },
  },
  'lost value': {
    by: { program: '[A] e d | i', schedule: 'T1@end; T2@end', variant: queue('loses') },
    finding: {
      step: null,
      thread: 1,
      label: null,
      note: 'B was lost: enqueued by T1 enqueue#1, but neither delivered nor in the queue at the end.',
    },
  },
  'duplicate value': {
    by: 'aba-dequeue',
    finding: { step: 45, thread: 1, label: null, note: 'A is delivered a second time, by T1 dequeue#1.' },
  },
  'value from nowhere': {
    by: { program: '[A] d', schedule: 'T1@end', variant: queue('invents') },
    finding: {
      step: 9,
      thread: 1,
      label: null,
      note: 'T1 dequeue#1 delivered Z, which nobody had enqueued.',
    },
  },
  'order broken': {
    by: { program: '[A B] d d', schedule: 'T1@end', variant: queue('shuffles') },
    finding: {
      step: 54,
      thread: 1,
      label: null,
      note: 'A went in before B (initial content#1, then initial content#2) but came out after it (T1 dequeue#1, then T1 dequeue#2).',
    },
  },
  'false empty': {
    by: { program: '[A] i d', schedule: 'T1@end', variant: queue('denies') },
    finding: {
      step: 3,
      thread: 1,
      label: null,
      note: 'T1 dequeue#1 answered empty, but A, in the queue at the start, was inside all the time.',
    },
  },
  'false non-empty': {
    by: { program: '[A] d i', schedule: 'T1@end', variant: queue('asserts') },
    finding: {
      step: 9,
      thread: 1,
      label: null,
      note: 'T1 isEmpty#1 answered no, but nothing can have been inside at any instant of it.',
    },
  },
  'false full': {
    by: { program: '[A] i e', schedule: 'T1@end', variant: queue('refuses') },
    finding: {
      step: 3,
      thread: 1,
      label: null,
      note: 'T1 enqueue#1 answered full, but the free list was never empty during the call.',
    },
  },
  'false answer': {
    by: 'retained-slice',
    spec: 'naive-round',
    finding: {
      step: 95,
      thread: 1,
      label: null,
      note: 'T1 visit#1 answered G, which is so in no order of the operations that is one of a FIFO queue.',
    },
  },
  'orphaned slot': {
    by: 'forgotten-retire',
    finding: { step: 24, thread: 1, label: 'D13', note: "Slot 1 has no owner since T1's D13." },
  },
  cycle: {
    by: { program: '[A] closesCircle', schedule: 'T1@end', variant: operations },
    finding: { step: 2, thread: 1, label: 'Z2', note: "T1's Z2 closed a cycle of next words." },
  },
  'wild index': {
    by: { program: '[A] leavesSlab', schedule: 'T1@end', variant: operations },
    finding: { step: 2, thread: 1, label: 'Z2', note: 'T1 made 2.next name slot 9 of 8.' },
  },
  'broken invariant': {
    by: { program: '[A B] swingsBack', schedule: 'T1@end', variant: operations },
    finding: {
      step: 2,
      thread: 1,
      label: 'Z2',
      note: 'T1 changed Tail from slot 3 to slot 1 by Z2. It breaks an invariant of the queue: Tail names the last node, or one behind which one step has linked all the rest. After slot 1, which Tail names, comes slot 2, and after that slot 3.',
    },
  },
  livelock: {
    by: { program: 'spins', schedule: 'T1@end', variant: operations },
    finding: {
      step: 2000,
      thread: 1,
      label: null,
      note: 'T1 goes round: it has made the same step 20 times or more while nobody else moved, with the same answers each time (Z2).',
    },
  },
  deadlock: {
    by: { program: 'waits | waits', schedule: '1x1; 2x1; T1@end', variant: operations },
    finding: {
      step: 2,
      thread: null,
      label: null,
      note: 'Every thread that has not ended waits for a word that nobody will write.',
    },
  },
  'stray write': {
    by: { program: '[A] writesNull', schedule: 'T1@end', variant: operations },
    finding: {
      step: 1,
      thread: 1,
      label: 'Z1',
      note: 'T1 wrote 0.stamp after Z1, and the word belongs to nobody.',
    },
  },
  miscount: {
    by: { program: '[A] d miscounts', schedule: 'T1@end', variant: operations },
    spec: 'hazard-pointers',
    finding: {
      step: null,
      thread: null,
      label: null,
      note: 'The scheme counts 0 unreclaimed slots, and the slab has 1.',
    },
  },
  'bound exceeded': {
    by: { program: '[A B C] d d d', schedule: 'T1@end' },
    spec: `${variantUrl(import.meta.url, '../../variants/hoarding.mjs')}:keeps=2`,
    finding: {
      step: 6,
      thread: 1,
      label: 'D13',
      note: "After T1's D13 1 slot was unreclaimed, and the scheme promises at most 0; later there were 2.",
    },
  },
  race: {
    by: { program: 'e | d', schedule: 'T1@E17; T2@end; T1@end', variant: queue('storesLate') },
    spec: 'no-reclaim',
    finding: {
      step: 20,
      thread: 1,
      label: 'E17',
      note: 'T1 plainly wrote what T2 touches with a read at step 18, and nothing orders the two (2.value).',
    },
  },
};

async function run({ by, spec }: Omit<Produced, 'finding'>): Promise<ScenarioRun> {
  if (typeof by !== 'string') {
    const scenario = staged(by, spec);
    return runScenario(pool, scenario, scenario.cases[0]!, { trials: false });
  }
  const scenario = findScenario(by);
  return runScenario(pool, scenario, await caseFor(scenario, spec ?? 'naive'), { trials: false });
}

async function kindsOf(by: Produced['by'], spec: string): Promise<DamageKind[]> {
  return (await run({ by, spec })).findings.map(({ kind }) => kind);
}

/** An operation looks at Head; the slot that it saw is freed; then it uses the slot. */
function late(operation: string): Produced['by'] {
  return {
    program: `[A B] ${operation} | d d`,
    schedule: 'T1@Z2; T2@end; T1@end',
    variant: operations,
  };
}

describe('each kind of damage', () => {
  test('is produced here', () => {
    expect(Object.keys(produced).toSorted()).toEqual(Object.keys(DAMAGE).toSorted());
  });

  test.each(Object.entries(produced))('%s is found where it happens', async (kind, what) => {
    const { findings } = await run(what);
    const { slot: _, since: __, ...found } = findings.find((each) => each.kind === kind)!;
    expect(found).toEqual({ kind, ...what.finding });
  });
});

test('a step that writes into a gap is a stray write as well', async () => {
  const { findings } = await run({
    by: { program: 'writesGap', schedule: 'T1@end', variant: operations },
  });
  expect(findings.map(({ kind, note }) => [kind, note])).toEqual([
    ['stray write', 'T1 wrote word 97 by Z1, and the word belongs to nobody.'],
  ]);
});

test('and so is what a magazine leads to that is sealed with one slot too many', async () => {
  const { findings } = await run({
    by: {
      program: '[A B] d d e e d',
      schedule: 'T1@end',
      variant: `${operations}?slab=sealsHigh`,
      cache: 1,
    },
    spec: 'tagged',
  });
  expect(findings.map(({ kind, label, note }) => [kind, label, note])).toEqual([
    [
      'broken invariant',
      'D13',
      "T1 changed the count of T1's loaded magazine from 1 to 0 after D13, and 1.stamp from 0 to 1 after D13, and T1's loaded magazine from slot 1 to null after D13, and T1's spare magazine from null to slot 1 after D13. It breaks an invariant of the slab: A magazine has as many slots as its first one says, and the loaded one of a cache as many as the record says. The magazine that begins with slot 1 has another number of slots than is written down for it.",
    ],
    ['stray write', 'D13', 'T1 wrote 0.stamp after D13, and the word belongs to nobody.'],
  ]);
});

describe('what a scheme claims', () => {
  test.each(['naive', 'tagged'])('excuses a read of a slot that was freed, under %s', async (spec) => {
    expect(await kindsOf(late('readsLate'), spec)).toEqual([]);
  });

  test('does not excuse it where stale reads are ruled out', async () => {
    const spec = 'hazard-pointers:threshold=1';
    expect(await kindsOf(late('readsLate'), spec)).toEqual(['use after free']);
  });

  test('excuses no write, under any scheme that frees', async () => {
    for (const spec of ['naive', 'tagged', 'hazard-pointers:threshold=1'])
      expect(await kindsOf(late('cleansLate'), spec)).toContain('use after free');
  });

  test('excuses what no-reclaim leaks on purpose, and no other leak', async () => {
    expect(await kindsOf({ program: '[A B] d d i', schedule: 'T1@end' }, 'no-reclaim')).toEqual([]);
    expect(await kindsOf('forgotten-retire', 'no-reclaim')).toContain('orphaned slot');
  });

  test('excuses a plain write that meets a read, where what is read is thrown away', async () => {
    expect(await kindsOf(produced.race.by, 'naive')).not.toContain('race');
  });
});

describe('a sound run', () => {
  const program = '[A] (e d)x4 d i | (d e)x4 i';

  test.each(['no-reclaim', 'tagged', 'hazard-pointers:threshold=1', 'epochs:period=1'])(
    'has no finding under %s, whoever is stopped where',
    async (spec) => {
      const by = { program, schedule: 'T2@D3; T1@E9#2; T2@E9#2; T1@D13#3; T2@end; T1@end', slots: 16 };
      expect(await kindsOf(by, spec)).toEqual([]);
    },
  );

  test('has none under naive either, if one thread moves after the other', async () => {
    expect(await kindsOf({ program, schedule: 'T1@end; T2@end' }, 'naive')).toEqual([]);
  });
});
