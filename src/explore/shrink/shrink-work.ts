import { parentPort } from 'node:worker_threads';
import * as v from 'valibot';
import { Crew, READY } from '../../host/crew.ts';
import { readWorkerData } from '../../host/worker-data.ts';
import { loadVariant } from '../../laboratory/participant.ts';
import { explainDamage, type Explanation, type ObservedDamage } from './explain.ts';
import { type Failure, shrink, type Shrunk } from './shrink.ts';

/**
 * A failure is made smaller, and a small program that fails alike is looked for, off the main thread, which stays free to be interrupted:
 * the two sides of that.
 */

interface Limits {
  readonly maxSeconds: number;
  /** The URL of a variant of the kernel, or null. */
  readonly variant: string | null;
}

/** What is to be done. */
export type ShrinkJob =
  | (Limits & { readonly task: 'shrink'; readonly failure: Omit<Failure, 'variant'> })
  | (Limits & { readonly task: 'explain'; readonly seen: Omit<ObservedDamage, 'variant'> });

const limits = { maxSeconds: v.number(), variant: v.nullable(v.string()) };
const some = <T>(): v.GenericSchema<unknown, T> => v.custom<T>((given) => given instanceof Object);
const SHRINK_JOB: v.GenericSchema<unknown, ShrinkJob> = v.variant('task', [
  v.strictObject({ ...limits, task: v.literal('shrink'), failure: some<Omit<Failure, 'variant'>>() }),
  v.strictObject({ ...limits, task: v.literal('explain'), seen: some<Omit<ObservedDamage, 'variant'>>() }),
]);

/** What it is at, and in the end what came of it; or why it could not be done. */
export type ShrinkMessage =
  | { readonly kind: 'progress'; readonly text: string }
  | { readonly kind: 'covered'; readonly covered: Explanation }
  | { readonly kind: 'shrunk'; readonly shrunk: Shrunk }
  | { readonly kind: 'explained'; readonly explanation: Explanation }
  | { readonly kind: 'failed'; readonly why: string };

function post(message: ShrinkMessage): void {
  parentPort?.postMessage(message);
}

async function work(job: ShrinkJob): Promise<void> {
  const options = {
    maxSeconds: job.maxSeconds,
    onProgress: (text: string) => post({ kind: 'progress', text }),
    onCovered: (covered: Explanation) => post({ kind: 'covered', covered }),
  };
  const variant = job.variant === null ? {} : { variant: await loadVariant(job.variant) };
  if (job.task === 'shrink')
    post({ kind: 'shrunk', shrunk: await shrink({ ...job.failure, ...variant }, options) });
  else post({ kind: 'explained', explanation: await explainDamage({ ...job.seen, ...variant }, options) });
}

/** The life of the worker. */
export function shrinkHere(): void {
  parentPort?.once('message', () => {
    work(readWorkerData(SHRINK_JOB)).catch((error: unknown) => post({ kind: 'failed', why: String(error) }));
  });
  parentPort?.postMessage(READY);
}

/** Code that makes no steps cannot be told that its time is over; this much later nobody waits for it any longer. */
const GRACE_MS = 5000;

/**
 * Does a job in a worker. What was covered so far if it is interrupted, null if that is nothing.
 *
 * @param tell is told how far it is
 */
export async function shrinkInWorker(
  job: ShrinkJob,
  signal: AbortSignal,
  tell: (progress: string) => void,
): Promise<ShrinkMessage | null> {
  if (signal.aborted) return null;
  await using crew = await Crew.start('shrink', [job]);
  const [worker] = crew.workers;
  let timer: NodeJS.Timeout | undefined;
  let covered: ShrinkMessage | null = null;
  const message = await new Promise<ShrinkMessage | null>((resolve, reject) => {
    worker.on('error', reject).on('message', (told: ShrinkMessage) => {
      if (told.kind === 'progress') tell(told.text);
      else if (told.kind === 'covered') covered = told;
      else resolve(told);
    });
    signal.addEventListener('abort', () => resolve(covered), { once: true });
    timer = setTimeout(
      () => resolve({ kind: 'failed', why: 'an operation makes no steps and does not come back' }),
      1000 * job.maxSeconds + GRACE_MS,
    );
    worker.postMessage('go');
  });
  clearTimeout(timer);
  return message;
}
