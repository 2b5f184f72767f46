import { describe, expect, test } from 'vitest';
import { audit } from '../../dist/src/judge/audit/audit.js';
import { blame } from '../../dist/src/judge/audit/blame.js';
import { commandsFor } from '../../dist/src/cli/commands/all.js';
import { helpOf, overview } from '../../dist/src/cli/arguments/help.js';
import { explore } from '../../dist/src/explore/explore.js';
import { model } from '../../dist/src/model/engine.js';
import { wordsAt } from '../../dist/src/observe/replay-words.js';
import { auditText } from '../../dist/src/report/text/audit-text.js';
import { comparisonsText, comparisonText } from '../../dist/src/report/text/bench-comparison.js';
import { explorationText } from '../../dist/src/report/text/exploration-text.js';
import { explanationText, shrunkText } from '../../dist/src/report/text/shrunk-text.js';
import { plainStyle, type Style } from '../../dist/src/report/text/style.js';
import { targetsText } from '../../dist/bench/targets/text.js';
import { caseFor, runScenario } from '../../dist/src/scenario/scenario-run.js';
import { findScenario } from '../../dist/scenarios/index.js';
import type { Command } from '../../dist/src/cli/arguments/command.js';
import { compareAll, compareResults } from '../../dist/src/bench/compare.js';
import { cell, result, sample } from '../bench/results.ts';
import { lab } from './lab.ts';
import { whereNext } from '../../dist/src/cli/commands/tour.js';
import { tooWide, WIDTHS } from './width.ts';

const commands = await commandsFor([]);

/** What a command that needs no threads prints in a style. */
async function printed(name: string, style: Style, words: readonly string[] = []): Promise<string> {
  const command = commands.find((each) => each.name === name) as Command;
  const lines: string[] = [];
  const context = {
    style,
    json: false,
    signal: new AbortController().signal,
    progress: { show: () => undefined, clear: () => undefined },
    print: (text: string) => void lines.push(text),
    remark: (text: string) => void lines.push(text),
  };
  const usual = Object.entries(command.options).map(([option, { fallback }]) => [option, fallback]);
  await command.run(context, Object.fromEntries(usual), words);
  return lines.join('\n');
}

/** Texts by what they are; each is made for a width. */
const texts: Readonly<Record<string, (style: Style) => string | Promise<string>>> = {
  list: (style) => printed('list', style),
  explain: (style) => printed('explain', style),
  'explain WORD': (style) => printed('explain', style, ['linearizable']),
  overview: (style) => overview(commands, style),
  ...Object.fromEntries(
    commands.map((each) => [`${each.name} --help`, (style: Style) => helpOf(each, style)]),
  ),
  ...(await explorations()),
  ...(await audits()),
  'where to go next': whereNext,
  'bench before after': (style) => comparisonText(comparison(), style),
  'bench a b c': (style) => {
    const named = ['a', 'b', 'c'].map((name) => ({ name, result: result([cell([sample(10)])]) }));
    return comparisonsText(named, compareAll(named), style);
  },
  'bench --targets': (style) => targetsText(targets(), style),
  shrunk: (style) => shrunkText(shrunk, style),
  explanation: (style) =>
    explanationText(
      { ...covered, found: { ...shrunk }, interrupted: null },
      ['use after free', 'lost value'],
      { scheme: 'hazard-pointers', seconds: 10 },
      style,
    ),
  'explanation of nothing': (style) =>
    explanationText(
      { ...covered, found: null, interrupted: null },
      ['use after free'],
      { scheme: 'hazard-pointers', seconds: 10 },
      style,
    ),
  'explanation that was interrupted': (style) =>
    explanationText(
      { ...covered, found: null, interrupted: { shown: { ...shrunk } } },
      ['use after free'],
      { scheme: 'hazard-pointers', seconds: 10 },
      style,
    ),
};

const covered = { programs: 9123, operations: 4, scheme: 'hazard-pointers:threshold=1' };

const shrunk = {
  kind: 'retire while reachable',
  program: '[A B C] d | d e d e d',
  scheme: 'hazard-pointers:threshold=1',
  slots: 14,
  schedule: '1x5,2x36,1x4',
  from: { threads: 3, operations: 12, initial: 3 },
  to: { threads: 2, operations: 6, initial: 3 },
  preemptions: 1,
  steps: 123,
  smallest: 'with as few preemptions',
} as unknown as Parameters<typeof shrunkText>[0];

async function explorations(): Promise<Record<string, (style: Style) => string>> {
  const options = { slots: 6 };
  const found = {
    clean: await explore('e | d', 'tagged', options),
    damaged: await explore('[A] d | d e d', 'naive', { ...options, maxExecutions: 300 }),
    'by chance': await explore('e d | d', 'naive', { ...options, strategy: 'pct', runs: 20 }),
    'with few preemptions': await explore('e | d', 'epochs:grace=2,period=1', { slots: 34, preemptions: 1 }),
  };
  return Object.fromEntries(
    Object.entries(found).map(([name, each]) => [
      `explore, ${name}`,
      (style: Style) => explorationText(each, style),
    ]),
  );
}

