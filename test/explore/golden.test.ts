import { describe, expect, test } from 'vitest';
import { deep } from '../effort.ts';
import { BoundedSearch } from '../../src/search/strategies/bounded.ts';
import { memoryDependence } from '../../src/model/dependence.ts';
import { withCalls } from './with-calls.ts';
import { CanonicalHistories } from '../../src/search/calls.ts';
import { Dpor } from '../../src/search/dpor.ts';
import { canonicalHistory } from './histories.ts';
import { Histories } from './histories.ts';
import type { Machine } from '../../src/model/machine.ts';
import type { PlainBody } from './plain-body.ts';
import { StateSearch } from '../../src/search/states.ts';
import { golden, goldenWithValues } from './golden-table.ts';
import { literature, model as modelOf } from './literature.ts';
import { client, FIRST_VALUE } from './michael-scott-client.ts';
import { interleavingsOf, judged, judgedWithValues, reduced } from './stand-in.ts';

describe('the golden table: what GenMC, Nidhugg and the literature count', () => {
  // The two that take longest: in the long forms.
  test.each(golden.filter(({ executions }) => deep || executions < 10_000))(
    '$program: $executions executions stand for $interleavings interleavings',
    ({ program, executions, interleavings }) => {
      const model = client(program);
      expect(reduced(model)).toBe(executions);
      if (interleavings === null) return;
      expect(interleavingsOf(model)).toBe(interleavings);
    },
  );

  test.each(goldenWithValues)(
    '$program with values, counted: $counted: $executions executions, $bad of them bad',
    ({ program, counted, executions, bad }) => {
      expect(judgedWithValues(program, counted)).toMatchObject({ executions, bad });
    },
  );

  test('97 classes stand for 701657333 interleavings', () => {
    const model = client('[A] d | d e d', { values: true, reuse: true });
    expect(interleavingsOf(model)).toBe(701_657_333n);
  });
});

/**
 * The trap: without the order of calls and returns in the dependence, histories are missed. What that order costs, and what it finds; the
 * search over states, which remembers the history, confirms the number of histories.
 */
describe('with the order of calls and returns', () => {
  test.each([
    ['e d | e d', 366, 30, 17],
    ['e | e | d', 354, 30, 9],
    ['e e | d d', 91, 35, 11],
  ])('%s: %i executions show %i histories', (program, executions, histories, without) => {
    expect(judged(program, {}, [], withCalls)).toEqual({ executions, histories, bad: 0 });
    expect(judged(program, {}, []).histories).toBe(without);
    const all = new Set<string>();
    const visit = (machine: Machine): void => void all.add(canonicalHistory(machine));
    new StateSearch(client(program), visit, { ghost: canonicalHistory }).run();
    expect(all.size).toBe(histories);
  });
});

test.each(['e | e | d', 'e d | e d', '[A] d | d e d'])(
  'a history of %s is written as it is without the executions before it',
  (program) => {
    const kept = new CanonicalHistories();
    const written = new Set<string>();
    const visit = (machine: Machine): void => {
      const alone = canonicalHistory(machine);
      expect(kept.of(machine)).toBe(alone);
      written.add(alone);
    };
    const model = client(program);
    new Dpor(model, withCalls(model.words.length), visit).run();
    expect(written.size).toBeGreaterThan(5);
  },
);

describe('few preemptions first', () => {
  test('the ABA needs one, and comes within 25 executions', () => {
    const model = client('[A] d | d e d', { values: true, reuse: true });
    const histories = new Histories([FIRST_VALUE]);
    let seen = 0;
    const visit = (machine: Machine): boolean => {
      seen++;
      return histories.verdict(machine).linearizable !== true;
    };
    const { preemptions } = new BoundedSearch(model, withCalls(model.words.length), visit).runUpTo(3);
    expect(preemptions).toBe(1);
    expect(seen).toBeLessThanOrEqual(25);
  });
});

