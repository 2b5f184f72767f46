import { AtomicsMemory } from '../engines/atomics.ts';
import { GatedMemory, PausingMemory, type Point, RecordingMemory } from '../engines/free-running.ts';
import { participateBySpec } from '../engines/participant.ts';
import { Random } from '../engines/random.ts';
import { attachWords } from '../engines/shared.ts';
import { assembleInWasm } from '../engines/wasm/participant.ts';
import { Geometry } from '../kernel/layout.ts';
import { Actor, type Party } from './actor.ts';
import { AT_REST, B_STATE, Desk, OVER, ROUND, RUNNING } from './desk.ts';
import type { CompiledKernel } from './engines.ts';
import { MIXES, type MixName } from './mixes.ts';

/** The workerData of `workers/stress`. */
export interface Shift {
  readonly buffer: SharedArrayBuffer;
  /** What a thread of compiled code needs; null for one on atomics. */
  readonly compiled: CompiledKernel | null;
  readonly desk: Int32Array;
  readonly thread: number;
  readonly threads: number;
  readonly scheme: string;
  readonly reclaims: boolean;
  readonly variant: string | null;
  readonly mix: MixName;
  readonly seed: number;
  readonly perturb: boolean;
  /** Where this thread stops for good. */
  readonly point: Point | null;
}

/** Streams of random numbers of one thread: one for its pauses, one for its mix. */
const STREAMS = 2;

function memoryOf({ buffer, desk, thread, threads, seed, perturb, point }: Shift): AtomicsMemory {
  const words = attachWords(buffer);
  const record = new Geometry(new AtomicsMemory(words)).record(thread);
  if (point !== null) {
    return new GatedMemory(words, record, point, desk, Desk.attach(desk, threads).block(thread) + B_STATE);
  }
  if (perturb) return new PausingMemory(words, record, new Random(seed, STREAMS * thread));
  return new RecordingMemory(words, record);
}

async function partyOf(shift: Shift): Promise<Party> {
  const { compiled, thread, scheme, variant } = shift;
  if (compiled !== null) return assembleInWasm(compiled.memory, thread, compiled.module);
  return participateBySpec(memoryOf(shift), thread, scheme, variant);
}

/** Gets a thread ready and returns its work: round after round until the desk says that it is over. */
export async function takeShift(shift: Shift): Promise<() => void> {
  const party = await partyOf(shift);
  const desk = Desk.attach(shift.desk, shift.threads);
  const actor = new Actor(party, desk, shift.reclaims);
  const random = new Random(shift.seed, STREAMS * shift.thread + 1);
  const mix = MIXES[shift.mix];
  const state = desk.block(shift.thread) + B_STATE;
  return () => {
    let round = 0;
    for (;;) {
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
