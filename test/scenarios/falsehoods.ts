import { splitProgram } from '../../src/laboratory/program.ts';
import { structureById } from '../../src/laboratory/structures.ts';
import { model } from '../../src/model/engine.ts';
import { chooseScheme, needsOf } from '../../src/laboratory/registry.ts';
import { runText } from '../../src/report/text/run-text.ts';
import { plainStyle } from '../../src/report/text/style.ts';
import { caseFor, runScenario, type ScenarioRun } from '../../src/scenario/scenario-run.ts';
import type { Case, Scenario } from '../../src/scenario/scenario.ts';
import { FOOTER } from './sentences/footer.ts';
import { REMARKS } from './sentences/remarks.ts';
import { type Sentence, truthOf, type Under } from './sentences/sentence.ts';
import { Truth } from './truth.ts';

/** Schemes and parameters under which each scenario is run, beside its own cases. */
const SPECS = [
  'naive',
  'no-reclaim',
  'tagged:bits=1',
  'tagged:bits=4',
  'hazard-pointers:threshold=2',
  'epochs:grace=1,period=1',
  'epochs:grace=3,period=2',
];

/** A generator of numbers from 0 to 1, the same for the same seed (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Long pauses and short ones, ends, and now and then a death. */
function randomSchedule(threads: number, random: () => number): string {
  const pick = (n: number): number => Math.floor(random() * n);
  const moves = Array.from({ length: 3 + pick(12) }, () => {
    const thread = 1 + pick(threads);
    const kill = random() < 0.06 ? '!' : '';
    if (random() < 0.1) return `T${thread}@end`;
    return `${thread}x${1 + pick(random() < 0.5 ? 8 : 60)}${kill}`;
  });
  const ends = random() < 0.7 ? Array.from({ length: threads }, (_, i) => `T${i + 1}@end`) : [];
  return [...moves, ...ends].join('; ');
}

interface Options {
  /** How many runs of each case under schedules at random; below 1 it is how many of the cases have one, and no case is run as it is. */
  readonly runs: number;
  readonly seed: number;
  /** How many cases come before these: where a part of the cases has a run, each n-th one has, through all scenarios. */
  readonly before?: number;
  /** After how many it ends. */
  readonly most?: number;
}

/** How many cases of a scenario are tried, with those that other schemes and parameters give it. */
export function casesTried({ cases }: Scenario): number {
  return cases.length + SPECS.length;
}

/** The sentences of stories that are not true of their run, or that no predicate knows: of every case, with any slots and schedule. */
export async function falsehoods(
  scenario: Scenario,
  { runs, seed, before = 0, most = 5 }: Options,
): Promise<string[]> {
  const random = randomFrom(seed + scenario.number * 1000);
  const cases = [...scenario.cases, ...(await Promise.all(SPECS.map((spec) => caseFor(scenario, spec))))];
  const found: string[] = [];
  for (const [i, each] of cases.entries()) {
    if (runs >= 1) found.push(...falseIn(await runScenario(model, scenario, each)));
    const many = Math.floor((before + i + 1) * runs) - Math.floor((before + i) * runs);
    for (let nth = 0; nth < many; nth++) {
      const threads = threadsOf(scenario, each);
      const run = await runScenario(model, scenario, each, {
        schedule: randomSchedule(threads, random),
        slots: await slotsFor(scenario, each, random),
        until: random() < 0.5 ? 'end' : 'damage',
        pastMisfits: true,
        trials: random() < 0.15,
      });
      found.push(...falseIn(run));
      if (found.length > most) return found;
    }
  }
  return found;
}

function threadsOf(scenario: Scenario, each: Case): number {
  return scenario.records?.length ?? programOf(scenario, each).split('|').length;
}

function programOf(scenario: Scenario, { program }: Case): string {
  return program ?? scenario.program;
}

async function slotsFor(scenario: Scenario, each: Case, random: () => number): Promise<number> {
  const structure = structureById(splitProgram(programOf(scenario, each)).structure ?? undefined);
  const needs = needsOf(await chooseScheme(each.spec), Math.max(2, threadsOf(scenario, each)), structure);
  const [, initial = ''] = /\[(.*?)\]/.exec(programOf(scenario, each)) ?? [];
  const least = Math.max(needs, 5, structure.DUMMIES + initial.split(' ').length);
  const choices = [scenario.slots, least, least + 1, scenario.slots + 3, 40];
  return Math.max(least, choices[Math.floor(random() * choices.length)]!);
}

const style = plainStyle({ columns: 100_000 });

/** The sentences of a whole story that are false, each with the run that it is about. */
function falseIn(run: ScenarioRun): string[] {
  const truth = new Truth(run.trace);
  const text = runText(run, style, { all: true, legend: false });
  const [header, story, ...rest] = text.split('\n\n');
  const footer = rest.join('\n\n');
  const wrong: string[] = [];
  const hold = (sentence: string, under: Under, sentences: readonly Sentence[]): void => {
    const is = truthOf(sentence, sentences, under);
    if (is !== true)
      wrong.push(`${is === null ? 'unknown' : 'false'}: ${sentence} — ${replayOf(run)}, step ${under.step}`);
  };
  let step = 0;
  for (const line of story!.split('\n').slice(1)) {
    const row = /^[!* ][▸ ] *(\d+) {2}/.exec(line);
    if (row) step = Number(row[1]);
    const note = /^ *└ (.*)$/.exec(line);
    if (note) hold(note[1]!, { truth, run, step }, REMARKS);
  }
  const last = { truth, run, step: truth.steps.length };
  for (const line of footer.split('\n')) {
    // The first damage in its own words, without its name.
    const own = line.trimStart() === run.findings[0]?.note;
    if (line.startsWith('replay ')) continue;
    if (own)
      hold(
        `${run.findings[0]!.kind.toUpperCase()}. ${line.trimStart()}`,
        { ...last, step: run.findings[0]!.step ?? last.step },
        REMARKS,
      );
    else hold(line, last, FOOTER);
  }
  void header;
  return wrong;
}

function replayOf({ scenario, case: each, trace, schedule }: ScenarioRun): string {
  return `run ${scenario.id} --scheme ${each.key === each.spec ? each.spec : each.key} --slots ${trace.header.slots} --schedule "${schedule}" (${trace.header.schedule})`;
}
