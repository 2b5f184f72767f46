import { describe, expect, test } from 'vitest';
import { contradictions } from '../../src/judge/damage/card-check.ts';
import { knownSteps, type Step } from '../../src/laboratory/labels.ts';
import { model } from '../../src/model/engine.ts';
import type { StepCard } from '../../src/kernel/step-card.ts';
import { claimedCase, programScenario } from '../../src/scenario/program-scenario.ts';
import { runScenario } from '../../src/scenario/scenario-run.ts';
import { deep, runs, some } from '../effort.ts';
import { randomRuns, scenarioRuns } from './runs.ts';

/** Runs in which Tail lags behind and is helped, one helper after the other, and threads leave, die and are adopted, heirs too. */
const more: readonly (readonly [program: string, schedule: string, scheme: string])[] = [
  ['e | e | d', 'T1@E17; T2@E13; T3@D10; T2@end; T3@end; T1@end', 'naive'],
  ['e | e | d', 'T1@E17; T2@E13; T3@end; T2@end; T1@end', 'tagged'],
  ['[A] d leave | adopt i', 'T1@end; T2@end', 'hazard-pointers:threshold=9'],
  ['[A] d | e die', 'T1@end; T2@end', 'tagged'],
  ['[A] d | adopt | adopt', 'T1@D13+!; T2@J3!; T3@end', 'naive'],
  ['[A] d collect | d i', 'T1@M10!; T2@end', 'mark-sweep:patience=1'],
  ['[A B C] d | d d e d', 'T1@D13; T2@end; T1@end', 'hyaline:batch=1,eras=on'],
  ['[A B] d | d i', 'T1@U7; T2@end; T1@end', 'qsbr:period=1'],
  ['michael-list:[1 2] -1 +3 | ?2 -2', 'T1@L9; T2@end; T1@end', 'tagged'],
  ['chase-lev:[A B] push pop i | steal | steal i', 'T2@WS11; T3@end; T2@end; T1@end', 'tagged'],
  ['chase-lev:[A] pop pop | steal i', 'T1@WS6; T2@end; T1@end', 'tagged'],
  ['scq:[A B] d | d i | d e d e d e d', 'T1@RI2; T3@RI1#6+; T2@end; T1@end; T3@end', 'tagged'],
  ['shann-ring:[A] e | d e | d i e', 'T1@SH4; T2@SH10; T3@end; T1@end; T2@end', 'tagged'],
  ['vyukov-ring:e d | e d pull i', 'T1@VR3; T2@VR7; T1@end; T2@end', 'tagged'],
  ['segments:[A B] e i | d d d | e', 'T1@SQ19; T2@end; T3@end; T1@end', 'epochs:period=1'],
  ['segments:[A B] e | e d', 'T1@SQ6; T2@end; T1@end', 'hazard-pointers:threshold=1'],
  ['segments:e | d i', 'T1@SQ4; T2@end; T1@end', 'tagged'],
  ['segments:[A B C] d d d | d d d', 'T1@SQ17; T2@end; T1@end', 'epochs:period=1'],
  ['harris-list:[1 2] -1 +3 | -2 ?3', 'T1@L9; T2@end; T1@end', 'versions'],
  ['scot-list:[1 2] -1 +3 | -2 ?3', 'T1@L9; T2@end; T1@end', 'tagged'],
  ['hash-set:[1 2 9] -1 +3 | ?9 -2 +1', 'T1@L9; T2@end; T1@end', 'tagged'],
  ['treiber-stack:[A] i push | pop i', 'T1@S3; T2@end; T1@end', 'tagged'],
  ['e*3 | e d*2 i | d*4', 'T1@E17; T2@end; T3@CH10; T1@end; T3@end', 'hazard-pointers:threshold=1'],
  ['e*2 | d*2 d*2', 'T1@E17; T2@end; T1@end', 'tagged'],
  ...['hazard-eras:threshold=1', 'interval:threshold=1,period=1', 'hyaline:batch=1,eras=on'].map(
    (scheme) => ['[A B C] d*3 | e*2', 'T2@E17; T1@end; T2@end', scheme] as const,
  ),
];

