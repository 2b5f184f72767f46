import { describe, expect, test } from 'vitest';
import { findScenario } from '../../scenarios/index.ts';
import { model } from '../../src/model/engine.ts';
import { lookAhead } from '../../src/play/ahead.ts';
import { aheadLines } from '../../src/report/text/ahead-text.ts';
import { plainStyle } from '../../src/report/text/style.ts';
import { caseFor, runScenario } from '../../src/scenario/scenario-run.ts';
import { some } from '../effort.ts';

const scenario = findScenario('life-cycle');

/** No test is about the time. */
const PATIENT = 150;

describe('to look ahead', () => {
  test.each(['forgotten', 'thrown'])('finds an order in which a slot loses its owner: %s', async (key) => {
    const each = await caseFor(scenario, key);
    const ahead = await lookAhead(scenario, each, PATIENT);
    expect(ahead?.way).not.toBeNull();
    const { schedule, steps } = ahead!.way!;
    const run = await runScenario(model, scenario, each, { schedule, until: 'end', trials: false });
    expect(run.trace.events.filter(({ kind }) => kind === 'step').length).toBe(steps);
    expect(run.audit.leaked).toBe(1);
    const text = aheadLines(run, ahead!, plainStyle({ columns: 200 })).join('\n');
    expect(text).toContain(`after ${steps} steps, with 0 preemptions, a slot has no owner.`);
    expect(text).toContain(`npx lockfree-lab replay life-cycle/${key}:slots=7 ${schedule}`);
  });

  test.each(some(['guarded', 'hazard-pointers'], 1))('finds none where there is none: %s', async (key) => {
    const each = await caseFor(scenario, key);
    const ahead = await lookAhead(scenario, each, PATIENT);
    expect(ahead).toEqual({ way: null, complete: false, preemptions: 1 });
    const run = await runScenario(model, scenario, each, { trials: false });
    expect(aheadLines(run, ahead!, plainStyle({ columns: 200 })).join('')).toContain(
      'every order of these steps with at most 1 preemption: in none does a slot lose its owner.',
    );
  });
});
