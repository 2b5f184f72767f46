import { expect, test } from 'vitest';
import { findScenario } from '../../scenarios/index.ts';
import { model } from '../../src/model/engine.ts';
import { mermaidDiagram } from '../../src/report/mermaid.ts';
import { caseFor, runScenario } from '../../src/scenario/scenario-run.ts';

/** The lines that a sequence diagram may have, as far as this one goes. */
const LINE = /^ {2}(?:participant (\w+)(?: as [^#;<>]+)?|(\w+)->>(\w+): [^;<>]+|Note over (\w+),(\w+): .+)$/;

test('a run is a sequence diagram of at most 40 messages, with every damage, and a note for what is left out', async () => {
  const scenario = findScenario('aba-dequeue');
  const run = await runScenario(model, scenario, await caseFor(scenario, 'naive'), { trials: false });
  const [open, title, close, kind, ...lines] = mermaidDiagram(run).trimEnd().split('\n');
  expect([open, title, close, kind]).toEqual([
    '---',
    'title: "aba-dequeue under naive"',
    '---',
    'sequenceDiagram',
  ]);
  const parts = lines.map((line) => LINE.exec(line) ?? [line]);
  expect(parts.filter((each) => each.length === 1)).toEqual([]);
  const known = new Set(parts.flatMap(([, name]) => name ?? []));
  const messages = lines.filter((line) => line.includes('->>'));
  expect(messages.length).toBeLessThanOrEqual(40);
  for (const [, , from, to, left, right] of parts)
    for (const name of [from, to, left, right]) if (name !== undefined) expect(known).toContain(name);
  // All steps are there, or said to be left out.
  const steps = run.trace.events.filter((event) => event.kind === 'step').length;
  const left = [...lines.join('\n').matchAll(/steps? (\d+)(?: to (\d+))? (?:is|are) left out/g)];
  const count = left.reduce((sum, [, first, last = first]) => sum + Number(last) - Number(first) + 1, 0);
  expect(messages.length + count).toBe(steps);
  for (const { step } of run.findings)
    expect(messages.some((line) => line.includes(`: ! ${step} `))).toBe(true);
});

test('signs that end a message are written as entities', async () => {
  const scenario = findScenario('tag-wrap');
  const run = await runScenario(model, scenario, await caseFor(scenario, 'tagged'), { trials: false });
  expect(mermaidDiagram(run)).toMatch(/CAS Head 1#35;0→2#35;1/);
});
