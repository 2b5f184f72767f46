import { scenarios } from '../../scenarios/index.ts';
import { model } from '../../src/model/engine.ts';
import { Random } from '../../src/random.ts';
import { kernelModel } from '../../src/explore/kernel-model.ts';
import { Recorder } from '../../src/observe/recorder.ts';
import { claimedCase, programScenario } from '../../src/scenario/program-scenario.ts';
import { runScenario, type ScenarioRun } from '../../src/scenario/scenario-run.ts';

/** Scenarios under their schemes, on the model: all of them, or of the cases of all scenarios every n-th one. */
export function scenarioRuns(every = 1): Promise<ScenarioRun[]> {
  return Promise.all(
    scenarios.flatMap((scenario, n) =>
      scenario.cases
        .filter((_, i) => (n + i) % every === 0)
        .map((each) => runScenario(model, scenario, each, { trials: false })),
    ),
  );
}

const PROGRAMS = ['e d | d e', '[A] d | d e d', '[A B] e d e | d d | e', '[A] i d | e i', 'e e | e | d d'];
/** A corrupted queue may loop forever. */
const MOST_STEPS = 300;

const SCHEMES = [
  'naive',
  'tagged:bits=1',
  'hazard-pointers:threshold=1',
  'epochs:period=1,grace=1',
  'no-reclaim',
  'tagged',
];

/** Runs of small programs, in which chance chooses a thread and how many steps it makes, again and again, until all have ended. */
export function randomRuns(count: number): Promise<ScenarioRun[]> {
  const runs = Array.from({ length: count }, async (_, seed) => {
    const random = new Random(seed);
    const scheme = SCHEMES[random.below(SCHEMES.length)]!;
    const scenario = programScenario(PROGRAMS[random.below(PROGRAMS.length)]!, 24, '');
    const schedule = await scheduleOf(scenario.program, scheme, random);
    return runScenario(model, { ...scenario, schedule }, await claimedCase(scheme), { trials: false });
  });
  return Promise.all(runs);
}

async function scheduleOf(program: string, scheme: string, random: Random): Promise<string> {
  const made = await kernelModel(program, scheme, { slots: 24 });
  const { threads } = made.program;
  const engine = await model.begin({
    buffer: made.makeBuffer(),
    scheme: made.choice.spec,
    variant: null,
    programs: threads,
  });
  const recorder = new Recorder(engine);
  const moves: string[] = [];
  while (recorder.steps < MOST_STEPS) {
    const waiting = threads.map((_, i) => i + 1).filter((thread) => engine.state(thread) === 'waiting');
    if (waiting.length === 0) break;
    const thread = waiting[random.below(waiting.length)]!;
    const wanted = 1 + random.below(12);
    let steps = 0;
    for (; steps < wanted && engine.state(thread) === 'waiting'; steps++) recorder.step(thread);
    moves.push(`${thread}x${steps}`);
  }
  return moves.join(',');
}
