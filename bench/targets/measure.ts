import * as v from 'valibot';
import type { Effort, TimeLimit } from '../../src/bench/effort.ts';
import { measure } from '../../src/bench/measure.ts';
import type { NativeContender, WorkerContender } from '../../src/bench/contender.ts';
import { BENCH_SCHEMA, type HostMachine, thisMachine } from '../../src/bench/result-file.ts';
import { RoundTrip } from '../../src/bench/round-trip.ts';
import { WORKLOAD_NAMES } from '../../src/bench/workloads.ts';
import { InternalError, UsageError } from '../../src/errors.ts';
import { misfit } from '../../src/observe/members.ts';
import { visible } from '../../src/visible.ts';
import { peers } from '../peers/index.ts';
import { libraries, type Native, reference } from '../peers/native/index.ts';
import { judgeBlock, type JudgedTarget, planTargets, type Rivals, type TargetOptions } from './targets.ts';

/** How a run reports on its way, and what ends it. */
interface TargetsProgress {
  readonly limit: TimeLimit;
  /** What is left out is known, before anything is measured. */
  readonly onNotes: (notes: readonly string[]) => void;
  /** What is measured next. */
  readonly onProgress: (done: number, of: number, what: string) => void;
}

/**
 * Measures the lab by its targets. What there is no rival for is left out, with a note. If it is interrupted, what was finished is in the
 * result.
 *
 * @param leftOut what is left out already
 * @returns null if nothing is left to measure
 */
export async function measureTargets(
  options: TargetOptions,
  effort: Effort,
  leftOut: readonly string[],
  { limit, onNotes, onProgress }: TargetsProgress,
): Promise<TargetsResult | null> {
  const { signal } = limit;
  const notes = new Set(leftOut);
  const blocks = await planTargets(
    options,
    rivalsOf(signal, (note) => void notes.add(note)),
  );
  onNotes([...notes]);
  if (blocks.length === 0) return null;
  const judged: JudgedTarget[] = [];
  let complete = true;
  const roundTrip = await RoundTrip.start();
  try {
    for (const [i, { block, targets }] of blocks.entries()) {
      const { workload, threads } = block.conditions;
      onProgress(i, blocks.length, `${workload}, ${threads} threads`);
      const cells = await measure(block, effort, roundTrip, { signal, ratesOnly: true });
      if (cells === null) {
        complete = false;
        break;
      }
      judged.push(...judgeBlock(targets, cells, options.seed));
    }
  } finally {
    await roundTrip.end();
  }
  return {
    schemaVersion: BENCH_SCHEMA,
    kind: 'targets',
    seed: options.seed,
    machine: thisMachine(),
    effort,
    notes: [...notes],
    complete,
    targets: judged,
  };
}

function rivalsOf(signal: AbortSignal, note: (sentence: string) => void): Rivals {
  const programOf = (native: Native | null): NativeContender | null => {
    if (native !== null && 'program' in native) return native.program;
    if (native !== null) note(native.missing);
    return null;
  };
  return {
    reference: async (choice, batched) => programOf(await reference(choice, { batched, signal })),
    libraries: async ({ scheme }) =>
      (await libraries(scheme.ID, signal)).map(programOf).filter((each) => each !== null),
    mutex: peerOf('mutex-queue'),
    messages: peerOf('postMessage'),
    // The library itself where it is installed, else the ring of its shape.
    ring: peerOf('ringbuf.js', 'spsc-ring'),
  };
}

/** The first of these peers that can take part where all of them could. */
function peerOf(...names: readonly string[]): WorkerContender {
  for (const name of names) {
    const found = peers.find(({ scheme }) => scheme === name);
    if (found?.refusal('producers-consumers', 2) === null) return found;
  }
  throw new InternalError(`None of the peers ${names.join(', ')} can take part.`);
}

/** What was measured, as `bench --targets --json` prints it. */
export interface TargetsResult {
  readonly schemaVersion: number;
  readonly kind: 'targets';
  readonly seed: number;
  readonly machine: HostMachine;
  readonly effort: Effort;
  /** Why something is left out, as sentences. */
  readonly notes: readonly string[];
  /** False if the run was interrupted, or its time was over; files of earlier releases do not say. */
  readonly complete?: boolean;
  readonly targets: readonly JudgedTarget[];
}

const figure = v.pipe(v.number(), v.finite());
const name = v.looseObject({ engine: v.string(), scheme: v.string() });

/** The members that a report of it reads. */
const TARGETS_RESULT = v.looseObject({
  schemaVersion: v.literal(BENCH_SCHEMA),
  kind: v.literal('targets'),
  seed: figure,
  notes: v.array(v.string()),
  complete: v.optional(v.boolean()),
  targets: v.array(
    v.looseObject({
      contender: name,
      rival: name,
      workload: v.picklist(WORKLOAD_NAMES),
      threads: figure,
      least: figure,
      ahead: v.boolean(),
      counts: v.picklist(['operations', 'messages']),
      mops: figure,
      rivalMops: figure,
      ratio: figure,
      interval: v.tuple([figure, figure]),
      kind: v.picklist(['alone', 'near', 'far', 'disturbed']),
      repetitions: figure,
      isMet: v.boolean(),
      isSure: v.boolean(),
    }),
  ),
});

/**
 * What a file says that `bench --targets --json` has printed.
 *
 * @param file what the file is called in complaints
 * @throws UsageError if it is something else
 */
export function parseTargets(document: unknown, file: string): TargetsResult {
  const member = misfit(TARGETS_RESULT, document);
  if (member === null) return document as TargetsResult;
  throw new UsageError(
    `The file ${visible(file)} is no result of bench --targets (it has no proper "${visible(member)}"): make one with lockfree-lab bench --targets --json.`,
  );
}
