import * as v from 'valibot';
import { differingIn, type Effort, type TimeLimit } from '../../src/bench/effort.ts';
import { measure } from '../../src/bench/measure.ts';
import type { NativeContender, WorkerContender } from '../../src/bench/contender.ts';
import { BENCH_SCHEMA, type HostMachine, machinesDiffer, thisMachine } from '../../src/bench/result-file.ts';
import { RoundTrip } from '../../src/bench/round-trip.ts';
import { WORKLOAD_NAMES } from '../../src/bench/workloads.ts';
import { counted, listed } from '../../src/counted.ts';
import { InternalError, UsageError } from '../../src/errors.ts';
import { grouped } from '../../src/judge/groups.ts';
import { misfit } from '../../src/observe/members.ts';
import { sealed, unsealed } from '../../src/observe/seal.ts';
import { type Accesses, countAccesses } from '../../src/bench/passes.ts';
import { schemeContender } from '../../src/bench/scheme-contender.ts';
import { visible } from '../../src/visible.ts';
import { peers } from '../peers/index.ts';
import { batchedMutexQueue } from '../peers/mutex-queue.ts';
import { libraries, type Native, reference } from '../peers/native/index.ts';
import {
  type ContenderName,
  isSame,
  isDecided,
  judgeBlock,
  type JudgedTarget,
  type Measured,
  planTargets,
  type Rivals,
  type Target,
  type TargetBlock,
  type TargetOptions,
  turnsFor,
} from './targets.ts';
import { nameOf } from './text.ts';

/** How a run reports on its way, and what ends it. */
interface TargetsProgress {
  readonly limit: TimeLimit;
  /** What is left out is known, before anything is measured. */
  readonly onNotes: (notes: readonly string[]) => void;
  /** What is measured next. */
  readonly onProgress: (done: number, of: number, what: string) => void;
  /** A block was measured: this is the result now. */
  readonly onResult: (result: TargetsResult) => void;
}

/** A block is measured so often at most, until each of its targets has an answer, and none is of disturbed repetitions. */
const MOST_TRIES = 3;

/** What was measured of a block, in all its tries. */
export interface MeasuredBlock {
  /** Workload, threads and contenders. */
  readonly key: string;
  readonly tries: number;
  readonly cells: readonly Measured[];
}

/**
 * Measures the lab by its targets. What there is no rival for is left out, with a note, and so is what counted accesses show to be impossible.
 * A block whose repetitions were disturbed, or far where near ones are asked for, is measured again. If it is interrupted, what was finished is in the result.
 *
 * @param leftOut what is left out already
 * @param before what was measured before, by a run that did not come to its end
 * @returns null if nothing is left to measure
 */
export async function measureTargets(
  options: TargetOptions,
  effort: Effort,
  leftOut: readonly string[],
  before: readonly MeasuredBlock[],
  { limit, onNotes, onProgress, onResult }: TargetsProgress,
): Promise<TargetsResult | null> {
  const { signal } = limit;
  const notes = new Set(leftOut);
  const note = (sentence: string): void => void notes.add(sentence);
  const blocks = await possible(await planTargets(options, rivalsOf(signal, note)), options, note);
  onNotes([...notes]);
  if (blocks.length === 0) return null;
  const kept = new Map(before.map((each) => [each.key, each]));
  const resultNow = (complete: boolean): TargetsResult => ({
    schemaVersion: BENCH_SCHEMA,
    kind: 'targets',
    seed: options.seed,
    machine: thisMachine(),
    effort,
    notes: [...notes, ...blocks.flatMap((each) => withoutAnswer(each, kept.get(keyOf(each))))],
    complete,
    targets: blocks.flatMap((each) => judged(each, kept.get(keyOf(each)), options.seed)),
    blocks: [...kept.values()],
  });
  const roundTrip = await RoundTrip.start();
  try {
    // All of them once, and then again what was disturbed or has no answer.
    for (const each of Array.from({ length: MOST_TRIES }, () => blocks).flat()) {
      const key = keyOf(each);
      if (isSettled(each, kept.get(key))) continue;
      if (kept.has(key) && blocks.some((other) => !kept.has(keyOf(other)))) continue;
      const { workload, threads } = each.block.conditions;
      const done = blocks.filter((other) => kept.has(keyOf(other))).length;
      onProgress(done, blocks.length, `${workload}, ${threads} threads`);
      if (limit.isOver) return resultNow(false);
      const cells = await measure(each.block, effort, roundTrip, { signal, ratesOnly: true });
      if (cells === null || cells.length < each.block.contenders.length) return resultNow(false);
      kept.set(key, more(kept.get(key), key, cells));
      onResult(resultNow(false));
    }
    return resultNow(true);
  } finally {
    await roundTrip.end();
  }
}

