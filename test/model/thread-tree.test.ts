import { expect, test } from 'vitest';
import { memoryDependence } from '../../src/model/dependence.ts';
import { Dpor } from '../../src/search/dpor.ts';
import { client } from '../explore/michael-scott-client.ts';

test('a search that forgets all places but those on its way again and again sees the same', () => {
  const model = client('e | e | d');
  let most = 0;
  const { executions } = new Dpor(model, memoryDependence(model.words.length), (machine) => {
    most = Math.max(most, ...machine.trees.map(({ size }) => size));
    machine.forget();
    for (const [thread, { size }] of machine.trees.entries()) {
      // The places before its steps, and the last one.
      expect(size).toBe(machine.at[thread]!.steps + 1);
    }
  }).run();
  expect(executions).toBe(188);
  expect(most).toBeLessThan(60);
});
