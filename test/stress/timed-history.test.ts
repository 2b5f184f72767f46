import { describe, expect, test } from 'vitest';
import type { StructureCard } from '../../src/kernel/structure-card.ts';
import { CARD as QUEUE } from '../../src/kernel/structures/michael-scott.ts';
import { CARD as RING } from '../../src/kernel/structures/vyukov-ring.ts';
import { CARD as STACK } from '../../src/kernel/structures/treiber-stack.ts';
import {
  ASK,
  J_PENDING,
  J_SEQUENCE,
  J_TIMED,
  Journals,
  OUTCOME,
  OUTCOME_BITS,
  PUT,
  TAKE,
  T_INVOKED,
  T_RETURNED,
  T_VALUE,
  T_WHAT,
  TIME,
  TIMED_QUOTA,
  TIMED_WORDS,
} from '../../src/stress/journals.ts';
import type { TimedFindings } from '../../src/stress/moments.ts';
import { TimedHistory } from '../../src/stress/timed-history.ts';
import { valueOf } from '../../src/stress/values.ts';
import { Random } from '../../src/random.ts';

/** An operation as its thread writes it down: what it is, what it answered, and the counts of returns before and after it. */
type Written = readonly [
  does: number,
  outcome: keyof typeof OUTCOME,
  value: number,
  invoked: number,
  returned: number,
];

/** What is found in the journals of threads, the first of which is T1, that write down no more than `quota` operations. */
function judged(
  threads: readonly (readonly Written[])[],
  { quota, card, before, dead }: { quota: number; card: StructureCard; before?: number; dead?: number },
): TimedFindings {
  const journals = Journals.create(threads.length);
  journals.words[TIMED_QUOTA] = quota;
  for (const [i, operations] of threads.entries()) {
    const thread = i + 1;
    const log = journals.timed(thread);
    for (const [n, [does, outcome, value, invoked, returned]] of operations.entries()) {
      const at = TIMED_WORDS * n;
      log[at + T_WHAT] = (does << OUTCOME_BITS) | OUTCOME[outcome];
      [log[at + T_VALUE], log[at + T_INVOKED], log[at + T_RETURNED]] = [value, invoked, returned];
    }
    journals.words[journals.of(thread) + J_TIMED] = operations.length;
    journals.words[journals.of(thread) + J_SEQUENCE] += operations.filter(([does]) => does === PUT).length;
  }
  // It stopped in an earlier round, in a put.
  if (dead !== undefined) journals.words[journals.of(dead) + J_PENDING] = PUT;
  journals.words[TIME] = Math.max(...threads.flat().map(([, , , , returned]) => returned));
  const opening = {
    carried: [],
    first: threads.map(() => 1),
    retired: threads.map(() => 0),
    retiredOfNobody: 0,
    lost: 0,
    cached: 0,
    slots: 1000,
    dummies: card === QUEUE ? 1 : 0,
    tellsFull: false,
  };
  return new TimedHistory(
    journals,
    card,
    opening,
    threads.map((_, i) => i + 1).filter((thread) => thread !== dead),
    before,
  ).judge();
}

const [a, b] = [1, 2].map((sequence) => valueOf(1, sequence));

