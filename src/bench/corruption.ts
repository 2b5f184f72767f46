import type { Owners } from '../judge/audit/audit.ts';
import { stress } from '../stress/stress.ts';
import type { Workload } from './workloads.ts';

/** A scheme without a promise, to be run freely with more than one thread: it has a verdict there, and no throughput. */
export interface CorruptionTrial {
  readonly engine: string;
  /** The scheme's name, and its spec. */
  readonly scheme: string;
  readonly spec: string;
  /** The structure, by its id or the URL of its module. Default: the queue. */
  readonly structure?: string;
  readonly workload: Workload;
  readonly threads: number;
  readonly seed: number;
}

/** What came of a trial. */
export interface Corruption {
  readonly engine: string;
  readonly scheme: string;
  readonly workload: Workload;
  readonly threads: number;
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

/** Runs the scheme freely until the stress run's own judges see damage, or for this many seconds. */
export async function corrupt(trial: CorruptionTrial, seconds: number): Promise<Corruption> {
  const { scheme, spec, structure, workload, threads, seed } = trial;
  const mix = { 'fifty-fifty': 'random', 'ping-pong': 'pairs' }[workload as string] ?? workload;
  const engine = trial.engine === 'atomics' ? 'atomics' : 'wasm';
  const run = await stress({
    scheme: spec,
    ...(structure !== undefined && { structure }),
    engine,
    mix,
    threads,
    seconds,
    seed,
  });
  const [first] = run.findings;
  const { slots, reachable, inHand, retired, parked, free, cached, leaked, surplus } = run.audit;
  return {
    engine: trial.engine,
    scheme,
    workload,
    threads,
    verdict: first === undefined ? 'no damage seen' : 'corrupted',
    kind: first?.kind ?? null,
    note: first?.note ?? null,
    audit: { slots, reachable, inHand, retired, parked, free, cached, leaked, surplus },
    operations: run.operations,
    seconds: run.seconds,
    again: run.again,
  };
}
