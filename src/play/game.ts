import { kernelModel, type KernelModel } from '../explore/kernel-model.ts';
import { loadVariant } from '../laboratory/participant.ts';
import { model } from '../model/engine.ts';
import type { StepRecord } from '../observe/trace.ts';
import { claimedCase, programScenario } from '../scenario/program-scenario.ts';
import { parseSchedule } from '../schedule/schedule.ts';
import { runScenario, type ScenarioRun } from '../scenario/scenario-run.ts';
import type { Case, Scenario } from '../scenario/scenario.ts';
import { type Goal, isReached } from './goal.ts';
import type { Level } from './level.ts';
import { shortestWay, type WayLimits, type WaySearch } from './way.ts';

/** What is played: a run whose schedule the player makes, and what it is to come to. */
export interface Game {
  readonly scenario: Scenario;
  readonly case: Case;
  /** Null: nothing is asked of the player. */
  readonly goal: Goal | null;
  /** What the level says of it; null if it is no level. */
  readonly level: Level | null;
}

/** How a game stands. */
export interface Position {
  readonly run: ScenarioRun;
  /** The step that came to the goal; null if none has. */
  readonly reached: number | null;
  /** Switches so far from a thread that could have gone on. */
  readonly preemptions: number;
  /** By thread, the label of the step that it would make next; null if it makes none any more. */
  readonly next: readonly (string | null)[];
}

/** No thread has moved. */
const NOBODY = '1x0';

/** A program under a scheme as a game. */
export async function programGame(
  { program, slots, scheme }: Pick<Level, 'program' | 'slots' | 'scheme'>,
  goal: Goal | null,
  level: Level | null = null,
): Promise<Game> {
  return { scenario: programScenario(program, slots, NOBODY), case: await claimedCase(scheme), goal, level };
}

/** A level as a game. */
export function levelGame(level: Level): Promise<Game> {
  return programGame(level, level.goal, level);
}

/** The goal that a scenario has of itself: the damage that it is about, or the slots that it leaks. */
export function goalOf(each: Case): Goal | null {
  const [damage] = each.damage;
  if (damage !== undefined) return { kind: 'damage', damage };
  const { leaked = 0 } = each;
  return leaked > 0 ? { kind: 'leaked', slots: leaked } : null;
}

/**
 * Plays a schedule from the start. Throws a UsageError if it cannot be followed.
 *
 * @param schedule empty if nobody has moved
 */
export async function positionAfter(game: Game, schedule: string): Promise<Position> {
  const { scenario, case: each, goal } = game;
  let reached: number | null = null;
  const run = await runScenario(model, scenario, each, {
    schedule: schedule === '' ? NOBODY : schedule,
    until: 'end',
    trials: false,
    onStep: (
      { events, steps, engine },
      { findings },
      { program: { initial }, variant: { contracts = {} } },
    ) => {
      if (goal === null || reached !== null) return;
      if (isReached(goal, { events, findings, words: engine.words, initial, contracts })) reached = steps;
    },
  });
  const { program } = run;
  // A kill is no step, and may leave a slot without an owner.
  if (goal?.kind === 'leaked' && reached === null && run.audit.leaked >= goal.slots)
    reached = stepsIn(run).length;
  const next = program.threads.map((_, i) => nextOf(run, i + 1));
  return { run, reached, preemptions: preemptionsIn(run), next };
}

function stepsIn({ trace: { events } }: ScenarioRun): StepRecord[] {
  return events.filter((event): event is StepRecord => event.kind === 'step');
}

function nextOf({ trace: { events } }: ScenarioRun, thread: number): string | null {
  const stop = events.findLast((event) => event.kind === 'stop' && event.thread === thread);
  return stop?.kind === 'stop' && stop.reason === 'stalled' ? stop.before : null;
}

/** Switches of a run from a thread that could have gone on: it made a step later, or could. */
function preemptionsIn(run: ScenarioRun): number {
  const steps = stepsIn(run);
  const lastOf = new Map(steps.map(({ thread }, i) => [thread, i]));
  return steps.filter(({ thread }, i) => {
    if (i + 1 >= steps.length || steps[i + 1].thread === thread) return false;
    return (lastOf.get(thread) ?? 0) > i || nextOf(run, thread) !== null;
  }).length;
}

/** A search for the rest of the way lasts no longer, and takes no more preemptions. */
const HINT_LIMITS: WayLimits = { preemptions: 4, seconds: 4 };

/**
 * The shortest way from a position to the goal, by a search over what the threads can do; or a sentence that says why there is none to be
 * looked for.
 */
export async function wayFrom(
  game: Game,
  { run }: Position,
  limits: WayLimits = HINT_LIMITS,
): Promise<WaySearch | string> {
  const { goal, scenario, case: each } = game;
  if (goal === null) return 'There is no goal, so there is no way to it.';
  const path = run.trace.events.flatMap((event) => {
    if (event.kind === 'step') return [event.thread - 1];
    return event.kind === 'stop' && event.reason === 'killed' ? [~(event.thread - 1)] : [];
  });
  return shortestWay(await modelOf(scenario, each, run), goal, path, limits);
}

/** The threads that a game is about the death of: those that its own schedule kills, and those that the player has killed. */
function mortalIn({ schedule }: Scenario, each: Case, { trace: { events } }: ScenarioRun): number[] {
  const planned = parseSchedule(each.schedule ?? schedule).flatMap(({ thread, kill }) =>
    kill ? [thread] : [],
  );
  const killed = events.flatMap((event) =>
    event.kind === 'stop' && event.reason === 'killed' ? [event.thread] : [],
  );
  return [...new Set([...planned, ...killed])].map((thread) => thread - 1);
}

/** What a run runs, as the explorer takes it. */
async function modelOf(scenario: Scenario, each: Case, run: ScenarioRun): Promise<KernelModel> {
  const { choice, audit } = run;
  const url = each.variant ?? scenario.variant ?? null;
  const { records } = scenario;
  return kernelModel(each.program ?? scenario.program, choice.spec, {
    slots: audit.slots,
    cache: scenario.cache ?? 0,
    mortal: mortalIn(scenario, each, run),
    ...(records !== undefined && { records }),
    // As in a run of the scenario, what an operation throws is its answer.
    mayThrow: true,
    ...(url !== null && { variant: await loadVariant(url) }),
  });
}
