import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { check, checkObject, type CheckFailure, type FailureRecord } from '../../src/checker/index.ts';
import { failureText } from '../../src/checker/failure-record.ts';
import { failureOf } from './failure-of.ts';

interface Counter {
  readonly counter: { load(): number; store(value: number): number; value: number };
}

const increment = ({ counter }: Counter): void => void counter.store(counter.load() + 1);

const lost = (): CheckFailure =>
  failureOf(() =>
    check({
      words: { counter: 0 },
      threads: [increment, increment],
      finally: ({ counter }) => counter === 2,
    }),
  );

const racing = (): CheckFailure =>
  failureOf(() =>
    check({
      words: { counter: 0 },
      threads: [({ counter }) => counter.value++, ({ counter }) => counter.value++],
    }),
  );

const ofObject = (): CheckFailure =>
  failureOf(() =>
    checkObject({
      words: { counter: 0 },
      operations: { increment, get: ({ counter }) => counter.load() },
    }),
  );

const written = (failure: CheckFailure): FailureRecord =>
  JSON.parse(JSON.stringify(failure)) as FailureRecord;

describe('a failure as values', () => {
  test('has each step with its thread, what it did and where', () => {
    const { rows, ...rest } = written(lost());
    expect(rest).toEqual({
      schemaVersion: 1,
      kind: 'property',
      headline: 'What must hold at the end does not.',
      details: ['It answered false.'],
      threads: 2,
      end: 'counter 1',
      races: [],
      steps: 4,
      preemptions: 1,
      fewest: true,
      executions: 2,
      states: null,
      chance: null,
      found: 'by a search',
      program: null,
      replay: '1,2x2,1',
    });
    expect(rows.map(({ step, thread, text }) => [step, thread, text])).toEqual([
      [1, 1, 'counter.load() ⇒ 0'],
      [2, 2, 'counter.load() ⇒ 0'],
      [3, 2, 'counter.store(1)   0 → 1'],
      [4, 1, 'counter.store(1)   1 → 1'],
      [null, null, expect.stringContaining('It overwrites what was written since T1 saw counter')],
    ]);
    expect(rows[0]!.where).toMatch(/^failure-record\.test\.ts:\d+$/);
  });

  test.each([
    ['of a property', lost],
    ['of a race, whose two steps are marked', racing],
    ['of an object, with its program', ofObject],
  ])('is told anew from a file: %s', (_, fails) => {
    const failure = fails();
    const record = written(failure);
    expect(failureText(record)).toBe(failure.message);
    expect(record.rows.filter(({ isMarked }) => isMarked)).toHaveLength(failure.kind === 'race' ? 2 : 0);
    expect(record.program === null).toBe(fails !== ofObject);
    expect(failure).toMatchObject({ kind: record.kind, replay: record.replay, fewest: record.fewest });
    expect(failure.message).toContain(failure.trace);
  });

  test('is printed once where an error is printed with its fields', () => {
    const shown = inspect(lost());
    expect(shown.split('counter.store(1)   1 → 1')).toHaveLength(2);
    expect(shown).toMatch(/^CheckFailure: What must hold/);
    expect(shown).not.toContain('executions:');
  });
});
