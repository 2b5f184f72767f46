import { describe, expect, test } from 'vitest';
import { findScenario } from '../../scenarios/index.ts';
import { wordName } from '../../src/observe/names.ts';
import type { StepRecord, TraceEvent } from '../../src/observe/trace.ts';
import { model } from '../../src/model/engine.ts';
import { differenceText, firstDifference } from '../../src/report/text/difference.ts';
import { plainStyle } from '../../src/report/text/style.ts';
import { runScenario } from '../../src/scenario/scenario-run.ts';
import { widthOf } from '../../src/report/text/columns.ts';

const scenario = findScenario('aba-dequeue');
const run = await runScenario(model, scenario, scenario.cases[0]!, { trials: false });
const style = plainStyle({ columns: 40 });
const { geometry } = run.audit;

const many = (step: StepRecord): boolean => step.reads.length > 2;

/** What is said of a recording whose first step for which `is` holds was another one. */
function saidOf(is: (step: StepRecord) => boolean, change: (step: StepRecord) => StepRecord): string {
  const { events } = run.trace;
  const at = events.findIndex((event) => event.kind === 'step' && is(event));
  const other: TraceEvent[] = events.with(at, change(events[at] as StepRecord));
  const difference = firstDifference({ ...run.trace, events: other }, run, style);
  const text = differenceText(difference!, style);
  expect(text.split('\n').filter((line) => widthOf(line) > 40)).toEqual([]);
  return text.replaceAll(/\s+/g, ' ');
}

describe('where a run is not as it was recorded', () => {
  test('its plain reads are told by the names of the words, from the first that differs on', () => {
    const said = saidOf(many, (step) => ({ ...step, reads: [step.reads[0]!, geometry.slot(3, 2)] }));
    const step = run.trace.events.find((event) => event.kind === 'step' && many(event)) as StepRecord;
    const [next] = step.reads.slice(1).map((at) => wordName(geometry, at));
    expect(said).toContain('reads, after 1 word alike, 3.state now');
    expect(said).toMatch(new RegExp(`now .*reads, after 1 word alike, ${next}`));
    expect(said).not.toMatch(/\[|\bT\d\.word|word \d/);
  });

  test('so are its plain writes, with what they write, and the tag of the top where only that differs', () => {
    expect(
      saidOf(
        ({ writes }) => writes.length > 0,
        (step) => ({ ...step, writes: [] }),
      ),
    ).toMatch(/recorded .*writes nothing now .*writes T\d\.\S+ = \d/);
    const { top } = geometry;
    expect(
      saidOf(
        ({ label }) => label === 'A3',
        (step) => ({ ...step, before: top.pack(top.index(step.before), 9) }),
      ),
    ).toMatch(/before \d#9 now .*before \d#\d/);
  });
});