describe('the first operations of a round', () => {
  test('of a queue that keeps its order show nothing, and all are judged', () => {
    const found = judged(
      [
        [
          [PUT, 'ok', a, 0, 1],
          [PUT, 'ok', b, 1, 2],
        ],
        [
          [TAKE, 'value', a, 2, 3],
          [TAKE, 'value', b, 3, 4],
        ],
      ],
      { quota: 8, card: QUEUE },
    );
    expect(found).toMatchObject({ findings: [], inOrder: 4 });
  });

  test('show an answer of empty while a value was inside', () => {
    const { findings } = judged(
      [
        [[PUT, 'ok', a, 0, 1]],
        [
          [TAKE, 'empty', 0, 1, 2],
          [TAKE, 'value', a, 2, 3],
        ],
      ],
      { quota: 8, card: QUEUE },
    );
    expect(findings.map(({ note }) => note)).toEqual([
      'T2 dequeue#1 answered empty, but T1:1, enqueued by T1 enqueue#1, was inside all the time.',
    ]);
  });

  test('of a ring show no early empty in a later round than that in which a thread stopped in a put', () => {
    const threads: Written[][] = [
      [],
      [[PUT, 'ok', valueOf(2, 1), 0, 1]],
      [
        [TAKE, 'empty', 0, 1, 2],
        [ASK, 'no', 0, 2, 3],
      ],
    ];
    expect(judged(threads, { quota: 8, card: RING }).findings.map(({ kind }) => kind)).toEqual([
      'false empty',
    ]);
    expect(judged(threads, { quota: 8, card: RING, dead: 1 })).toMatchObject({
      findings: [],
      empty: 0,
      inOrder: 1,
    });
    // Of a queue that is never early a thread that stopped excuses nothing.
    expect(judged(threads, { quota: 8, card: QUEUE, dead: 1 }).findings).toHaveLength(1);
  });

  test('show nothing that a take may excuse which returned after the last moment', () => {
    // T1 has no more room at 3. T3 was at work all the time: by then nobody can say that it did not take the value.
    const found = judged(
      [
        [
          [PUT, 'ok', a, 0, 1],
          [PUT, 'ok', b, 1, 3],
        ],
        [
          [TAKE, 'empty', 0, 1, 2],
          [TAKE, 'value', a, 2, 5],
        ],
        [[TAKE, 'value', b, 0, 4]],
      ],
      { quota: 2, card: QUEUE },
    );
    expect(found).toMatchObject({ findings: [], empty: 1 });
  });
});

/** A run of a structure that may answer anything but loses and doubles nothing, one step at a time. */
function run(random: Random, card: StructureCard): TimedFindings {
  const threads: Written[][] = [[], [], [], []];
  const under: (readonly [does: number, invoked: number] | null)[] = [null, null, null, null];
  const inside: number[] = [];
  const sequences = [0, 0, 0, 0];
  let time = 0;
  for (let n = 0; n < 60; n++) {
    const i = random.below(threads.length);
    const begun = under[i];
    if (begun === null) {
      under[i] = [[PUT, TAKE, TAKE, ASK][random.below(4)], time];
      continue;
    }
    const [does, invoked] = begun;
    under[i] = null;
    const lies = random.below(10) === 0;
    time++;
    if (does === PUT) {
      const value = valueOf(i + 1, ++sequences[i]);
      inside.push(value);
      threads[i].push([PUT, 'ok', value, invoked, time]);
    } else if (does === ASK) {
      threads[i].push([ASK, (inside.length === 0) === lies ? 'no' : 'yes', 0, invoked, time]);
    } else if (inside.length === 0 || lies) threads[i].push([TAKE, 'empty', 0, invoked, time]);
    else {
      const right = card === STACK ? inside.length - 1 : 0;
      const at = random.below(5) === 0 ? random.below(inside.length) : right;
      threads[i].push([TAKE, 'value', inside.splice(at, 1)[0], invoked, time]);
    }
  }
  return judged(threads, { quota: 4 + random.below(20), card, before: random.below(time) });
}

describe('histories at random', () => {
  test.each([
    ['queue', QUEUE],
    ['stack', STACK],
  ] as const)('of a faulty %s are judged without a contradiction', (_, card) => {
    const random = new Random(7);
    const kinds = new Set<string>();
    for (let n = 0; n < 400; n++) for (const { kind } of run(random, card).findings) kinds.add(kind);
    expect([...kinds].toSorted()).toEqual(
      card === QUEUE
        ? ['false empty', 'false non-empty', 'order broken']
        : ['false empty', 'false non-empty', 'not linearizable'],
    );
  });
});