function keyOf({ block: { conditions, contenders } }: TargetBlock): string {
  const names = contenders.map(
    ({ engine, scheme, structure }) => `${engine} ${scheme}${structure === undefined ? '' : ` ${structure}`}`,
  );
  return [conditions.workload, conditions.threads, ...names].join(', ');
}

function judged({ targets }: TargetBlock, measured: MeasuredBlock | undefined, seed: number): JudgedTarget[] {
  return measured === undefined ? [] : judgeBlock(targets, measured.cells, seed);
}

/** True if a block need not be measured again. */
export function isSettled(block: TargetBlock, measured: MeasuredBlock | undefined): boolean {
  if (measured === undefined) return false;
  if (measured.tries >= MOST_TRIES) return true;
  const turns = block.targets.map((target) => turnsFor(target, measured.cells));
  return turns.every((of) => of.length > 0 && of.every(isDecided));
}

/** Of which targets a block that was measured has no answer, a sentence each: what is asked of near cores alone, where all that was undisturbed was far. */
export function withoutAnswer({ targets }: TargetBlock, measured: MeasuredBlock | undefined): string[] {
  if (measured === undefined) return [];
  return targets
    .filter((target) => turnsFor(target, measured.cells).length === 0)
    .map(
      ({ contender, rival, workload, threads }) =>
        `${nameOf(contender)} has no answer beside ${nameOf(rival)} in ${workload} with ${counted(threads, 'thread')}: that is asked of near cores, and these were far.`,
    );
}

/** The repetitions of another try come after those that there are. */
function more(before: MeasuredBlock | undefined, key: string, cells: readonly Measured[]): MeasuredBlock {
  const samplesOf = (cell: Measured): Measured['samples'] =>
    before?.cells.find((each) => isSame(each, cell))?.samples ?? [];
  return {
    key,
    tries: (before?.tries ?? 0) + 1,
    cells: cells.map((each) => ({
      engine: each.engine,
      scheme: each.scheme,
      ...(each.structure !== undefined && { structure: each.structure }),
      samples: [...samplesOf(each), ...each.samples],
    })),
  };
}

/**
 * The blocks without targets that cannot be met: with one thread nothing waits, and operations take about what their atomic accesses take. A
 * contender that makes more of the dear ones than the lock of its rival is not asked to be ahead of it.
 */
