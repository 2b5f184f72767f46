// Makes a failure smaller, or looks for a small program that fails alike, off the main thread, which stays free to be interrupted.
import { parentPort } from 'node:worker_threads';
import * as v from 'valibot';
import { READY } from '../src/host/crew.ts';
import { readWorkerData } from '../src/host/worker-data.ts';
import { loadVariant } from '../src/laboratory/participant.ts';
import { explainDamage, type Explanation, type ObservedDamage } from '../src/explore/shrink/explain.ts';
import { type Failure, shrink, type Shrunk } from '../src/explore/shrink/shrink.ts';

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
const JOB: v.GenericSchema<unknown, ShrinkJob> = v.variant('task', [
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

parentPort?.once('message', () => {
  work(readWorkerData(JOB)).catch((error: unknown) => post({ kind: 'failed', why: String(error) }));
});
parentPort?.postMessage(READY);
