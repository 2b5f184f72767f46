import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { scenarios } from '../../scenarios/index.ts';
import { auditSubject, judgeAudit } from '../../src/cli/audit-subject.ts';
import { model } from '../../src/model/engine.ts';
import { printTrace } from '../../src/observe/trace-file.ts';
import type { Trace, TraceHeader } from '../../src/observe/trace.ts';
import { auditText } from '../../src/report/text/audit-text.ts';
import { plainStyle } from '../../src/report/text/style.ts';
import { runScenario, type ScenarioRun } from '../../src/scenario/scenario-run.ts';
import { folder } from './lab.ts';

/** What `audit` says of a recorded run. */
async function audited(
  trace: Trace,
): Promise<{ of: string; sentence: string; isBroken: boolean; text: string }> {
  const file = join(folder(), 'x.jsonl');
  writeFileSync(file, printTrace(trace));
  const subject = await auditSubject(file, null, null);
  const text = auditText({ ...subject, all: true }, plainStyle({ columns: 10_000 }));
  return { of: subject.of, text, ...judgeAudit(subject) };
}

/** A case of a scenario of which a run is wanted. */
async function run(id: string, key?: string): Promise<ScenarioRun> {
  const scenario = scenarios.find((each) => each.id === id)!;
  const each = scenario.cases.find((one) => one.key === (key ?? scenario.teaches))!;
  return runScenario(model, scenario, each, { trials: false });
}

/** The same trace as one of the kernel itself. */
function plain({ trace }: ScenarioRun, more: Partial<TraceHeader> = {}): Trace {
  const { variant: _, ...header } = trace.header;
  return { ...trace, header: { ...header, ...more } };
}

// One by its queue, one by its slab, one by its scheme, one by the case of the scenario.
test.each([
  ['forgotten-retire', undefined, 'a queue whose dequeue forgets D19'],
  ['cycle', undefined, 'a queue whose threads retire their nodes in pairs'],
  ['aba-free-list', undefined, 'a slab whose free list has no tag'],
  ['unvalidated-hazard', 'unvalidated-hazard', 'hazard pointers without H2'],
  ['life-cycle', 'thrown', 'the queue of scenario 10'],
])(
  'what a variant did in %s is charged to no scheme, also in a trace that does not tell of it',
  async (id, key, is) => {
    const made = await run(id, key);
    expect(made.trace.header.variant).toContain(is);
    for (const trace of [made.trace, plain(made, { v: 2 })]) {
      const { of, sentence, isBroken } = await audited(trace);
      expect(of).toContain(`variant: ${is}`);
      expect(isBroken).toBe(false);
      expect(sentence).toMatch(
        /^As claimed: no scheme promises anything of a variant of the kernel, and a variant did this: /,
      );
    }
  },
);

test('a trace of the kernel as it is names no variant, and its scheme is charged', async () => {
  const made = await run('forgotten-retire');
  const { of, sentence, isBroken } = await audited(plain(made));
  expect(of).not.toContain('variant');
  expect({ sentence, isBroken }).toEqual({
    sentence: 'Broken: hazard-pointers:threshold=1 claims that none of this can happen: orphaned slot.',
    isBroken: true,
  });
  expect((await audited(plain(made, { mutant: 'skips-retire' }))).sentence).toContain(
    ', and the mutant skips-retire of the lab was run, which has a fault: orphaned slot.',
  );
});

test('operations that a scenario adds take the place of nothing', async () => {
  const { trace } = await run('dead-worker');
  expect(trace.header.variant).toBeUndefined();
});

test('an audit of a trace tells the peak that its run tells, and each slot of a cut once', async () => {
  const made = await run('parked', 'hazard-pointers');
  const { text } = await audited(made.trace);
  const peak = made.peaks.unreclaimed;
  expect(made.audit.totals.unreclaimedPeak).toBeGreaterThan(peak);
  expect(text).toContain(` unreclaimed now, ${peak} at most;`);
  const cycle = await audited((await run('cycle')).trace);
  expect(cycle.text.match(/slot 2 is lost as well/gi)).toEqual(['slot 2 is lost as well']);
});
