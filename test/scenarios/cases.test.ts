import { describe, expect, test } from 'vitest';
import { scenarios } from '../../scenarios/index.ts';
import { schemes } from '../../src/laboratory/registry.ts';
import { model } from '../../src/model/engine.ts';
import { withWords } from '../../src/scenario/cases.ts';
import { runScenario, type ScenarioRun } from '../../src/scenario/scenario-run.ts';
import type { Case, Scenario } from '../../src/scenario/scenario.ts';
import { some } from '../effort.ts';

/** Each scheme's word that does more than say how late it acts. */
const WORDS = [
  'hazard-pointers:linger=on',
  'epochs:region=8',
  'debra:free=one',
  'reference-counting:cut=on',
  'hyaline:eras=on',
];

const ownCase = ({ cases }: Scenario, word: string): Case =>
  cases.find(({ key }) => key === word.split(':')[0])!;

/** What tells two stories apart, whatever their steps are: damage, answers, who owns what at the end, the most garbage, and who frees. */
function endOf({ findings, trace: { events }, audit, peaks }: ScenarioRun): unknown {
  const { reachable, inHand, retired, parked, leaked } = audit;
  const answers = events.flatMap((event) =>
    event.kind === 'return' ? [`T${event.thread}.${event.op} ${event.outcome} ${event.value}`] : [],
  );
  const frees = events.flatMap((event) =>
    event.kind === 'step' && event.label === 'F3' && event.ok === true ? [event.thread] : [],
  );
  const kinds = [...new Set(findings.map(({ kind }) => kind))];
  return [
    kinds,
    answers.toSorted(),
    reachable,
    inHand,
    retired,
    parked,
    leaked,
    peaks.unreclaimed,
    frees.toSorted(),
  ];
}

const told = (scenario: Scenario, each: Case): Promise<ScenarioRun> =>
  runScenario(model, scenario, each, { trials: false });

test.each(scenarios.map((scenario) => [scenario.id, scenario] as const))(
  '%s has a case under every scheme',
  (_, { cases }) => {
    const keys = cases.map(({ key }) => key);
    expect(schemes.map(({ ID }) => ID).filter((id) => !keys.includes(id))).toEqual([]);
  },
);

describe.each(some(scenarios, 4).map((scenario) => [scenario.id, scenario] as const))('%s', (_, scenario) => {
  test.each(WORDS)('has a case with %s if its story differs by that alone', async (word) => {
    const own = ownCase(scenario, word);
    const [, withWord] = withWords([own], { [word]: {} });
    if (scenario.cases.some(({ key }) => key === withWord!.key)) return;
    const [without, having] = [await told(scenario, own), await told(scenario, withWord!)];
    expect(endOf(having)).toEqual(endOf(without));
  });
});
