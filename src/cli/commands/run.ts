import { exerciseNamed } from '../../../scenarios/exercises.ts';
import { loadIfThere, loadScenario, SCENARIO_IDS } from '../../../scenarios/load.ts';
import { UsageError } from '../../errors.ts';
import type { Report } from '../../gallery/report.ts';
import { printTrace } from '../../observe/trace-file.ts';
import { wrap } from '../../report/text/columns.ts';
import { inWordsOf, splitProgram } from '../../laboratory/program.ts';
import { structureById } from '../../laboratory/structures.ts';
import { matrixText } from '../../report/text/matrix.ts';
import { keptByAll, verdictText } from '../../report/text/run-text.ts';
import { claimedCase, programScenario } from '../../scenario/program-scenario.ts';
import { caseFor, type ScenarioRun, type ScenarioRunOptions } from '../../scenario/scenario-run.ts';
import { type Case, type Scenario, teachingCase } from '../../scenario/scenario.ts';
import { command, type Command, type Context, type Result, type OptionValues } from '../arguments/command.ts';
import { mutantOption } from '../mutant.ts';
import { freeListOfScenarioOption, programAsked, structureAsked } from '../arguments/module-url.ts';
import { choice, integer, text } from '../arguments/option.ts';
import { checkWritable, writeFile } from '../terminal/output.ts';
import { checkFolder, htmlOption, pageCommand, plotsOption, writePlots } from '../page.ts';
import { runJson } from '../../report/run-documents.ts';
import {
  runEach,
  storyOf,
  storyOptions,
  tellNotRun,
  tellOne,
  tellVerdict,
  verdictOfAll,
} from '../scenario-runs.ts';

const runOptions = {
  mutant: mutantOption,
  scheme: text(
    'ID|all',
    'The scheme, with parameters as in epochs:grace=1; all for a matrix. Default: the one that shows what the scenario is about.',
  ),
  structure: text(
    'ID',
    'Another structure for the program of the scenario, or the path of a file with your own. Nothing is expected of it.',
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
  'free-list': freeListOfScenarioOption,
  ...storyOptions,
  trace: text('FILE', 'Writes the run to a file, for audit and replay.'),
  html: htmlOption,
  plots: plotsOption,
  answer: text('ANSWER', 'Of an exercise: what you say. It is held against what the lab does.'),
  variant: text('FILE', 'Of an exercise: the module that you have repaired.'),
  'trace-event': text('FILE', 'Writes the run for a viewer of traces, such as Perfetto; its time is steps.'),
  mermaid: text('FILE', 'Writes the run as a sequence diagram of Mermaid: the 40 steps that matter most.'),
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
      help: `${SCENARIO_IDS.join(', ')}; an exercise, ex-NN with the number of a scenario; or a report, as lockfree-lab list shows them.`,
    },
  ],
  options: runOptions,
  examples: [
    ['lockfree-lab run aba-dequeue', 'ABA at Head under naive reuse, step by step.'],
    ['lockfree-lab run aba-dequeue --scheme all', 'The same schedule under every scheme.'],
    [
      'lockfree-lab run ex-02',
      'The exercise of a scenario: it says how it is answered, and judges the answer.',
    ],
    [
      'lockfree-lab run thread-stream',
      'A bug from the field: the shortest story, and the same code repaired.',
    ],
  ],
  run: async (context, values, [name]) => {
    const exercise = exerciseNamed(name);
    if (exercise !== null) {
      const { runExercise } = await import('../exercises.ts');
      return runExercise(exercise, values, runOptions, context);
    }
    for (const option of ['answer', 'variant'] as const) {
      if (values[option] === null) continue;
      throw new UsageError(
        `--${option} is for an exercise, such as ex-02, and "${name}" is not one: leave it out.`,
      );
    }
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
  const scenario = await loadIfThere(name);
  if (scenario !== undefined) return scenario;
  const { gallery } = await import('../../../scenarios/gallery/index.ts');
  const ids = gallery.map(({ id }) => id);
  return gallery.find(({ id }) => id === name) ?? (await loadScenario(name, ids));
}

