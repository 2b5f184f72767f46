import type { Owners } from '../judge/audit/audit.ts';
import { stress } from '../stress/stress.ts';
import type { Workload } from './workloads.ts';

/** A scheme without a promise, to be run freely with more than one thread: it has a verdict there, and no throughput. */
export interface CorruptionTrial {
  readonly engine: string;
  /** The scheme's name, and its spec. */
  readonly scheme: string;
  readonly spec: string;
  /** The structure that it is run on, by its id or the URL of its module. Default: the queue. */
  readonly on?: string;
  /** The same where a result has several. */
  readonly structure?: string;
  readonly workload: Workload;
  readonly threads: number;
  /** Of a set: how many keys are drawn from. */
  readonly keys?: number;
  readonly seed: number;
}

/** What came of a trial. */
export interface Corruption {
  readonly engine: string;
  readonly scheme: string;
  readonly workload: Workload;
  readonly threads: number;
  readonly keys?: number;
  /** The structure, where a result has several. */
  readonly structure?: string;
  readonly verdict: 'corrupted' | 'no damage seen';
  /** The first damage and its sentence; null if there was none. */
  readonly kind: string | null;
  readonly note: string | null;
  /** The slab at that moment, by owners. */
  readonly audit: Owners;
  readonly operations: number;
  readonly seconds: number;
  /** The command that runs the same again. */
  readonly again: string;
}

/** The mix of a stress run that is nearest to a workload, where none has its name. */
const MIXES: Readonly<Record<string, string>> = {
  'fifty-fifty': 'random',
  'ping-pong': 'pairs',
  'owner-thieves': 'producers-consumers',
};

/**
 * Runs the scheme freely until the stress run's own judges see damage, or for this many seconds.
 *
 * @throws the reason of the signal, if it was aborted before there was any damage
 */
export async function corrupt(
  trial: CorruptionTrial,
  seconds: number,
  signal?: AbortSignal,
): Promise<Corruption> {
  const { scheme, spec, on, structure, workload, threads, keys, seed } = trial;
  const mix = MIXES[workload as string] ?? workload;
  const engine = trial.engine === 'atomics' ? 'atomics' : 'wasm';
  const run = await stress({
    scheme: spec,
    ...(on !== undefined && { structure: on }),
    engine,
    mix,
    threads,
    ...(keys !== undefined && { keys }),
    seconds,
    seed,
    ...(signal !== undefined && { signal }),
  });
  const [first] = run.findings;
  if (first === undefined) signal?.throwIfAborted();
  const { slots, reachable, inHand, retired, parked, free, cached, leaked, surplus } = run.audit;
  return {
    engine: trial.engine,
    scheme,
    workload,
    threads,
    ...(keys !== undefined && { keys }),
    ...(structure !== undefined && { structure }),
    verdict: first === undefined ? 'no damage seen' : 'corrupted',
    kind: first?.kind ?? null,
    note: first?.note ?? null,
    audit: { slots, reachable, inHand, retired, parked, free, cached, leaked, surplus },
    operations: run.operations,
    seconds: run.seconds,
    again: run.again,
  };
}