describe('small programs of the literature', () => {
  test.each(literature)('$name: $executions executions', ({ model: program, executions, forbidden }) => {
    const outcomes = new Set<string>();
    const visit = (machine: Machine): void => {
      outcomes.add(machine.at.map(({ result }) => String(result)).join(' '));
    };
    expect(reduced(program, visit)).toBe(executions);
    if (forbidden === undefined) return;
    // Each execution ends in its own way, and none as sequential consistency forbids.
    expect(outcomes.size).toBe(executions);
    expect(outcomes).not.toContain(forbidden);
  });
});

const waits: PlainBody = (words) => words.await(0, 0);

const goesRound: PlainBody = (words) => {
  while (words.load(0) === 0);
};

/** A ticket lock around a counter that is read and written in two steps. */
const locks: PlainBody = (words) => {
  const ticket = words.add(0, 1);
  while (words.load(1) !== ticket);
  words.store(2, words.load(2) + 1);
  words.store(1, ticket + 1);
};

describe('waiting', () => {
  test('a thread that waits for a word takes part in one execution, not in one for each look', () => {
    expect(reduced(modelOf(1, waits, (words) => words.store(0, 7)))).toBe(1);
  });

  test('two threads that wait for each other are a deadlock', () => {
    const bodies: PlainBody[] = [
      (words) => [words.await(0, 0), words.store(1, 1)],
      (words) => [words.await(1, 0), words.store(0, 1)],
    ];
    const searched = new Dpor(modelOf(2, ...bodies), memoryDependence(2), () => false).run();
    expect(searched).toMatchObject({ executions: 1, deadlocks: 1 });
  });

  test('a loop that never ends is cut, and counted as such', () => {
    const searched = new Dpor(modelOf(1, goesRound), memoryDependence(1), () => false, {
      stepLimit: 50,
    }).run();
    expect(searched).toMatchObject({ executions: 1, cut: 1 });
  });

  test('a loop that changes nothing is blocked until its word is written', () => {
    const spins = { ...modelOf(1, goesRound, (words) => words.store(0, 1)), spins: 2 };
    // The write comes before the first look, after it, or after the second; more rounds are like the second.
    expect(reduced(spins)).toBe(3);
    const alone = new Dpor({ ...modelOf(1, goesRound), spins: 2 }, memoryDependence(1), () => false).run();
    expect(alone).toMatchObject({ executions: 1, deadlocks: 1, cut: 0 });
  });

  test('three threads take a ticket lock in turn, and no count is lost', () => {
    const counts = new Set<number>();
    const spins = { ...modelOf(3, locks, locks, locks), spins: 2 };
    reduced(spins, (machine) => void counts.add(machine.words[2] ?? 0));
    expect([...counts]).toEqual([3]);
  });
});

const swallows: PlainBody = (words) => {
  try {
    words.load(0);
    return 'went on';
  } catch {
    return 'caught';
  }
};

const throws: PlainBody = (words) => {
  try {
    words.load(0);
    throw new RangeError('as it was told to');
  } finally {
    words.store(1, 5);
  }
};

describe('code that cannot be explored', () => {
  test('a thread that is not deterministic is reported with its two steps', () => {
    let runs = 0;
    const fickle: PlainBody = (words) => {
      words.load(runs++ === 0 ? 0 : 1);
      words.store(0, 1);
    };
    expect(() => reduced(modelOf(2, fickle))).toThrow(
      /asks for load of word 1, and before it asked for load of word 0/,
    );
  });

  test('a thread that catches what suspends it goes on as if it had not', () => {
    const seen: unknown[] = [];
    reduced(modelOf(1, swallows), (machine) => void seen.push(machine.at[0]?.result));
    expect(seen).toEqual(['went on']);
  });

  test('a `finally` that touches shared words does no harm, and an error of its own is a result', () => {
    const seen: unknown[] = [];
    reduced(modelOf(2, throws), (machine) => void seen.push(machine.at[0]?.result, machine.words[1]));
    expect(seen).toMatchObject([{ error: { message: 'as it was told to' } }, 5]);
  });
});
