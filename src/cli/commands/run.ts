import { findScenario, scenarios } from '../../../scenarios/index.ts';
import { model } from '../../model/engine.ts';
import { ownModules, pathOf } from '../../host/own-module.ts';
import { schemes } from '../../laboratory/registry.ts';
import { Steppers } from '../../engines/stepped.ts';
import { UsageError } from '../../errors.ts';
import type { Report } from '../../gallery/report.ts';
import { printTrace } from '../../observe/trace-file.ts';
import { noteText, wrap } from '../../report/text/columns.ts';
import { pageStyle } from '../../report/page/page-style.ts';
import { runPage } from '../../report/page/run-page.ts';
import { viewerTrace } from '../../report/trace-event.ts';
import { matrixText } from '../../report/text/matrix.ts';
import { keptByAll, runText, type RunTextOptions, verdictText } from '../../report/text/run-text.ts';
import {
  caseFor,
  runScenario,
  type ScenarioRun,
  type ScenarioRunOptions,
} from '../../scenario/scenario-run.ts';
import { type Case, type Scenario, teachingCase } from '../../scenario/scenario.ts';
import { unfinished } from '../terminal/ending.ts';
import { command, type Command, type Context, type Result, type OptionValues } from '../arguments/command.ts';
import { mutantOption } from '../mutant.ts';
import { choice, flag, integer, text, type Option } from '../arguments/option.ts';
import { checkWritable, writeFile } from '../terminal/output.ts';
import { htmlOption, pageCommand } from '../page.ts';
import { runJson } from '../run-json.ts';

/** How a story is told. */
export const storyOptions: Readonly<Record<'all' | 'state' | 'code' | 'no-legend', Option<boolean>>> = {
  all: flag('Shows every step.'),
  state: flag('Shows hazards, epochs, retired lists and slots in hand wherever they change.'),
  code: flag(
    'Shows the source of the operations in progress where another thread begins to move, with a mark at the next step of each thread and its local variables.',
  ),
  'no-legend': flag('Leaves out the lines below the story that say what its marks mean.'),
};

/** The same as the options of a text. */
export function storyOf({
  all,
  state,
  code,
  'no-legend': noLegend,
}: Readonly<Record<keyof typeof storyOptions, boolean>>): RunTextOptions {
  return { all, state, code, legend: !noLegend };
}

const runOptions = {
  mutant: mutantOption,
  scheme: text(
    'ID|all',
    'The scheme, with parameters as in epochs:grace=1; all for a matrix. Default: the one that shows what the scenario is about.',
  ),
  engine: choice(
    ['stepped', 'model'],
    'stepped',
    'How steps are made: on real threads, or on the model of them in this one, step for step the same.',
  ),
  until: choice(
    ['damage', 'end', 'scenario'],
    'scenario',
    'Stop after the operation that did the first damage, at the end of the schedule, or where the scenario says.',
  ),
  schedule: text('MOVES', 'Another schedule: 1x5,2x29 (thread 1 five steps, …) or "T1@D13; T2@end".'),
  slots: integer('N', 'Another number of slots.', { least: 2, most: 2 ** 20 - 1 }),
  ...storyOptions,
  trace: text('FILE', 'Writes the run to a file, for audit and replay.'),
  html: htmlOption,
  'trace-event': text('FILE', 'Writes the run for a viewer of traces, such as Perfetto; its time is steps.'),
};

export const run: Command = command({
  name: 'run',
  summary:
    'Runs a scenario on real threads, step by step, or a report of the gallery, and tells what happened.',
  about:
    'Every step of a thread is granted by a coordinator, so the same happens every time. The exit status is 1 if a run does not end as ' +
    'the scenario says. With a schedule, slots or scheme parameters of your own nothing is expected of the run: what comes is told, and the ' +
    'exit status is 1 only if the scheme promises that it cannot happen. A report of the gallery, a bug from the field, is two samples that are checked in every ' +
    'interleaving: one that fails in the reported way, and one that is repaired; the exit status is 1 if either does not come out so.',
  positionals: [
    {
      name: 'scenario',
      help: `${scenarios.map(({ id }) => id).join(', ')}; or a report, as lockfree-lab list shows them.`,
    },
  ],
  options: runOptions,
  examples: [
    ['lockfree-lab run aba-dequeue', 'ABA at Head under naive reuse, step by step.'],
    ['lockfree-lab run aba-dequeue --scheme all', 'The same schedule under every scheme.'],
    [
      'lockfree-lab run thread-stream',
      'A bug from the field: the shortest story, and the same code repaired.',
    ],
  ],
  run: async (context, values, [name]) => {
    const scenario = await findNamed(name);
    if ('sources' in scenario) {
      const { runReport } = await import('../gallery.ts');
      return runReport(scenario, values, runOptions, context);
    }
    return runCases(scenario, values, context);
  },
});

/** A scenario, or a report of the gallery, which is loaded when it is asked for. */
async function findNamed(name: string): Promise<Scenario | Report> {
  if (scenarios.some(({ id }) => id === name)) return findScenario(name);
  const { gallery } = await import('../../../scenarios/gallery/index.ts');
  const ids = gallery.map(({ id }) => id);
  return gallery.find(({ id }) => id === name) ?? findScenario(name, ids);
}

