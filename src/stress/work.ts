import { hearRejections } from '../host/own-fault.ts';
import { AtomicsMemory } from '../laboratory/atomics.ts';
import {
  GatedMemory,
  Pauses,
  type Point,
  RecordingMemory,
  WaitingMemory,
  WitnessedMemory,
} from '../threads/free-running.ts';
import { loadVariant, structureNamed } from '../laboratory/participant.ts';
import { Random } from '../random.ts';
import { chooseScheme } from '../laboratory/registry.ts';
import { structureOf } from '../laboratory/structures.ts';
import type { Variant } from '../laboratory/variant.ts';
import { attachWords } from '../laboratory/shared.ts';
import { UsageError } from '../errors.ts';
import { Geometry } from '../kernel/layout.ts';
import type { StructureCard } from '../kernel/structure-card.ts';
import { Actor } from './actor.ts';
import { AT_REST, B_STATE, CALM, Desk, OVER, ROUND, RUNNING, STANDING, STOP } from './desk.ts';
import type { CompiledKernel } from './engines.ts';
import { AtomicsMembership, CompiledMembership, type Membership } from './membership.ts';
import { MIXES, type MixName } from './mixes.ts';
import { Rounds } from './rounds.ts';
import { Stalls } from './stall.ts';

/** The workerData of `workers/stress`. */
export interface Shift {
  readonly buffer: SharedArrayBuffer;
  /** What a thread of compiled code needs; null for one on atomics. */
  readonly compiled: CompiledKernel | null;
  readonly desk: Int32Array;
  readonly thread: number;
  readonly threads: number;
  readonly scheme: string;
  /** The id of the structure, or the URL of its module. */
  readonly structure: string;
  readonly reclaims: boolean;
  readonly order: StructureCard['order'];
  readonly variant: string | null;
  readonly mix: MixName;
  readonly seed: number;
  readonly perturb: boolean;
  /** Where this thread stops for good. */
  readonly point: Point | null;
  readonly watchdogMs: number;
  /** Whether this thread stands still now and then and watches the others. */
  readonly stands: boolean;
  /** By address how often a word was changed, where it is watched whether words come round; else null. */
  readonly changes: Int32Array | null;
}

/** Streams of random numbers of one thread: for its pauses, its mix, where it stands still, when it leaves, and where it waits. */
const STREAMS = 5;
const [PAUSES, MIX, STALLS, DEPARTURES, WAITS] = Array.from({ length: STREAMS }).keys();

function memoryOf(shift: Shift, desk: Desk): RecordingMemory {
  const { buffer, thread, seed, perturb, point, watchdogMs, stands, changes } = shift;
  const words = attachWords(buffer);
  const geometry = new Geometry(new AtomicsMemory(words));
  const record = geometry.record(thread);
  if (point !== null) return new GatedMemory(words, record, point, desk.words, desk.block(thread) + B_STATE);
  const random = (stream: number): Random => new Random(seed, STREAMS * thread + stream);
  const stalls = !stands ? null : new Stalls(desk, thread, random(STALLS), { words, geometry, watchdogMs });
  const rounds = changes === null ? null : new Rounds(words, geometry, changes, { desk, thread });
  if (!perturb && rounds === null) return new RecordingMemory(words, record, stalls);
  if (!perturb) return new WitnessedMemory(words, record, stalls, rounds);
  const isCalm = (): boolean => desk.words[CALM] !== 0;
  const turn = { turns: desk.words, turn: STANDING, stop: STOP, thread, isCalm };
  const pauses = new Pauses(random(PAUSES), stalls, isCalm);
  return new WaitingMemory(words, record, pauses, random(WAITS), turn, rounds);
}

async function membershipOf(shift: Shift, desk: Desk): Promise<Membership> {
  const { compiled, scheme, variant, buffer } = shift;
  if (compiled !== null) return new CompiledMembership(attachWords(buffer), compiled);
  const choice = await chooseScheme(scheme);
  const classes = variant === null ? {} : await loadVariant(variant);
  checkStructure(classes, new Geometry(new AtomicsMemory(attachWords(buffer))));
  return new AtomicsMembership(memoryOf(shift, desk), choice.scheme, classes);
}

/** Throws a UsageError if a variant has a class for another structure than the laboratory holds. */
function checkStructure({ structure }: Variant, geometry: Geometry): void {
  if (structure === undefined || structure.NUMBER === geometry.structure) return;
  const held = structureOf(geometry)?.structure.ID;
  throw new UsageError(
    `it has a class of the structure ${structure.ID}, and the run is on ${held}: give --structure ${structure.ID}`,
  );
}

/** Gets a thread ready and returns its work: round after round until the desk says that it is over. */
export async function takeShift(shift: Shift): Promise<() => Promise<void>> {
  const { seed, thread } = shift;
  await structureNamed(shift.structure);
  const desk = Desk.attach(shift.desk, shift.threads);
  const membership = await membershipOf(shift, desk);
  const leaves = new Random(seed, STREAMS * thread + DEPARTURES);
  const actor = new Actor(thread, membership, desk, shift, leaves);
  const random = new Random(seed, STREAMS * thread + MIX);
  const mix = MIXES[shift.mix];
  const state = desk.block(shift.thread) + B_STATE;
  return async () => {
    let round = 0;
    for (;;) {
      await hearRejections();
      Atomics.store(desk.words, state, AT_REST);
      while (Atomics.load(desk.words, ROUND) === round) Atomics.wait(desk.words, ROUND, round);
      round = Atomics.load(desk.words, ROUND);
      if (round === OVER) return;
      Atomics.store(desk.words, state, RUNNING);
      actor.begin();
      mix(actor, random);
    }
  };
}
