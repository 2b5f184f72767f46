import { describe, expect, test } from 'vitest';
import { CheckFailure, type FailureKind, type Passed } from '../../../src/checker/index.ts';
import { some } from '../../effort.ts';
import * as doubleCheckedLock from './double-checked-lock.ts';
import * as event from './event.ts';
import * as lists from './lists.ts';
import * as michaelScott from './michael-scott-queue.ts';
import * as mpmcRing from './mpmc-ring.ts';
import { exclusion, type Line } from './mutual-exclusion.ts';
import * as segments from './segments.ts';
import * as scqRing from './scq-ring.ts';
import * as shannRing from './shann-ring.ts';
import * as spscRing from './spsc-ring.ts';
import * as ticketLock from './ticket-lock.ts';
import * as treiberStack from './treiber-stack.ts';
import * as workStealing from './work-stealing-deque.ts';

/** The failure of a check. */
function failureOf(run: () => Passed): CheckFailure {
  try {
    run();
  } catch (error) {
    if (error instanceof CheckFailure) return error;
    throw error;
  }
  throw new Error('The check passed.');
}

type Run = (replay?: string) => Passed;

describe('what is sound passes, and nothing is left out', () => {
  const sound: readonly [string, () => Passed, number, ...(readonly number[])[]][] = [
    ['ticket lock with 3 threads', () => ticketLock.sound(), 8, [1, 2, 3]],
    ['ticket lock, each thread for itself', () => ticketLock.sound(false), 48],
    ['Treiber stack with tags', treiberStack.tagged, 33],
    ['Michael-Scott queue with tags', michaelScott.tagged, 97],
    ['SPSC ring with one producer and one consumer', spscRing.sound, 572],
    ["Peterson's algorithm", () => exclusion('peterson', null), 74],
    ["Dekker's algorithm", () => exclusion('dekker', null), 126],
    ['double-checked lock with 3 threads', doubleCheckedLock.sound, 41, [1, 2, 3]],
    ['MPMC ring', mpmcRing.sound, 133, [2, 3]],
    ['SCQ ring', scqRing.sound, 140],
    ['ring of Shann, Huang and Chen', shannRing.sound, 522],
    ['event', event.sound, 19],
    ['work-stealing deque with an owner and a thief', workStealing.sound, 316],
    ['queue of segments', segments.sound, 345],
    ['list of Michael under hazard pointers', lists.michael, 1591],
    ['hash set of two buckets under hazard pointers', lists.hashSet, 258],
    ['list with the traversal of SCOT under hazard pointers', lists.scot, 281],
  ];
  test.each(some(sound, 15))('%s', (_, run, executions, ...symmetric) => {
    const { seconds: _seconds, summary, ...passed } = run();
    const facts = { preemptions: null, chance: null, symmetric, interleavings: null, races: [] };
    expect(passed).toEqual({ executions, complete: true, cut: 0, ...facts });
    expect(summary).toMatch(
      /^Proved for this program: [\d,]+ executions were explored( up to symmetry \(.*\))?, and none was left out\.$/,
    );
  });
});

const without =
  (algorithm: 'peterson' | 'dekker', line: Line): Run =>
  (replay) =>
    exclusion(algorithm, line, replay);