/** Audits of runs with leaks, conflicts, retired slots and dead threads. */
async function audits(): Promise<Record<string, (style: Style) => string>> {
  const runs = [
    ['aba-dequeue', 'naive'],
    ['exhaustion', 'naive'],
    ['stalled-reader', 'epochs'],
    ['dead-worker', 'hazard-pointers'],
    ['reload', 'naive'],
  ] as const;
  const made = await Promise.all(
    runs.map(async ([id, key]) => {
      const scenario = findScenario(id);
      const { trace } = await runScenario(model, scenario, await caseFor(scenario, key), { trials: false });
      const { step, leaked, retired } = blame(trace, Infinity);
      const report = {
        of: `after step ${step} of ${step} of ${id}, ${key}`,
        audit: audit(wordsAt(trace, step)),
        losses: leaked,
        retained: retired,
        show: String,
        all: true,
      };
      return [`audit of ${id}`, (style: Style) => auditText(report, style)] as const;
    }),
  );
  return Object.fromEntries(made);
}

function comparison(): ReturnType<typeof compareResults> {
  const [before, after] = [10, 14].map((mops) =>
    result(
      Array.from({ length: 3 }, (_, i) =>
        cell(
          Array.from({ length: 9 }, (_each, n) => sample(mops + n / 100)),
          {
            scheme: ['tagged', 'hazard-pointers:threshold=32', 'epochs'][i]!,
            workload: 'producers-consumers',
          },
        ),
      ),
    ),
  );
  return compareResults(before!, after!);
}

function targets(): Parameters<typeof targetsText>[0] {
  const judged = {
    workload: 'producers-consumers',
    threads: 4,
    contender: { engine: 'wasm-batched', scheme: 'hazard-pointers' },
    rival: { engine: 'c++ batched', scheme: 'hazard-pointers' },
    mops: 27.26,
    rivalMops: 37.22,
    ratio: 0.73,
    interval: [0.7, 20.9],
    ahead: false,
    least: 0.9,
    counts: 'messages',
    kind: 'disturbed',
    repetitions: 15,
    isMet: false,
    isSure: false,
  };
  return [judged, { ...judged, isMet: true, isSure: true, kind: 'near' }] as unknown as Parameters<
    typeof targetsText
  >[0];
}

describe.each(WIDTHS.map((columns) => [columns]))('at %i columns no line is longer:', (columns) => {
  test.each(Object.keys(texts).map((name) => [name]))('%s', async (name) => {
    const text = await texts[name]!(plainStyle({ columns: Math.min(columns, 100) }));
    expect(text.length).toBeGreaterThan(40);
    expect(tooWide(text, columns)).toEqual([]);
  });
});

test('a line that is longer is noticed, and data that cannot be broken is let through', () => {
  const wide = 'a sentence of several words that goes beyond';
  expect(tooWide(`short\n${wide}`, 40)).toEqual([wide]);
  expect(
    tooWide(
      '  file:///home/somebody/a/folder/with/a/long/name/mine.js\n    hazard-pointers:threshold=123456789101112,',
      40,
    ),
  ).toEqual([]);
  // It would have room further to the left.
  const far = `${' '.repeat(20)}hazard-pointers:threshold=1,`;
  expect(tooWide(far, 40)).toEqual([far]);
});

test.each([
  ['list'],
  ['lst'],
  ['explore', '--program', 'e d | d e', '--scheme', 'epochs', '--slots', '6'],
  ['run', 'aba-dequeue', '--schedule', 'T1@Z9'],
])('%s %s is wrapped where the width is known, on stderr too', (...args) => {
  const { stdout, stderr } = lab(
    args.filter((arg) => arg !== undefined),
    { COLUMNS: '40' },
  );
  expect((stdout + stderr).length).toBeGreaterThan(60);
  expect(tooWide(stdout + stderr, 40)).toEqual([]);
});

test('a sentence about bad usage is one line where the width is not known', () => {
  const { stderr } = lab(['explore', '--program', 'e d | d e', '--scheme', 'epochs', '--slots', '6']);
  expect(stderr.split('\n')).toHaveLength(2);
  expect(stderr.length).toBeGreaterThan(100);
});

test.each(WIDTHS)('the commands of a help and of the end of a tour are broken at %i columns', (columns) => {
  const style = plainStyle({ columns });
  const all = [whereNext(style), ...commands.map((each) => helpOf(each, style))].join('\n').split('\n');
  expect(all.filter((line) => /lockfree-lab/.test(line) && line.length > columns)).toEqual([]);
});
