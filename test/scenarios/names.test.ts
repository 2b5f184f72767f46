import { expect, test } from 'vitest';
import { findScenario, scenarioNamed, scenarios } from '../../scenarios/index.ts';
import { loadIfThere, loadScenario, SCENARIO_IDS } from '../../scenarios/load.ts';

test('the names of the scenarios are those of all that there are, in their order', () => {
  expect(SCENARIO_IDS).toEqual(scenarios.map(({ id }) => id));
});

test('one that is loaded alone is the same one, by its id, its number, and both', async () => {
  for (const { id, number } of scenarios) {
    const named = [id, String(number), `0${number}`, `${number}-${id}`];
    const loaded = await Promise.all(named.map((name) => loadScenario(name)));
    expect(new Set(loaded)).toEqual(new Set([scenarioNamed(id)]));
    expect(scenarioNamed(`${number}`)).toBe(loaded[0]);
  }
});

test('what there is not is told alike, loaded alone or not', async () => {
  expect(await loadIfThere('aba-deque')).toBeUndefined();
  expect(scenarioNamed('0')).toBeUndefined();
  const sentence =
    /^There is no scenario "aba-deque" \(did you mean "aba-dequeue"\?\); the scenarios are aba-free-list, /;
  await expect(loadScenario('aba-deque')).rejects.toThrow(sentence);
  expect(() => findScenario('aba-deque')).toThrow(sentence);
  await expect(loadScenario('thread-stram', ['thread-stream'])).rejects.toThrow(
    'did you mean "thread-stream"',
  );
});