async function possible(
  blocks: readonly TargetBlock[],
  { choices, capacity }: TargetOptions,
  note: (sentence: string) => void,
): Promise<TargetBlock[]> {
  const countedOf = new Map<string, Accesses>();
  const accesses = async (of: WorkerContender): Promise<Accesses> => {
    const found = countedOf.get(of.scheme) ?? (await countAccesses(of, capacity));
    countedOf.set(of.scheme, found);
    return found;
  };
  const mutex = peerOf('mutex-queue');
  const unasked: { readonly of: Target; readonly why: string }[] = [];
  const canBeMet = async (of: Target): Promise<boolean> => {
    const { contender, rival, threads } = of;
    const choice = choices.find(({ name: own }) => own === contender.scheme);
    if (threads !== 1 || rival.scheme !== mutex.scheme || choice === undefined) return true;
    const own = await accesses(schemeContender(choice, 'atomics'));
    const its = await accesses(mutex);
    if (dearIn(contender, own) <= dearIn(contender, its)) return true;
    const why = `it makes ${own.writes} atomic writes and ${own.loads} atomic reads for a value that goes in and out, and the lock ${its.writes} and ${its.loads}`;
    unasked.push({ of, why });
    return false;
  };
  const left: TargetBlock[] = [];
  for (const { block, targets } of blocks) {
    const asked: Target[] = [];
    for (const target of targets) if (await canBeMet(target)) asked.push(target);
    const takes = ({ engine, scheme }: ContenderName): boolean =>
      asked.some(({ contender, rival }) =>
        [contender, rival].some((each) => each.engine === engine && each.scheme === scheme),
      );
    if (asked.length > 0)
      left.push({ targets: asked, block: { ...block, contenders: block.contenders.filter(takes) } });
  }
  // A sentence for the workloads in which it is not asked of the same engines.
  const ofWorkloads = grouped(unasked, ({ of }) => `${of.contender.scheme} ${of.workload}`).values();
  const whoOf = (group: typeof unasked): string =>
    `${group[0].of.contender.scheme} (${listed([...new Set(group.map(({ of }) => of.contender.engine))])})`;
  for (const [who, groups] of grouped(ofWorkloads, whoOf)) {
    const workloads = listed(groups.map(([{ of }]) => of.workload));
    note(
      `${who} is not asked to be ahead of ${mutex.scheme} in ${workloads} with 1 thread: ${groups[0][0].why}.`,
    );
  }
  return left;
}

/** Of compiled code a read is an ordinary instruction, and a write is not; of JavaScript each is a call. */
function dearIn({ engine }: ContenderName, { loads, writes }: Accesses): number {
  return engine === 'atomics' ? loads + writes : writes;
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
    batchedMutex: batchedMutexQueue,
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
  /** What they were judged by, from which a run goes on; files of earlier releases have none. */
  readonly blocks?: readonly MeasuredBlock[];
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

const BLOCKS = v.looseObject({
  seed: figure,
  machine: v.looseObject({}),
  effort: v.looseObject({}),
  blocks: v.array(
    v.looseObject({
      key: v.string(),
      tries: figure,
      cells: v.array(
        v.looseObject({
          engine: v.string(),
          scheme: v.string(),
          samples: v.array(
            v.looseObject({
              mops: figure,
              perThread: v.array(figure),
              kind: v.picklist(['alone', 'near', 'far', 'disturbed']),
            }),
          ),
        }),
      ),
    }),
  ),
});

/** What `bench --targets --out` writes. */
export function printTargets(result: TargetsResult): string {
  return `${JSON.stringify(sealed(result))}\n`;
}

/**
 * What was measured before, to go on from.
 *
 * @throws UsageError if the file is something else, not as it was written, or of another machine or effort
 */
export function targetsBefore(
  text: string,
  file: string,
  effort: Effort,
): Pick<TargetsResult, 'seed' | 'blocks'> {
  const refuse = (why: string, cause?: unknown): UsageError =>
    new UsageError(`The run cannot go on in ${visible(file)} (${why}): give another file to --out.`, {
      cause,
    });
  let document: Record<string, unknown> | null;
  try {
    document = JSON.parse(text) as Record<string, unknown> | null;
  } catch (error) {
    throw refuse('it is no JSON', error);
  }
  if (document?.['kind'] !== 'targets') throw refuse('it is no result of bench --targets');
  const opened = unsealed(document);
  if ('fault' in opened) throw refuse(opened.fault);
  const member = misfit(BLOCKS, opened.content);
  if (member !== null) throw refuse(`it has no proper "${visible(member)}"`);
  const before = opened.content as unknown as TargetsResult;
  if (machinesDiffer(thisMachine(), before.machine).length > 0)
    throw refuse('it is of another machine or another Node');
  if (differingIn(effort, before.effort).length > 0)
    throw refuse('it was made with --quick, and this run is not, or the reverse');
  return { seed: before.seed, blocks: before.blocks ?? [] };
}
