import { expect, test } from 'vitest';
import * as v from 'valibot';
import { findScenario } from '../../scenarios/index.ts';
import { model } from '../../src/model/engine.ts';
import { viewerTrace } from '../../src/report/trace-event.ts';
import { caseFor, runScenario } from '../../src/scenario/scenario-run.ts';

const place = { pid: v.literal(1), tid: v.pipe(v.number(), v.integer(), v.minValue(1)) };
const time = v.pipe(v.number(), v.minValue(0));

/** The trace event format, as far as slices, instants and names of tracks go. */
const FORMAT = v.strictObject({
  traceEvents: v.array(
    v.variant('ph', [
      v.strictObject({
        name: v.literal('thread_name'),
        ph: v.literal('M'),
        ...place,
        args: v.object({ name: v.string() }),
      }),
      v.strictObject({
        name: v.string(),
        cat: v.string(),
        ph: v.literal('X'),
        ...place,
        ts: time,
        dur: time,
        args: v.record(v.string(), v.union([v.string(), v.number()])),
      }),
      v.strictObject({
        name: v.string(),
        cat: v.literal('damage'),
        ph: v.literal('i'),
        s: v.literal('t'),
        ...place,
        ts: time,
        args: v.object({ note: v.string() }),
      }),
    ]),
  ),
  otherData: v.record(v.string(), v.string()),
});

test('a run opens in a viewer of traces: every step within its operation, on the track of its thread', async () => {
  const scenario = findScenario('aba-dequeue');
  const run = await runScenario(model, scenario, await caseFor(scenario, 'naive'), { trials: false });
  const { traceEvents } = v.parse(FORMAT, JSON.parse(JSON.stringify(viewerTrace(run))));
  const slices = traceEvents.flatMap((event) => (event.ph === 'X' ? [event] : []));
  const steps = slices.filter(({ cat }) => cat === 'step');
  const operations = slices.filter(({ cat }) => cat === 'operation');
  expect(steps).toHaveLength(run.trace.events.filter(({ kind }) => kind === 'step').length);
  expect(operations.map(({ name, tid, args }) => `T${tid} ${name} ${args['answer']}`)).toEqual([
    'T1 dequeue() A',
    'T2 dequeue() A',
    'T2 enqueue(C) ok',
    'T2 dequeue() B',
    'T2 dequeue() C',
  ]);
  // A viewer nests a slice in the one that it lies in: none may overlap another one of its track in part.
  for (const step of steps) {
    const around = operations.filter(
      ({ tid, ts, dur }) => tid === step.tid && ts < step.ts && ts + dur > step.ts + step.dur,
    );
    expect(around).toHaveLength(1);
  }
  expect(steps.find(({ args }) => args['step'] === 42)).toMatchObject({ name: 'D13 CAS Head 1→2 ✓', tid: 1 });
  expect(traceEvents.filter(({ ph }) => ph === 'i').map(({ name }) => name)).toEqual(
    run.findings.map(({ kind }) => kind),
  );
});
