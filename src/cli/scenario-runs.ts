import { Steppers } from '../engines/stepped.ts';
import { UsageError } from '../errors.ts';
import { ownModules, pathOf } from '../host/own-module.ts';
import { noChainsNote } from '../laboratory/batch.ts';
import { fileOf, partOf } from '../laboratory/labels.ts';
import { freeListOf, loadVariant } from '../laboratory/participant.ts';
import { schemes } from '../laboratory/registry.ts';
import { RING_FILE } from '../laboratory/structures.ts';
import { model } from '../model/engine.ts';
import { runJson } from '../report/run-documents.ts';
import { noteText, wrap } from '../report/text/columns.ts';
import { runText, type RunTextOptions, verdictOf, verdictText } from '../report/text/run-text.ts';
import { parseSchedule } from '../schedule/schedule.ts';
import { runScenario, type ScenarioRun, type ScenarioRunOptions } from '../scenario/scenario-run.ts';
import type { Case, Scenario } from '../scenario/scenario.ts';
import type { Context, Result } from './arguments/command.ts';
import { flag, type Option } from './arguments/option.ts';
import { unfinished } from './terminal/ending.ts';

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

/**
 * Throws a UsageError if a scenario is about its own free list and another one is asked for: a slab of its own has it, or a thread stops at a
 * step of it.
 */
export async function checkFreeListOf(
  scenario: Scenario,
  each: Case,
  { freeList: asked, schedule: given }: ScenarioRunOptions,
): Promise<void> {
  const { id, freeList: own = 'stack', schedule } = scenario;
  if (asked === undefined || asked === own) return;
  const variant = each.variant ?? scenario.variant;
  const slab = variant === undefined ? undefined : (await loadVariant(variant)).slab;
  if (slab !== undefined && freeListOf(slab) !== asked)
    throw new UsageError(
      `The scenario ${id} has a slab of its own, whose free list is a ${freeListOf(slab)}, and cannot be run with a ${asked}: leave the free list out.`,
    );
  const isOfOther = (label: string): boolean =>
    partOf(label) === 'slab' && (fileOf(label) === RING_FILE) !== (asked === 'ring');
  const moves = parseSchedule(given ?? each.schedule ?? schedule);
  const stop = moves.find(({ until }) => until.kind === 'label' && isOfOther(until.label));
  if (stop?.until.kind !== 'label') return;
  const whose = given === undefined ? `schedule of the scenario ${id}` : 'schedule';
  throw new UsageError(
    `The ${whose} stops T${stop.thread} at ${stop.until.label}, a step of a free list that is a ${own}, and no thread makes it where that is a ${asked}: leave the free list out, or give a schedule without that step.`,
  );
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
    await checkFreeListOf(scenario, each, options);
    progress.show(`${scenario.id} under ${each.key}`);
    const made = await runScenario(onModel ? model : pool, scenario, each, options);
    const [complaint] = made.complaints;
    if (complaint !== undefined && !schemes.includes(made.choice.scheme)) {
      const own = ownModules().map(pathOf).join(' and ');
      throw new UsageError(`${complaint}: look at what the methods of ${own} do.`);
    }
    // Of several runs it is said whose it is.
    for (const told of made.complaints) remark(cases.length > 1 ? `${each.key}: ${told}` : told);
    const chains = noChainsNote(made.program, made.choice);
    if (chains !== null) remark(chains);
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
  for (const line of wrap(verdictText(verdictOf(made)), style.columns)) print(paint(line));
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
