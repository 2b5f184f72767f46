import * as v from 'valibot';
import { COMPILED_KERNEL, type CompiledKernel } from '../engines/wasm/webassembly.ts';
import { UsageError } from '../errors.ts';
import { fitting } from '../host/worker-data.ts';
import { Geometry } from '../kernel/layout.ts';
import type { StructureCard } from '../kernel/structure-card.ts';
import { AtomicsMemory } from '../laboratory/atomics.ts';
import { loadVariant, structureNamed } from '../laboratory/participant.ts';
import { chooseScheme } from '../laboratory/registry.ts';
import { attachWords } from '../laboratory/shared.ts';
import { type KnownStructure, structureOf } from '../laboratory/structures.ts';
import type { Variant } from '../laboratory/variant.ts';
import { Random } from '../random.ts';
import type { ControlBlock } from '../threads/control-block.ts';
import { GatedMemory, STOP_POINT, type StopPoint } from '../threads/gated-memory.ts';
import { Pauses, WaitingMemory } from '../threads/perturbation.ts';
import { RecordingMemory, WitnessedMemory } from '../threads/watched-memory.ts';
import { CameRoundWitness } from './came-round-witness.ts';
import { CALM, Journals, type StressWords } from './journals.ts';
import { ChainWorker, DequeWorker } from './special-workers.ts';
import { KeyWorker } from './key-worker.ts';
import { AtomicsMembership, CompiledMembership, type Membership } from './membership.ts';
import { MIXES, MIX_NAMES, type MixName } from './mixes.ts';
import { Stalls } from './stalls.ts';
import { StressWorker } from './worker.ts';

/** What a worker of a stress run is to do. */
export interface StressJob {
  readonly buffer: SharedArrayBuffer;
  /** What a thread of compiled code needs; null for one on atomics. */
  readonly compiled: CompiledKernel | null;
  readonly journals: Int32Array;
  readonly scheme: string;
  /** The id of the structure, or the URL of its module. */
  readonly structure: string;
  readonly reclaims: boolean;
  readonly variant: string | null;
  readonly mix: MixName;
  /** How many keys its threads draw from; 0 if the structure is no set. */
  readonly keys: number;
  readonly seed: number;
  readonly perturb: boolean;
  /** Where this thread stops for good. */
  readonly point: StopPoint | null;
  readonly watchdogMs: number;
  /** Whether this thread stands still now and then and watches the others. */
  readonly stands: boolean;
  /** By address how often a word was changed, where it is watched whether words come round; else null. */
  readonly changes: Int32Array | null;
}

const whole = v.pipe(v.number(), v.integer(), v.minValue(0));

const STRESS_JOB: v.GenericSchema<unknown, StressJob> = v.strictObject({
  buffer: v.instance(SharedArrayBuffer),
  compiled: v.nullable(COMPILED_KERNEL),
  journals: v.instance(Int32Array),
  scheme: v.string(),
  structure: v.string(),
  reclaims: v.boolean(),
  variant: v.nullable(v.string()),
  mix: v.picklist(MIX_NAMES),
  keys: whole,
  seed: whole,
  perturb: v.boolean(),
  point: v.nullable(STOP_POINT),
  watchdogMs: v.number(),
  stands: v.boolean(),
  changes: v.nullable(v.instance(Int32Array)),
});

/** Streams of random numbers of one thread: for its pauses, its mix, where it stands still, when it leaves, and where it waits. */
const STREAMS = 5;
const [PAUSES, MIX, STALLS, DEPARTURES, WAITS] = Array.from({ length: STREAMS }).keys();

function memoryOf(job: StressJob, shared: StressWords, thread: number): RecordingMemory {
  const { buffer, seed, perturb, point, watchdogMs, stands, changes } = job;
  const words = attachWords(buffer);
  const geometry = new Geometry(new AtomicsMemory(words));
  const record = geometry.record(thread);
  if (point !== null) return new GatedMemory(words, record, point, shared.control, thread);
  const { control, journals } = shared;
  const random = (stream: number): Random => new Random(seed, STREAMS * thread + stream);
  const stalls = !stands ? null : new Stalls(shared, thread, random(STALLS), { words, geometry, watchdogMs });
  const witness =
    changes === null ? null : new CameRoundWitness(words, geometry, changes, { journals, thread });
  if (!perturb && witness === null) return new RecordingMemory(words, record, stalls);
  if (!perturb) return new WitnessedMemory(words, record, stalls, witness);
  const isCalm = (): boolean => journals.words[CALM] !== 0;
  const pauses = new Pauses(random(PAUSES), stalls, isCalm);
  return new WaitingMemory(words, record, pauses, random(WAITS), { control, thread, isCalm }, witness);
}

async function membershipOf(job: StressJob, shared: StressWords, thread: number): Promise<Membership> {
  const { compiled, scheme, variant, buffer } = job;
  if (compiled !== null) return new CompiledMembership(attachWords(buffer), compiled);
  const choice = await chooseScheme(scheme);
  const classes = variant === null ? {} : await loadVariant(variant);
  checkStructure(classes, new Geometry(new AtomicsMemory(attachWords(buffer))));
  return new AtomicsMembership(memoryOf(job, shared, thread), choice.scheme, classes);
}

/** Throws a UsageError if a variant has a class for another structure than the laboratory holds. */
function checkStructure({ structure }: Variant, geometry: Geometry): void {
  if (structure === undefined || structure.NUMBER === geometry.structure) return;
  const held = structureOf(geometry)?.structure.ID;
  throw new UsageError(
    `it has a class of the structure ${structure.ID}, and the run is on ${held}: give --structure ${structure.ID}`,
  );
}

/** Who works on a structure of which order. */
const WORKERS: Readonly<Record<StructureCard['order'], typeof StressWorker>> = {
  FIFO: StressWorker,
  LIFO: StressWorker,
  DEQUE: DequeWorker,
  SET: KeyWorker,
};

/** Gets a thread ready for a round: what it does in it is its mix. */
export async function prepareStress(
  data: unknown,
  control: ControlBlock,
  thread: number,
): Promise<() => void> {
  const job = fitting(STRESS_JOB, data, 'A worker of a stress run was given');
  await structureNamed(job.structure);
  const shared: StressWords = { control, journals: new Journals(job.journals, control.threads) };
  const membership = await membershipOf(job, shared, thread);
  const randomFor = (stream: number): Random => new Random(job.seed, STREAMS * thread + stream);
  const { reclaims, keys } = job;
  const { card } = structureOf(new Geometry(new AtomicsMemory(attachWords(job.buffer)))) as KnownStructure;
  const Worker = job.mix === 'chains' ? ChainWorker : WORKERS[card.order];
  const worker = new Worker({
    thread,
    membership,
    shared,
    reclaims,
    card,
    keys,
    random: randomFor(DEPARTURES),
  });
  const random = randomFor(MIX);
  const mix = MIXES[job.mix];
  return () => {
    worker.begin();
    mix(worker, random);
    worker.end();
  };
}