async function runCases(
  scenario: Scenario,
  {
    scheme,
    engine,
    until,
    schedule,
    slots,
    trace,
    html,
    'trace-event': viewer,
    ...story
  }: OptionValues<typeof runOptions>,
  context: Context,
): Promise<Result> {
  const cases = scheme === 'all' ? casesOf(scenario, schedule !== null) : [await oneCase(scenario, scheme)];
  for (const [name, path] of Object.entries({ trace, 'trace-event': viewer })) {
    if (path === null) continue;
    if (scheme === 'all')
      throw new UsageError(`--${name} writes one run, and --scheme all makes several: give one scheme.`);
    checkWritable(path);
  }
  const asked: ScenarioRunOptions = {
    ...(until === 'scenario' ? {} : { until }),
    ...(schedule === null ? {} : { schedule }),
    ...(slots === null ? {} : { slots }),
  };
  if (html !== null) checkWritable(html);
  const runs = await runEach(scenario, cases, asked, context, engine === 'model');
  if (html !== null && runs.length > 0) {
    const table = runs.length > 1 ? matrixText(runs, pageStyle(100), runs.length < cases.length) : null;
    writeFile(html, runPage(runs, pageCommand(), table));
  }
  if (scheme === 'all') return tellAll(scenario, runs, cases, context);
  // None, if the run was interrupted before it began.
  for (const each of runs) {
    if (trace !== null) writeFile(trace, printTrace(each.trace));
    if (viewer !== null) writeFile(viewer, `${JSON.stringify(viewerTrace(each))}\n`);
    return tellOne(each, storyOf(story), context);
  }
  return { broken: false, document: { verdict: null, findings: [], audit: null, seed: null } };
}

/** True if two cases differ in nothing but their schedule. */
function isSame(a: Case, b: Case): boolean {
  return a.spec === b.spec && a.program === b.program && a.variant === b.variant;
}

/** All cases of a scenario; of those that differ in their schedule alone, the first, where the schedule is given. */
function casesOf({ cases }: Scenario, isGiven: boolean): readonly Case[] {
  return isGiven ? cases.filter((each, i) => cases.findIndex((other) => isSame(other, each)) === i) : cases;
}

async function oneCase(scenario: Scenario, scheme: string | null): Promise<Case> {
  return scheme === null ? teachingCase(scenario) : await caseFor(scenario, scheme);
}

/** Runs cases of a scenario one after the other, until all are run or the run is interrupted. */
export async function runEach(
  scenario: Scenario,
  cases: readonly Case[],
  options: ScenarioRunOptions,
  { signal, progress, remark }: Context,
  onModel = false,
): Promise<ScenarioRun[]> {
  await using pool = new Steppers();
  const runs: ScenarioRun[] = [];
  for (const each of cases) {
    if (signal.aborted) break;
    progress.show(`${scenario.id} under ${each.key}`);
    const made = await runScenario(onModel ? model : pool, scenario, each, options);
    const [complaint] = made.complaints;
    if (complaint !== undefined && !schemes.includes(made.choice.scheme)) {
      const own = ownModules().map(pathOf).join(' and ');
      throw new UsageError(`${complaint}: look at what the methods of ${own} do.`);
    }
    for (const told of made.complaints) remark(told);
    runs.push(made);
  }
  progress.clear();
  return runs;
}

/** The story of one run. */
export function tellOne(made: ScenarioRun, options: RunTextOptions, context: Context): Result {
  const { print, style } = context;
  print(runText(made, style, options));
  tellVerdict(made, context);
  return { broken: made.verdict === 'broken', document: runJson(made) };
}

/** The one line in which the verdict on a run is told. */
export function tellVerdict(made: ScenarioRun, { print, style }: Context): void {
  const paint = made.verdict === 'broken' ? style.damage : style.ok;
  for (const line of wrap(verdictText(made), style.columns)) print(paint(line));
}

/** Says of an interrupted run which cases it lacks. */
export function tellNotRun(
  runs: readonly ScenarioRun[],
  cases: readonly Case[],
  { signal, print, style }: Context,
): void {
  const lack = unfinished(null, signal.aborted ? cases.slice(runs.length).map(({ key }) => key) : []);
  if (lack !== null) print(noteText(lack, style));
}

/** Null if nothing was run. */
export function verdictOfAll(runs: number, broken: boolean): 'broken' | 'as-claimed' | null {
  if (broken) return 'broken';
  return runs === 0 ? null : 'as-claimed';
}

function tellAll(
  scenario: Scenario,
  runs: readonly ScenarioRun[],
  cases: readonly Case[],
  context: Context,
): Result {
  const { print, style } = context;
  const broken = runs.filter(({ verdict }) => verdict === 'broken');
  if (runs.length > 0) print(matrixText(runs, style, runs.length < cases.length));
  tellNotRun(runs, cases, context);
  for (const each of broken) tellVerdict(each, context);
  if (broken.length === 0 && runs.length > 0)
    for (const line of wrap(keptByAll(runs), style.columns)) print(style.ok(line));
  const documents = runs.map((each) => runJson(each));
  return {
    broken: broken.length > 0,
    document: {
      verdict: verdictOfAll(runs.length, broken.length > 0),
      scenario: scenario.id,
      scheme: 'all',
      findings: documents.flatMap(({ findings, scheme }) =>
        (findings as object[]).map((finding) => ({ ...finding, scheme })),
      ),
      audit: null,
      seed: null,
      runs: documents,
    },
  };
}
