import { describe, expect, test } from 'vitest';
import { memoryDependence } from '../../src/model/dependence.ts';
import { bodyCode } from './plain-body.ts';
import { deep, runs } from '../effort.ts';
import {
  boundedAgrees,
  boundedAgreesOn,
  reducedAgrees,
  reducedAgreesOn,
  shapes,
  statesAgree,
} from './brute-force.ts';

const shortened = shapes.map((shape) => ({ ...shape, programs: runs(shape.programs, 4) }));

describe.each(shortened)('random programs of $name', (shape) => {
  test('the reduced search sees every outcome, and every class of executions exactly once', () => {
    const { all, reduced } = reducedAgrees(shape, 1);
    expect(reduced).toBeGreaterThan(shape.programs);
    expect(all).toBeGreaterThanOrEqual(reduced);
  });

  test('the search over states sees every outcome, and counts every interleaving', () => {
    expect(statesAgree(shape, 2)).toBeGreaterThan(shape.programs);
  });

  test('the search with few preemptions sees each class exactly once, in an execution with the fewest', () => {
    const { classes, most } = boundedAgrees(shape, 3);
    expect(classes).toBeGreaterThan(shape.programs);
    expect(most).toBeGreaterThan(deep && shape.accesses > 2 ? 1 : 0);
  });
});

test('a step that touches in the other order of a race what it did not touch is ordered with what comes later, too', () => {
  const threads = [
    // Writes word 1 if it is before the second thread's step, and reads word 0 alone if it is after it.
    bodyCode((words) => {
      if (words.load(0) === 1) words.poke(1, 2);
    }),
    bodyCode((words) => {
      words.poke(0, 1);
      words.store(0, 0);
    }),
    bodyCode((words) => {
      words.exchange(1, 1);
    }),
  ];
  const { reduced } = reducedAgreesOn({ words: new Int32Array(2), threads }, memoryDependence(2));
  expect(reduced.executions).toBe(3);
});

test('a step made before it is needed may let somebody go on, whose waiting was a switch for nothing', () => {
  const threads = [
    bodyCode((words) => {
      words.store(0, 1);
      words.store(1, 1);
      words.load(3);
    }),
    bodyCode((words) => {
      words.load(0);
      words.store(2, 1);
      words.await(1, 0);
      words.load(3);
    }),
    bodyCode((words) => {
      words.load(2);
      words.store(3, 1);
    }),
  ];
  expect(boundedAgreesOn({ words: new Int32Array(4), threads }, memoryDependence(4)).most).toBe(2);
});
