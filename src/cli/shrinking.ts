import type { ShrinkJob, ShrinkMessage } from '../../workers/shrink.ts';
import { Crew } from '../host/crew.ts';
import type { Exploration } from '../explore/explore.ts';
import type { Explanation, ObservedDamage } from '../explore/shrink/explain.ts';
import type { Failure, Shrunk } from '../explore/shrink/shrink.ts';
import { ENDLESS } from '../report/text/exploration-text.ts';
import { runText } from '../report/text/run-text.ts';
import { shrunkText } from '../report/text/shrunk-text.ts';
import type { ScenarioRun } from '../scenario/scenario-run.ts';
import { claimedCase, programScenario } from '../scenario/program-scenario.ts';
import type { Context } from './arguments/command.ts';
import { runEach } from './scenario-runs.ts';

/** Code that makes no steps cannot be told that its time is over; so much later nobody waits for it any longer. */
const GRACE_MS = 5000;

/** A failure made small; null if the user interrupted it, or it could not be done, which is said. */
async function shrinkInWorker(
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
  if (signal.aborted) return null;
  await using crew = await Crew.start('shrink', [job]);
  const [worker] = crew.workers;
  const verb = job.task === 'shrink' ? 'shrinking' : 'looking for a short program that fails alike';
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), 1000 * job.maxSeconds + GRACE_MS);
  let covered: ShrinkMessage | null = null;
  const message = await new Promise<ShrinkMessage | null>((resolve, reject) => {
    worker.on('error', reject).on('message', (told: ShrinkMessage) => {
      if (told.kind === 'progress') progress.show(`${verb}: ${told.text}`);
      else if (told.kind === 'covered') covered = told;
      else resolve(told);
    });
    signal.addEventListener('abort', () => resolve(covered), { once: true });
    late.signal.addEventListener('abort', () => {
      resolve({ kind: 'failed', why: 'an operation makes no steps and does not come back' });
    });
    worker.postMessage('go');
  });
  clearTimeout(timer);
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
    schedule,
  }: Pick<Shrunk, 'program' | 'scheme' | 'slots' | 'schedule'> & { readonly cache?: number },
  variant: string | null,
  context: Context,
): Promise<ScenarioRun | undefined> {
  const scenario = { ...programScenario(program, slots, schedule, variant), cache };
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
  { findings, program, scheme, slots, cache, endedBy }: Exploration,
  seconds: number,
  context: Context,
  forPage: boolean,
): Promise<{ readonly shrunk: Shrunk | null; readonly played: ScenarioRun | null }> {
  const found = findings.find(({ kind }) => !ENDLESS.has(kind)) ?? findings.at(0);
  // A story runs the same code on the model, in this thread.
  if (found === undefined || endedBy === 'lost') return { shrunk: null, played: null };
  const failure = { ...found, program, scheme, slots, cache, schedule: scheduleTold(found) };
  const shrunk =
    seconds > 0 && !ENDLESS.has(found.kind) ? await shrinkInWorker(failure, null, seconds, context) : null;
  // There is no room for a story in a document.
  if (context.json && !forPage) return { shrunk, played: null };
  if (shrunk) context.print(shrunkText(shrunk, context.style));
  // Who has interrupted the search wants to know what it has found.
  const told = { ...context, signal: new AbortController().signal };
  const played = await runShrunk(shrunk ?? failure, null, told);
  if (played) context.print(`\n${runText(played, context.style)}`);
  return { shrunk, played: played ?? null };
}
