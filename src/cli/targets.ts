import { peers } from '../../bench/peers/index.ts';
import { library, type Native, reference } from '../../bench/peers/native/index.ts';
import { type Effort, measure } from '../bench/measure.ts';
import { BENCH_SCHEMA, thisMachine } from '../bench/result-file.ts';
import { RoundTrip } from '../bench/round-trip.ts';
import type { NativeContender, WorkerContender } from '../bench/contender.ts';
import { type Judged, judgeBlock, planTargets, type Rivals, type TargetOptions } from '../bench/targets.ts';
import { InternalError, UsageError } from '../errors.ts';
import { targetsText } from '../report/text/targets-text.ts';
import type { Context, Result } from './arguments/command.ts';

export const NOTHING_LEFT =
  'Nothing is left to measure: ask for other workloads, for other engines or for more threads.';

/** Measures the lab by its targets. What there is no rival for is left out, with a remark. */
export async function runTargets(
  context: Context,
  options: TargetOptions,
  effort: Effort,
  leftOut: readonly string[],
): Promise<Result> {
  const notes = new Set(leftOut);
  const blocks = await planTargets(
    options,
    rivalsOf(context.signal, (note) => void notes.add(note)),
  );
  for (const note of notes) context.remark(note);
  if (blocks.length === 0) throw new UsageError(NOTHING_LEFT);
  const judged: Judged[] = [];
  const roundTrip = await RoundTrip.start();
  try {
    for (const [i, { block, targets }] of blocks.entries()) {
      const { workload, threads } = block.conditions;
      context.progress.show(`${i} of ${blocks.length} blocks: ${workload}, ${threads} threads`);
      const cells = await measure(block, effort, roundTrip, { signal: context.signal, ratesOnly: true });
      if (cells === null) break;
      judged.push(...judgeBlock(targets, cells, options.seed));
    }
  } finally {
    await roundTrip.end();
  }
  context.progress.clear();
  context.print(targetsText(judged, context.style));
  return {
    broken: false,
    document: {
      schemaVersion: BENCH_SCHEMA,
      kind: 'targets',
      seed: options.seed,
      machine: thisMachine(),
      effort,
      notes: [...notes],
      targets: judged,
    },
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
    library: async ({ scheme }) => programOf(await library(scheme.ID, signal)),
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
