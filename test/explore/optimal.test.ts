import { describe, expect, test } from 'vitest';
import { memoryDependence } from '../../src/model/dependence.ts';
import { withCalls } from './with-calls.ts';
import type { Model } from '../../src/model/machine.ts';
import { Random } from '../../src/random.ts';
import { BoundedSearch } from '../../src/search/strategies/bounded.ts';
import { Dpor } from '../../src/search/dpor.ts';
import { bounded, deep } from '../effort.ts';
import { golden } from './golden-table.ts';
import { lastZero, literature } from './literature.ts';
import { client } from './michael-scott-client.ts';
import { randomModel, randomProgram } from './random-programs.ts';

function searched(model: Model, dependence: typeof memoryDependence = memoryDependence) {
  const { executions, blocked, complete } = new Dpor(
    model,
    dependence(model.words.length),
    () => false,
  ).run();
  return { executions, blocked, complete };
}

const writers = [2, 3, 5, 8, 10, ...(deep ? [12] : []), ...(deep && !bounded ? [15] : [])];

describe('no execution is begun that is given up half-way', () => {
  test.each(writers.map(lastZero))('$name: $executions executions', ({ model, executions }) => {
    expect(searched(model)).toEqual({ executions, blocked: 0, complete: true });
  });

  test.each(literature)('$name', ({ model, executions }) => {
    expect(searched(model)).toEqual({ executions, blocked: 0, complete: true });
  });

  test.each(golden.filter(({ executions }) => executions < 12_000))(
    '$program, also with the order of calls and returns',
    ({ program, executions }) => {
      const model = client(program);
      expect(searched(model)).toEqual({ executions, blocked: 0, complete: true });
      expect(searched(model, withCalls)).toMatchObject({ blocked: 0, complete: true });
    },
  );
});

const five = { threads: 5, accesses: 3, words: 3, awaits: false };

/** Too many to be run in every order: the classes are counted by a search that knows them by name. */
describe('random programs of five threads', () => {
  test.each(Array.from({ length: deep ? 30 : 4 }, (_, i) => i + 6))('number %i', (seed) => {
    const model = randomModel(randomProgram(new Random(seed), five), five);
    const { executions } = new BoundedSearch(model, memoryDependence(five.words), () => false).runUpTo(
      Infinity,
    );
    expect(searched(model)).toEqual({ executions, blocked: 0, complete: true });
  });

  test('what a thread that sleeps would do may depend on what comes later only', () => {
    const model = randomModel(randomProgram(new Random(5), five), five);
    expect(searched(model).executions).toBe(4541);
  });
});
