import { attachWords } from '../laboratory/shared.ts';
import { claimsLockFreedom } from '../laboratory/registry.ts';
import { nameOfStructure, usualStride, usualStructure } from '../laboratory/structures.ts';
import { announcesSlots } from '../laboratory/announcements.ts';
import { self } from '../mutant/self.ts';
import { shellWord } from '../visible.ts';
import { InternalError, UsageError } from '../errors.ts';
import { ControlBlock } from '../threads/control-block.ts';
import { Rounds } from '../threads/rounds.ts';
import { Journals } from './journals.ts';
import { isCompiled, type Laboratory, laboratoryOf } from './engines.ts';
import { planOf, type StressPlan, type StressOptions } from './options.ts';
import type { StressResult } from './result.ts';
import { StressRun } from './run.ts';
import { resultOf } from './verdict.ts';
import type { StressJob } from './job.ts';

/**
 * Starts worker threads that nobody holds back on a structure and checks, round after round, that every value and every slot is accounted
 * for. Ends at the first damage, when the time is over or the operations are made, when a thread does not come out of an operation, when a
 * worker crashes, or when the signal is aborted; no worker is left in any case.
 *
 * @throws UsageError for options that cannot be had
 */
export async function stress(options: StressOptions = {}): Promise<StressResult> {
  const plan = await planOf(options);
  const { choice, structure, threads, slots, stride, cache, freeList, engine, chain } = plan;
  const sizes = { slots, threads, stride, cache, freeList, structure, chain };
  const laboratory = laboratoryOf(engine, sizes, choice);
  const journals = Journals.create(threads);
  const workers = await start(plan, laboratory, journals);
  try {
    const run = new StressRun(plan, attachWords(laboratory.buffer), journals, workers, options);
    await run.toTheEnd();
    return resultOf(plan, run, commandOf(plan, options, self?.id ?? null));
  } finally {
    await workers.end();
  }
}

/** Whether it would be seen that something is wrong when a thread stands still. */
function standsStill({ choice: { scheme }, card }: StressPlan): boolean {
  return claimsLockFreedom(scheme, card) || announcesSlots(scheme);
}

async function start(
  plan: StressPlan,
  { buffer, compiled }: Laboratory,
  journals: Journals,
): Promise<Rounds> {
  const { choice, threads, engine, variant, mix, seed, perturb } = plan;
  const changes = plan.watchesRounds ? new Int32Array(new SharedArrayBuffer(buffer.byteLength)) : null;
  const jobs = Array.from({ length: threads }, (_, i): { readonly job: StressJob } => {
    const thread = i + 1;
    const stopping = plan.stoppings.find((each) => each.thread === thread);
    const point = stopping ? { step: stopping.step, passing: stopping.passing, after: stopping.after } : null;
    const job: StressJob = {
      buffer,
      compiled: isCompiled(engine, thread) ? compiled : null,
      journals: journals.words,
      scheme: choice.spec,
      structure: nameOfStructure(plan.structure),
      reclaims: choice.scheme.RECLAIMS,
      variant,
      mix,
      keys: plan.keys ?? 0,
      seed,
      perturb,
      point,
      watchdogMs: plan.watchdogMs,
      stands: standsStill(plan),
      changes,
    };
    return { job };
  });
  try {
    return await Rounds.start('stress', ControlBlock.create(threads), jobs);
  } catch (error) {
    if (variant === null || error instanceof InternalError) throw error;
    throw new UsageError(
      `The variant ${variant} cannot be used (${String(error)}); give the URL of a JavaScript module that exports a structure or slab.`,
      { cause: error },
    );
  }
}

/**
 * The command line that runs the same again: everything that is not as it would be anyway.
 *
 * @param mutant the known bug, or the file of a bug, that this copy of the lab has; null for the lab itself
 */
export function commandOf(plan: StressPlan, options: StressOptions, mutant: string | null): string {
  const words = ['npx lockfree-lab stress'];
  const give = (name: string, value: unknown): void => {
    if (value !== undefined) words.push(`--${name}`, shellWord(String(value)));
  };
  give('mutant', mutant ?? undefined);
  give('scheme', plan.choice.spec);
  give('structure', plan.structure === usualStructure ? undefined : nameOfStructure(plan.structure));
  give('threads', plan.threads);
  give('slots', plan.slots);
  give('stride', plan.stride === usualStride(plan.structure) ? undefined : plan.stride);
  give('cache', options.cache);
  give('free-list', plan.freeList === 'stack' ? undefined : plan.freeList);
  give('engine', plan.engine === 'atomics' ? undefined : plan.engine);
  give('mix', plan.mix);
  give('keys', options.keys);
  give('seconds', options.seconds);
  give('ops', options.ops);
  give('perturb', plan.perturb ? 'on' : 'off');
  give('stall', options.stall);
  give('kill', options.kill);
  give('watchdog', options.watchdogMs);
  give('variant', options.variant);
  give('seed', plan.seed);
  return words.join(' ');
}
