import { type Effort, measure } from '../../src/bench/measure.ts';
import type { NativeContender, WorkerContender } from '../../src/bench/contender.ts';
import { BENCH_SCHEMA, thisMachine } from '../../src/bench/result-file.ts';
import { RoundTrip } from '../../src/bench/round-trip.ts';
import { InternalError } from '../../src/errors.ts';
import { peers } from '../peers/index.ts';
import { libraries, type Native, reference } from '../peers/native/index.ts';
import type { TargetsResult } from './result.ts';
import { judgeBlock, type JudgedTarget, planTargets, type Rivals, type TargetOptions } from './targets.ts';

/** How a run reports on its way. */
interface TargetsProgress {
  readonly signal: AbortSignal;
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
  { signal, onNotes, onProgress }: TargetsProgress,
): Promise<TargetsResult | null> {
  const notes = new Set(leftOut);
  const blocks = await planTargets(
    options,
    rivalsOf(signal, (note) => void notes.add(note)),
  );
  onNotes([...notes]);
  if (blocks.length === 0) return null;
  const judged: JudgedTarget[] = [];
  const roundTrip = await RoundTrip.start();
  try {
    for (const [i, { block, targets }] of blocks.entries()) {
      const { workload, threads } = block.conditions;
      onProgress(i, blocks.length, `${workload}, ${threads} threads`);
      const cells = await measure(block, effort, roundTrip, { signal, ratesOnly: true });
      if (cells === null) break;
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
