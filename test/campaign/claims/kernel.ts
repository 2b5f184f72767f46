import assert from 'node:assert/strict';
import { type Exploration, explore } from '../../../src/explore/explore.ts';
import { counted } from '../../../src/counted.ts';
import { count, type KernelCounts, kernelCounts } from '../../explore/kernel-counts.ts';
import { redCells } from '../../explore/red-cells.ts';
import { type Batch, type Claim, digits, type Form, RECORDING } from '../claim.ts';

/** Classes that are counted and judged in a second, on a machine that has other things to do as well. */
const SLOWEST = 1000;
const SMALL = 20_000;

function counting(known: KernelCounts, seconds: number): Claim {
  const { program, scheme, slots, freeList } = known;
  const free = freeList === undefined ? '' : ` and a ${freeList} as the free list`;
  return {
    title: `${program} under ${scheme} with ${slots} slots${free}: every execution is ${scheme === 'naive' ? 'judged' : 'clean'}`,
    prove: async () => {
      const counts = await count(known, seconds);
      const { classes, judged, bad, histories, retries } = counts;
      if (scheme !== 'naive') assert.equal(bad, 0, `${bad} of ${judged} executions are bad`);
      if (!RECORDING) assert.deepEqual(counts, known);
      const figures =
        `${digits(classes)} classes, ${digits(judged)} with the judgements, ${digits(bad)} bad, ` +
        `${digits(histories)} histories, at most ${retries} retries`;
      return { figures, counts };
    },
  };
}

/** Exhaustive searches of the kernel itself: the counts that are kept with the tests. */
function exhaustive(form: Form): Batch[] {
  const chosen = kernelCounts.filter((each) => form === 'full' || each.in !== 'full');
  const small = chosen.filter(({ judged }) => judged < SMALL);
  const large = chosen.filter(({ judged }) => judged >= SMALL);
  return [
    { name: 'kernel', seconds: 240, claims: small.map((known) => counting(known, 480)) },
    ...large.map((known): Batch => {
      const seconds = 60 + Math.ceil(known.judged / SLOWEST);
      const claims = [counting(known, seconds)];
      return { name: `kernel: ${known.program} under ${known.scheme}`, seconds, claims, megabytes: 4000 };
    }),
  ];
}

/** How far an exploration came; throws unless it is complete and nothing was found. */
function clean(result: Exploration): string {
  const { executions, complete, cut, deadlocks, findings, seconds, interleavings, histories } = result;
  assert.deepEqual({ findings, cut, deadlocks }, { findings: [], cut: 0, deadlocks: 0 });
  assert.ok(complete, `not finished within ${seconds.toFixed(0)} s, after ${digits(executions)} executions`);
  const all = interleavings === null ? '' : ` stand for ${digits(interleavings)} interleavings`;
  return `${digits(executions)} executions${all}, ${digits(histories)} histories, none bad`;
}

interface Safe {
  readonly scheme: string;
  readonly slots: number;
  /** How many preemptions fewer the executions of three threads have. */
  readonly fewer?: number;
  /** How many preemptions the executions of threads with caches have, where all executions would be too many. */
  readonly withCaches?: number;
}

/**
 * Schemes that are safe, with parameters that make them reclaim at once; hazard pointers need a slot for each that is kept back. Under eras
 * each read of a pointer word looks at the clock, which others move: so many more executions differ that they have fewer preemptions.
 */
const safe: readonly Safe[] = [
  { scheme: 'no-reclaim', slots: 8 },
  { scheme: 'tagged', slots: 8 },
  { scheme: 'hazard-pointers:threshold=1', slots: 14 },
  { scheme: 'hazard-pointers:threshold=1,linger=on', slots: 20 },
  { scheme: 'epochs:period=1', slots: 8 },
  { scheme: 'epochs:period=1,region=2', slots: 8 },
  { scheme: 'hazard-eras:threshold=1', slots: 14, fewer: 1 },
  { scheme: 'qsbr:period=1', slots: 14 },
  { scheme: 'interval:threshold=1,period=1', slots: 14, fewer: 1, withCaches: 2 },
  { scheme: 'debra:period=1', slots: 28 },
  { scheme: 'debra:period=1,free=one', slots: 28 },
  { scheme: 'versions', slots: 8 },
  { scheme: 'pass-the-pointer', slots: 14 },
  { scheme: 'neutralization:threshold=1', slots: 20, fewer: 1, withCaches: 2 },
  { scheme: 'mark-sweep:patience=1', slots: 8 },
  { scheme: 'reference-counting', slots: 20, fewer: 1, withCaches: 2 },
  { scheme: 'reference-counting:cut=on', slots: 20, fewer: 1, withCaches: 2 },
  { scheme: 'hyaline:batch=1', slots: 14 },
  { scheme: 'hyaline:batch=1,eras=on', slots: 14, fewer: 1, withCaches: 2 },
];

