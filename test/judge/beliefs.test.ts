import { describe, expect, test } from 'vitest';
import { findScenario } from '../../scenarios/index.ts';
import { type Belief, Beliefs } from '../../src/judge/damage/beliefs.ts';
import { cardOf } from '../../src/laboratory/labels.ts';
import { model } from '../../src/model/engine.ts';
import { showValue } from '../../src/laboratory/program.ts';
import { plainStyle } from '../../src/report/text/style.ts';
import { saidOf, showBelief, type Wording } from '../../src/report/words.ts';
import { caseFor, runScenario, type ScenarioRun } from '../../src/scenario/scenario-run.ts';
import { deep, runs, stride } from '../effort.ts';
import { randomRuns, scenarioRuns } from './runs.ts';

async function runOf(id: string, scheme: string): Promise<ScenarioRun> {
  const scenario = findScenario(id);
  return runScenario(model, scenario, await caseFor(scenario, scheme), { trials: false });
}

const wordingOf = ({ audit }: ScenarioRun): Wording => ({
  geometry: audit.geometry,
  style: plainStyle(),
  show: showValue,
});

/** `head = 1ᵃ since 1, came back, another life`: only what is not as it was is said. */
function shown(run: ScenarioRun, beliefs: readonly Belief[]): string[] {
  return beliefs.map((each) =>
    [`${showBelief(wordingOf(run), each)} since ${each.since}`, each.bits, each.identity]
      .filter((part) => part !== 'same')
      .join(', '),
  );
}

describe('a dequeue that stands before D13 while its dummy node is recycled', async () => {
  const run = await runOf('aba-dequeue', 'naive');

  test('believes what it read, and is told what became of it', () => {
    const beliefs = new Beliefs(run.trace).to(5);
    expect(shown(run, beliefs.of(1))).toEqual([
      'head = 1ᵃ since 1',
      'tail = 3ᵃ since 2',
      'next = 2ᵃ since 3',
      'v = A since 5',
    ]);
    expect(beliefs.of(1).map(({ confirmed }) => confirmed)).toEqual([4, null, null, null]);
    expect(shown(run, beliefs.to(17).of(1))).toEqual([
      'head = 1ᵃ since 1, changed, another life',
      'tail = 3ᵃ since 2',
      'next = 2ᵃ since 3, changed',
      'v = A since 5',
    ]);
    beliefs.to(41);
    const [head] = beliefs.of(1);
    expect(head).toMatchObject({
      bits: 'came back',
      identity: 'another life',
      retired: { step: 11, thread: 2 },
      freed: { step: 11, thread: 2 },
      reused: { step: 17, thread: 2 },
    });
    expect(head.changes.map(({ step, label }) => `${label} ${step}`)).toEqual(['D13 11', 'D13 29', 'D13 38']);
  });

  test('succeeds in spite of three changes', () => {
    const { outcome } = new Beliefs(run.trace).to(42);
    expect(outcome).toMatchObject({ kind: 'cas', ok: true, from: { step: 1, label: 'D2' } });
    expect(outcome?.changes).toHaveLength(3);
  });

  test('of what the slab read nothing is left when it is done, nor of an operation that has answered', () => {
    const beliefs = new Beliefs(run.trace).to(13);
    expect(beliefs.of(2).map(({ variable }) => variable)).toEqual(['head', 'tail', 'next', 'v', 'top']);
    expect(beliefs.to(14).of(2)).toEqual([]);
    expect(
      beliefs
        .to(16)
        .of(2)
        .map(({ variable }) => variable),
    ).toEqual(['top', 'next']);
    expect(beliefs.to(17).of(2)).toEqual([]);
  });

  test('with tags it fails, and is told who won', async () => {
    const tagged = await runOf('aba-dequeue', 'tagged');
    const beliefs = new Beliefs(tagged.trace);
    let step = beliefs.advance();
    while (step !== null && !(step.thread === 1 && step.label === 'D13')) step = beliefs.advance();
    expect(beliefs.outcome).toMatchObject({ ok: false, from: { step: 1 } });
    expect(beliefs.outcome?.changes[0]).toMatchObject({ thread: 2, label: 'D13', step: 11 });
    expect(saidOf(wordingOf(tagged), step!)).toBe('another dequeue was first');
  });
});

test('a hazard that holds renews what the thread knows', async () => {
  const run = await runOf('aba-dequeue', 'hazard-pointers');
  const beliefs = new Beliefs(run.trace);
  let step = beliefs.advance();
  while (step?.label !== 'H2') step = beliefs.advance();
  expect(beliefs.outcome).toMatchObject({ kind: 'validation', ok: true, from: { label: 'D2', step: 1 } });
  expect(beliefs.of(step.thread)).toMatchObject([
    { variable: 'head', step: 1, since: step.step, confirmed: step.step },
  ]);
});

/** By the words as they are, and by the ends of the chain of changes. */
function isRight({ address, word, now, bits, changes }: Belief, words: Int32Array): boolean {
  if (now !== words[address] || (bits === 'changed') !== (now !== word)) return false;
  return changes.length === 0 ? bits === 'same' : changes[0].from === word && changes.at(-1)?.to === now;
}

// In the short form under every fourth.
describe('in every scenario under every scheme, and in runs by chance', async () => {
  const all = [...(await scenarioRuns(stride(4))), ...(await randomRuns(runs(300, 3)))];

  test('the word of a belief is what it is said to be now, and a comparison that failed has somebody who won', () => {
    let failures = 0;
    const wrong: Belief[] = [];
    for (const { trace } of all) {
      const beliefs = new Beliefs(trace);
      for (let step = beliefs.advance(); step !== null; step = beliefs.advance()) {
        for (let thread = 1; thread <= beliefs.threads; thread++)
          wrong.push(...beliefs.of(thread).filter((each) => !isRight(each, beliefs.replay.words)));
        const { outcome } = beliefs;
        if (outcome === null || outcome.ok) continue;
        failures++;
        expect(outcome.changes.length).toBeGreaterThan(0);
        expect(outcome.changes.at(-1)?.to).toBe(step.before);
      }
    }
    expect(wrong).toEqual([]);
    expect(failures).toBeGreaterThan(20);
  });

  test('where the judge finds ABA, and nowhere else, a slot that the thread believed in was in another life', () => {
    let found = 0;
    for (const { trace, findings } of all) {
      const aba = new Set(findings.filter(({ kind }) => kind === 'ABA').map(({ step }) => step));
      const beliefs = new Beliefs(trace);
      while (true) {
        const before = Array.from({ length: beliefs.threads }, (_, i) => beliefs.of(i + 1));
        const step = beliefs.advance();
        if (step === null) break;
        const card = cardOf(step.label);
        if (step.ok !== true || card === undefined || card.needsBitsOnly === true) continue;
        const own = before[step.thread - 1].filter(
          ({ label, slot }) => slot !== 0 && (label === card.expectedFrom || label === card.slotFrom),
        );
        const stale = own.filter(({ identity }) => identity === 'another life');
        expect(stale.length > 0, `${trace.header.subject} ${trace.header.scheme} step ${step.step}`).toBe(
          aba.has(step.step),
        );
        if (stale.length > 0) found++;
      }
    }
    expect(found).toBeGreaterThan(deep ? 5 : 2);
  });
});