const helped = more.map(async ([program, schedule, scheme]) =>
  runScenario(model, programScenario(program, 12, schedule), await claimedCase(scheme), { trials: false }),
);
/** In the short form of some scenarios: there are steps that none of them makes. */
const traces = [...(await scenarioRuns(deep ? 1 : 6)), ...(await Promise.all(helped))].map(
  ({ trace }) => trace,
);
const steps = knownSteps().filter(({ file }) => file.startsWith('src/kernel/'));

const bySteps = traces.map(
  (trace) =>
    [trace, new Set(trace.events.map((event) => (event.kind === 'step' ? event.label : '')))] as const,
);

/** The runs in which the step of a label is made. */
function made(label: string): typeof traces {
  return bySteps.filter(([, labels]) => labels.has(label)).map(([trace]) => trace);
}

/** The first sentence about a card that is not as it should be, by itself; null if no run contradicts it. */
function told(label: string, change: Partial<StepCard>): string | null {
  const lying = steps
    .filter((step) => step.label === label)
    .map((step): Step => ({ ...step, card: { ...(step.card as StepCard), ...change } }));
  // What a card says of a step is asked where the step is made.
  for (const trace of made(label)) {
    const [first] = contradictions(trace, lying);
    if (first !== undefined) return first;
  }
  return null;
}

/** Reads that look at the same word again, and found it so: to say that they supplied the word is no lie. */
const confirms = (reader: string, of: string): boolean =>
  steps
    .find(({ label }) => label === reader)
    ?.card?.validates?.some((each) => each === of || each === 'same word') === true;

const reads = steps.filter(({ card }) => card?.access === 'load').map(({ label }) => label);

describe('the cards of the lab', () => {
  test('no run of any scenario contradicts them, and none that chance makes', async () => {
    expect(traces.flatMap((trace) => contradictions(trace))).toEqual([]);
    expect((await randomRuns(runs(200, 3))).flatMap(({ trace }) => contradictions(trace))).toEqual([]);
  });

  test.runIf(deep)('every step that could be shown by a run is shown by one', () => {
    expect(steps.map(({ label }) => label).filter((label) => made(label).length === 0)).toEqual([]);
  });
});

describe('a card that lies is caught', () => {
  const suppliers = steps.flatMap(({ label, card }) =>
    (['expectedFrom', 'slotFrom', 'writtenFrom'] as const)
      .filter((field) => card?.[field] !== undefined)
      .map((field) => [label, field, [card?.[field]].flat().filter((each) => each !== undefined)] as const),
  );

  test.each(
    some(
      suppliers.filter(([label]) => made(label).length > 0),
      3,
    ),
  )('%s: no other read is its %s', (label, field, right) => {
    const wrong = reads.filter((read) => !right.some((each) => read === each || confirms(read, each)));
    expect(wrong.filter((read) => told(label, { [field]: read }) === null)).toEqual([]);
    expect(told(label, { [field]: wrong[0] })).toMatch(
      new RegExp(
        `^The card of ${label} says that ${wrong[0]} gave .*, and T\\d's ${label} at step \\d+ .*\\.$`,
      ),
    );
  });

  test('of the kind of access, of a counter, of what it validates, and of where an operation takes effect', () => {
    expect(told('E3', { access: 'load' })).toMatch(
      /^The card of E3 says that it is a load, and T\d's E3 at step \d+ was a store\.$/,
    );
    expect(told('D13', { failures: 11 })).toMatch(
      /counter 11 counts its failures, and T\d's D13 at step \d+ failed and was not counted there\.$/,
    );
    expect(told('D5', { validates: ['D3'] })).toMatch(
      /it looks again at what D3 read, and T\d's D5 at step \d+ read another word\.$/,
    );
    expect(told('D13', { linearizes: { operation: 'enqueue', answer: 'ok' } })).toMatch(
      /enqueue takes effect there with the answer ok, and T\d's answered so at step \d+ without D13\.$/,
    );
    expect(told('D4', { linearizes: { operation: 'dequeue', ifSlot: 'empty' } })).toMatch(
      /dequeue takes effect there with the answer empty, and T\d's answered so at step \d+ without D4\.$/,
    );
  });
});