/** Three threads of one operation: so few executions that none of the schemes has fewer preemptions there. */
const SMALLEST = '[A B] d | d | e';

/** Programs of three threads of two operations, and how many preemptions their executions may have: all executions would be too many. */
const three: Readonly<Record<Form, readonly (readonly [program: string, preemptions: number])[]>> = {
  full: [
    [SMALLEST, 3],
    ['e d | e d | e d', 3],
    ['e e | d d | e d', 3],
    ['[A B] d e | d e | d e', 3],
    ['treiber-stack:push pop | push pop | push pop', 3],
    ['treiber-stack:[A B] pop | pop push | pop', 4],
  ],
  bounded: [
    ['e d | e d | e d', 1],
    ['treiber-stack:[A B] pop | pop push | pop', 2],
  ],
};

function threeThreads(form: Form): Batch[] {
  const seconds = form === 'full' ? 1800 : 120;
  return three[form].flatMap(([program, most]) =>
    safe.map(({ scheme, slots, fewer: usual = 0 }): Batch => {
      const fewer = program === SMALLEST ? 0 : usual;
      const preemptions = most - fewer;
      const note =
        form === 'full'
          ? ''
          : ` (${three.full.find(([each]) => each === program)![1] - fewer} in the full campaign)`;
      return {
        name: `three threads: ${program} under ${scheme}`,
        seconds,
        megabytes: 6000,
        claims: [
          {
            title: `${program} under ${scheme}: every execution with at most ${counted(preemptions, 'preemption')}${note} is clean`,
            prove: async () => ({
              figures: clean(
                await explore(program, scheme, { slots, preemptions, maxSeconds: seconds - 10 }),
              ),
            }),
          },
        ],
      };
    }),
  );
}

const aba: readonly Claim[] = [
  {
    title: 'naive reuse: the ABA in [A] d | d e d is found within 300 executions, with one preemption',
    prove: async () => {
      const options = { slots: 6, preemptions: 3, firstOnly: true };
      const { findings, executions } = await explore('[A] d | d e d', 'naive', options);
      const [first] = findings;
      assert.deepEqual([first?.kind, first?.preemptions], ['ABA', 1]);
      assert.ok(executions <= 300, `it took ${executions} executions`);
      return { figures: `execution ${executions}, replay ${first?.schedule}` };
    },
  },
  {
    title: 'naive reuse: without a preemption [A] d | d e d shows nothing',
    prove: async () => ({
      figures: clean(await explore('[A] d | d e d', 'naive', { slots: 6, preemptions: 0 })),
    }),
  },
];

/** While one thread waits, the others change Head as often as a tag has values. */
const wraps = (
  [
    [1, '[A] d | d e d'],
    [2, '[A] d | d e d e d e d'],
  ] as const
).map(([bits, program]): Claim => ({
  title: `a tag with ${bits} bit${bits === 1 ? '' : 's'} comes round in ${program}`,
  prove: async () => {
    const options = { slots: 6, preemptions: 3, firstOnly: true, maxSeconds: 30 };
    const { findings, executions } = await explore(program, `tagged:bits=${bits}`, options);
    const [first] = findings;
    assert.equal(first?.kind, 'ABA');
    return {
      figures: `execution ${executions}, preemptions ${first?.preemptions}, replay ${first?.schedule}`,
    };
  },
}));

/** Structures under schemes that they are not safe under: each breaks there, and needs as many preemptions for it as are said. */
const unsafe = redCells.map(({ program, scheme, slots, kind, preemptions }): Claim => ({
  title: `${program} under ${scheme} is not safe: ${kind}, with ${counted(preemptions, 'preemption')} and no fewer`,
  prove: async () => {
    const less = await explore(program, scheme, { slots, preemptions: preemptions - 1 });
    const { findings, executions } = await explore(program, scheme, { slots, preemptions, firstOnly: true });
    const [first] = findings;
    assert.deepEqual([first?.kind, first?.preemptions], [kind, preemptions]);
    return { figures: `execution ${executions}, replay ${first?.schedule}; before: ${clean(less)}` };
  },
}));

