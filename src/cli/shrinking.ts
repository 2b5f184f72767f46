import type { Exploration } from '../explore/explore.ts';
import type { Explanation, ObservedDamage } from '../explore/shrink/explain.ts';
import type { Failure, Shrunk } from '../explore/shrink/shrink.ts';
import { type ShrinkJob, type ShrinkMessage, shrinkInWorker } from '../explore/shrink/shrink-work.ts';
import { ENDLESS } from '../report/text/exploration-text.ts';
import { runText } from '../report/text/run-text.ts';
import { shrunkText } from '../report/text/shrunk-text.ts';
import type { ScenarioRun } from '../scenario/scenario-run.ts';
import { claimedCase, programScenario } from '../scenario/program-scenario.ts';
import type { Context } from './arguments/command.ts';
import { runEach } from './scenario-runs.ts';

/** A failure made small; null if the user interrupted it, or it could not be done, which is said. */
async function madeSmall(
  failure: Omit<Failure, 'variant'>,
  variant: string | null,
  maxSeconds: number,
  context: Context,
): Promise<Shrunk | null> {
  const message = await inWorker({ task: 'shrink', failure, variant, maxSeconds }, context);
  return message?.kind === 'shrunk' ? message.shrunk : null;
}

/** What a search over short programs made of a failure of free threads, or how far it had come; null if it did not begin. */
export async function explainInWorker(
  seen: Omit<ObservedDamage, 'variant'>,
  variant: string | null,
  maxSeconds: number,
  context: Context,
): Promise<Explanation | null> {
  const message = await inWorker({ task: 'explain', seen, variant, maxSeconds }, context);
  if (message?.kind === 'covered') return message.covered;
  return message?.kind === 'explained' ? message.explanation : null;
}

async function inWorker(
  job: ShrinkJob,
  { signal, progress, remark }: Context,
): Promise<ShrinkMessage | null> {
  const verb = job.task === 'shrink' ? 'shrinking' : 'looking for a short program that fails alike';
  const message = await shrinkInWorker(job, signal, (text) => progress.show(`${verb}: ${text}`));
  progress.clear();
  if (message?.kind === 'failed') remark(`The explorer could not run this: ${message.why}.`);
  return message;
}

/** The run of a failure that was made small; undefined if the user interrupted it. */
export async function runShrunk(
  {
    program,
    scheme,
    slots,
    cache = 0,
    freeList = 'stack',
    schedule,
  }: Pick<Shrunk, 'program' | 'scheme' | 'slots' | 'schedule'> & Partial<Pick<Shrunk, 'cache' | 'freeList'>>,
  variant: string | null,
  context: Context,
): Promise<ScenarioRun | undefined> {
  const scenario = { ...programScenario(program, slots, schedule, variant), cache, freeList };
  const [run] = await runEach(scenario, [await claimedCase(scheme)], {}, context, true);
  return run;
}

/** How long a thread goes round in the story of a livelock, so that a replay finds it again. */
const ROUNDS = 2000;

/** The schedule of a finding; of a thread that goes round, with some of its rounds, if it makes steps in them. */
function scheduleTold({ kind, thread, schedule }: Exploration['findings'][number]): string {
  return kind === 'livelock' && thread !== null ? `${schedule},${thread}x${ROUNDS}` : schedule;
}

/**
 * The first finding that a story can be told of, made small, and its run: null if there is none, or it was not wanted.
 *
 * @param forPage the run is wanted also where no story is printed
 */
export async function shrunkOf(
  { findings, program, scheme, slots, cache, freeList, endedBy }: Exploration,
  seconds: number,
  context: Context,
  forPage: boolean,
): Promise<{ readonly shrunk: Shrunk | null; readonly played: ScenarioRun | null }> {
  const found = findings.find(({ kind }) => !ENDLESS.has(kind)) ?? findings.at(0);
  // A story runs the same code on the model, in this thread.
  if (found === undefined || endedBy === 'lost') return { shrunk: null, played: null };
  const failure = { ...found, program, scheme, slots, cache, freeList, schedule: scheduleTold(found) };
  const shrunk =
    seconds > 0 && !ENDLESS.has(found.kind) ? await madeSmall(failure, null, seconds, context) : null;
  // There is no room for a story in a document.
  if (context.json && !forPage) return { shrunk, played: null };
  if (shrunk) context.print(shrunkText(shrunk, context.style));
  // Who has interrupted the search wants to know what it has found.
  const told = { ...context, signal: new AbortController().signal };
  const played = await runShrunk(shrunk ?? failure, null, told);
  if (played) context.print(`\n${runText(played, context.style)}`);
  return { shrunk, played: played ?? null };
}