async function runCases(
  given: Scenario,
  {
    scheme,
    structure,
    engine,
    until,
    schedule,
    slots,
    'free-list': freeList,
    trace,
    html,
    plots,
    'trace-event': viewer,
    mermaid,
    ...story
  }: OptionValues<typeof runOptions>,
  context: Context,
): Promise<Result> {
  const { scenario, cases } =
    structure === null
      ? { scenario: given, cases: await casesAsked(given, scheme, schedule !== null) }
      : await onStructure(given, { structure, scheme, schedule });
  for (const [name, path] of Object.entries({ trace, 'trace-event': viewer, mermaid })) {
    if (path === null) continue;
    if (scheme === 'all')
      throw new UsageError(`--${name} writes one run, and --scheme all makes several: give one scheme.`);
    checkWritable(path);
  }
  const asked: ScenarioRunOptions = {
    ...(until === 'scenario' ? {} : { until }),
    ...(schedule === null ? {} : { schedule }),
    ...(slots === null ? {} : { slots }),
    ...(freeList === 'scenario' ? {} : { freeList }),
  };
  if (html !== null) checkWritable(html);
  if (plots !== null) checkFolder(plots);
  const runs = await runEach(scenario, cases, asked, context, engine === 'model');
  if (html !== null && runs.length > 0) {
    const { pageStyle, TABLE_COLUMNS } = await import('../../report/page/page-style.ts');
    const { runPage } = await import('../../report/page/run-page.ts');
    const table =
      runs.length > 1 ? matrixText(runs, pageStyle(TABLE_COLUMNS), runs.length < cases.length) : null;
    writeFile(html, runPage(runs, pageCommand(), table));
  }
  if (plots !== null && runs.length > 0) {
    const { runCharts } = await import('../../report/plots/run-charts.ts');
    await writePlots(plots, runCharts(runs));
  }
  if (scheme === 'all') return tellAll(scenario, runs, cases, context);
  // None, if the run was interrupted before it began.
  for (const each of runs) {
    if (trace !== null) writeFile(trace, printTrace(each.trace));
    if (viewer !== null) {
      const { viewerTrace } = await import('../../report/trace-event.ts');
      writeFile(viewer, `${JSON.stringify(viewerTrace(each))}\n`);
    }
    if (mermaid !== null) {
      const { mermaidDiagram } = await import('../../report/mermaid.ts');
      writeFile(mermaid, mermaidDiagram(each));
    }
    const told = tellOne(each, storyOf(story), context);
    if (each.scenario.lifeCycle !== true) return told;
    const { tellAhead } = await import('../ahead.ts');
    return { ...told, document: { ...told.document, ahead: await tellAhead(each, context) } };
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

async function casesAsked(
  scenario: Scenario,
  scheme: string | null,
  isGiven: boolean,
): Promise<readonly Case[]> {
  return scheme === 'all' ? casesOf(scenario, isGiven) : [await oneCase(scenario, scheme)];
}

interface Elsewhere {
  readonly structure: string;
  readonly scheme: string | null;
  readonly schedule: string | null;
}

/** The program and the schedule of a scenario on another structure than its own: a program, of which nothing is expected. */
async function onStructure(
  scenario: Scenario,
  { structure, scheme, schedule }: Elsewhere,
): Promise<{ readonly scenario: Scenario; readonly cases: readonly Case[] }> {
  const { id, variant, records, cache = 0, slots, until } = scenario;
  if (variant !== undefined || records !== undefined) {
    const about = variant === undefined ? 'threads that share a record' : 'a kernel of its own';
    throw new UsageError(`The scenario ${id} is about ${about}: leave --structure out.`);
  }
  const { structure: own, body } = splitProgram(scenario.program);
  const on = await structureAsked(structure);
  const program = await programAsked(structure, inWordsOf(body, structureById(own ?? undefined), on));
  const [teaching, moves] = [teachingCase(scenario), schedule ?? scenario.schedule];
  const specs =
    scheme === 'all'
      ? scenario.cases.filter((each) => each.variant === undefined).map(({ spec }) => spec)
      : [scheme ?? teaching.spec];
  return {
    scenario: { ...programScenario(program, slots, moves), cache, until },
    cases: await Promise.all([...new Set(specs)].map((spec) => claimedCase(spec))),
  };
}

async function oneCase(scenario: Scenario, scheme: string | null): Promise<Case> {
  return scheme === null ? teachingCase(scenario) : await caseFor(scenario, scheme);
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
    for (const line of wrap(verdictText(keptByAll(runs)), style.columns)) print(style.ok(line));
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