describe('what is broken fails, told step by step, and the line replays it', () => {
  test.each<[string, Run, FailureKind, number, RegExp]>([
    ['ticket lock in two steps', ticketLock.hasty, 'livelock', 1, /T1 goes round at memory\[1\]\.load\(\)/],
    [
      'Treiber stack without tags',
      treiberStack.untagged,
      'property',
      1,
      /top is 3 as it was at step 1, but was written since/,
    ],
    [
      'Michael-Scott queue without tags',
      michaelScott.untagged,
      'property',
      1,
      /head is 1 as it was at step 4, but was written since/,
    ],
    [
      'SPSC ring with two producers',
      spscRing.twoProducers,
      'not linearizable',
      1,
      /T1 push\(1\) ⇒ false cannot follow/,
    ],
    ['SPSC ring with two consumers', spscRing.twoConsumers, 'not linearizable', 1, /pop\(\) ⇒ 1/],
    [
      'Peterson without a wish',
      without('peterson', 'says that it wants'),
      'invariant',
      1,
      /inside\.add\(1\) ⇒ 1/,
    ],
    ['Peterson without giving way', without('peterson', 'gives way'), 'invariant', 1, /inside\.add\(1\) ⇒ 1/],
    [
      'Peterson without looking',
      without('peterson', 'looks at the other'),
      'invariant',
      1,
      /inside\.add\(1\) ⇒ 1/,
    ],
    [
      'Dekker without a wish',
      without('dekker', 'says that it wants'),
      'invariant',
      1,
      /inside\.add\(1\) ⇒ 1/,
    ],
    ['Dekker without giving way', without('dekker', 'gives way'), 'livelock', 1, /T1 goes round/],
    [
      'Dekker without looking',
      without('dekker', 'looks at the other'),
      'invariant',
      1,
      /inside\.add\(1\) ⇒ 1/,
    ],
    [
      'double-checked lock, ready too early',
      doubleCheckedLock.broken,
      'property',
      1,
      /ready\.store\(1\) {3}0 → 1/,
    ],
    ['MPMC ring that publishes too early', mpmcRing.early, 'not linearizable', 1, /read slots\[0\] ⇒ 0/],
    [
      'MPMC ring with a slow producer',
      mpmcRing.overtaken,
      'not linearizable',
      1,
      /T2 pop\(\) ⇒ 0 cannot follow/,
    ],
    ['MPMC ring whose reader waits for it', mpmcRing.waiting, 'not lock-free', 0, /T2/],
    ['SCQ ring without a threshold', scqRing.impatient, 'not linearizable', 0, /take\(\) ⇒ -1 cannot follow/],
    ['SCQ ring that writes too late', scqRing.late, 'not linearizable', 1, /T1 take\(\) ⇒ -1 cannot follow/],
    ['ring of Shann without helping', shannRing.unhelpful, 'not lock-free', 0, /T2/],
    [
      'ring of Shann that is full too soon',
      shannRing.hasty,
      'not linearizable',
      1,
      /put\(.*\) ⇒ false cannot follow/,
    ],
    [
      'ring of Shann that reads too late',
      shannRing.late,
      'not linearizable',
      2,
      /take\(\) ⇒ 67 cannot follow/,
    ],
    [
      'event with a bell',
      event.lostWakeUp,
      'deadlock',
      1,
      /T2 notified bell\[0\] at step \d, when nobody slept yet/,
    ],
    [
      'list of Harris under hazard pointers',
      lists.harris,
      'error',
      1,
      /T1 throws Error: node 2 is read after it was freed/,
    ],
    [
      'work-stealing deque whose owner takes the last value by a store',
      workStealing.stored,
      'not linearizable',
      2,
      /It overwrites what was written since T1 saw deque\[0\]/,
    ],
    [
      'work-stealing deque whose thief reads the bottom first',
      workStealing.reversed,
      'not linearizable',
      1,
      /then T2 steal\(\) ⇒ 2 cannot follow/,
    ],
    [
      'queue of segments whose Head passes Tail',
      segments.outrun,
      'invariant',
      1,
      /segment 1 is retired, and Tail names it/,
    ],
    [
      'hash set whose search starts over in another bucket',
      lists.hashSetElsewhere,
      'property',
      1,
      /removed false,true/,
    ],
    ['event that wakes one of two', event.oneTooFew, 'deadlock', 0, /event\[0\]\.notify\(1\), wakes T1/],
  ])('%s', (_, run, kind, preemptions, shows) => {
    const failure = failureOf(run);
    expect({ kind: failure.kind, preemptions: failure.preemptions }).toEqual({ kind, preemptions });
    expect(failure.message).toMatch(shows);
    expect(failure.message).toContain(failure.trace);
    expect(failure.message).toContain(`replay: '${failure.replay}'`);
    const again = failureOf(() => run(failure.replay));
    expect(again).toMatchObject({ kind, trace: failure.trace, replay: failure.replay, executions: 1 });
  });
});