/** Threads with caches of free slots, which meet at the free list where a thread dequeues more than its magazines take. */
function caches(form: Form): Batch {
  const small = ['e e | d d', '[A B C] d d d | e e'];
  const programs = form === 'full' ? [...small, 'e d | d e d', '[A B C D E] d d d d d | e e'] : small;
  const sizes = form === 'full' ? [1, 2] : [1];
  const claims = programs.flatMap((program) =>
    safe.flatMap(({ scheme, slots, withCaches: preemptions }) =>
      sizes.map((cache): Claim => {
        const within = preemptions === undefined ? '' : ` with at most ${counted(preemptions, 'preemption')}`;
        const bounded = preemptions === undefined ? {} : { preemptions };
        const options = { slots: slots + 4, cache, maxSeconds: 300, ...bounded };
        return {
          title: `${program} under ${scheme} with magazines of ${cache}: every execution${within} is clean`,
          prove: async () => ({ figures: clean(await explore(program, scheme, options)) }),
        };
      }),
    ),
  );
  return { name: 'caches', seconds: form === 'full' ? 1800 : 120, claims };
}

/** Three threads on rings of two cells, each with a dequeue that another one may pass: all executions would be too many. */
function ring(form: Form): Batch {
  const preemptions = form === 'full' ? 3 : 1;
  const programs = ['scq', 'vyukov-ring', 'shann-ring'].flatMap((id) => [
    `${id}:e d | e d | e d`,
    `${id}:[A B] d e | d e | d`,
  ]);
  const claims = [...programs, 'vyukov-ring:[A B] d | d | e', 'shann-ring:[A B] d | e die | d e'].map(
    (program): Claim => ({
      title: `${program}: every execution with at most ${counted(preemptions, 'preemption')}${form === 'full' ? '' : ' (3 in the full campaign)'} is clean`,
      prove: async () => ({
        figures: clean(await explore(program, 'tagged', { slots: 3, preemptions, maxSeconds: 1700 })),
      }),
    }),
  );
  return { name: 'ring of three threads', seconds: form === 'full' ? 1800 : 120, claims };
}

/** Segments: one thread stands still with a new one while the others use the first up and come to Tail; and all meet at empty cells. */
function segments(form: Form): Batch {
  const preemptions = form === 'full' ? 3 : 1;
  const programs = ['segments:[A B] e | d d d | e', 'segments:e d | e d | d i'];
  const claims = programs.flatMap((program) =>
    ['hazard-pointers:threshold=1', 'epochs:period=1'].map((scheme): Claim => ({
      title: `${program} under ${scheme}: every execution with at most ${counted(preemptions, 'preemption')}${form === 'full' ? '' : ' (3 in the full campaign)'} is clean`,
      prove: async () => ({
        figures: clean(await explore(program, scheme, { slots: 20, preemptions, maxSeconds: 1700 })),
      }),
    })),
  );
  return { name: 'segments of three threads', seconds: form === 'full' ? 1800 : 120, claims };
}

/** A free list that is a ring: what waits in it, with caches and without, and threads that die. */
function freeRing(form: Form): Batch {
  const most = form === 'full' ? 3 : 1;
  const programs: readonly (readonly [program: string, scheme: string, slots: number, cache: number])[] = [
    ['e d | e d | e d', 'tagged', 5, 0],
    ['[A B] d e die | d e | i', 'tagged', 4, 0],
    ['e e | d d', 'epochs:period=1', 12, 1],
    ['[A B C] d d d | e e', 'hazard-pointers:threshold=1', 18, 1],
    ['treiber-stack:[A B] pop | pop push | pop', 'versions', 8, 0],
    ['michael-list:[1 3] -1 +2 | -3 | +1', 'debra:period=1', 28, 0],
  ];
  const claims = programs.map(([program, scheme, slots, cache]): Claim => ({
    title: `${program} under ${scheme} with a ring as the free list${cache === 0 ? '' : ` and magazines of ${cache}`}: every execution with at most ${counted(most, 'preemption')}${form === 'full' ? '' : ' (3 in the full campaign)'} is clean`,
    prove: async () => ({
      figures: clean(
        await explore(program, scheme, {
          slots,
          cache,
          freeList: 'ring',
          preemptions: most,
          maxSeconds: 1700,
        }),
      ),
    }),
  }));
  return { name: 'a ring as the free list', seconds: form === 'full' ? 1800 : 120, claims };
}

/** The lab's own queue under each scheme: what is clean, and what must be found. */
export function kernelBatches(form: Form): Batch[] {
  const found = { name: 'found', seconds: 90, claims: [...aba, ...wraps] };
  const red = { name: 'unsafe', seconds: 90, claims: unsafe };
  const others = [ring(form), freeRing(form), segments(form), caches(form), found, red];
  return [...exhaustive(form), ...threeThreads(form), ...others];
}
