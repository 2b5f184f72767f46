import { CountedSchedule, printSchedule } from '../schedule/schedule.ts';
import { audit } from '../judge/audit/audit.ts';
import { AtomicsMemory } from '../laboratory/atomics.ts';
import { announcementOf } from '../laboratory/announcements.ts';
import { labelOf } from '../laboratory/labels.ts';
import { assemble } from '../laboratory/participant.ts';
import { boundOf, claimsLockFreedom, type SchemeChoice, survives } from '../laboratory/registry.ts';
import { attachWords, createBuffer, type GeometryOptions, leastSlots } from '../laboratory/shared.ts';
import { cardOfStructure, structures } from '../laboratory/structures.ts';
import type { StructureClass } from '../laboratory/structure-class.ts';
import { FULL } from '../kernel/structure.ts';
import { counted, withCommas } from '../counted.ts';
import { type ObstructionFreedom, ObstructionFreedomProbe } from './obstruction-freedom.ts';
import type { Campaign } from './campaign/campaign.ts';
import type { KernelModel } from './kernel-model.ts';
import { LeafJudge } from './leaf-judge.ts';
import type { ExploredFinding } from './campaign/partial-result.ts';
import { StateSearch } from '../search/states.ts';

/** What is worth knowing of a program beside what its executions show. */
export interface Facts {
  /** How many interleavings there are within the bound; null if there are too many states to count them. */
  readonly interleavings: bigint | null;
  /** Null if it was not asked. With a thread that cannot finish: whether that breaks a claim of the scheme. */
  readonly obstructionFreedom: (ObstructionFreedom & { readonly broken: boolean }) | null;
  /** What becomes of the slab while a thread stands still; null if it was not asked, or nothing is promised. */
  readonly memoryInLoop: MemoryInLoop | null;
}

export const NO_FACTS: Facts = { interleavings: null, obstructionFreedom: null, memoryInLoop: null };

/** Rows that are remembered at most: some seconds. */
const MOST_ROWS = 400_000;

/**
 * Visits every state that executions can come to, each once, to count the interleavings and to see whether every thread can finish alone.
 */
export function factsOf({ model: kernel, space, stepLimit }: Campaign, maxSeconds: number): Facts {
  const { model, preemptions } = space;
  let probe: ObstructionFreedomProbe | null = null;
  const search = new StateSearch(model, () => {}, {
    stepLimit,
    preemptions,
    maxRows: MOST_ROWS,
    deadline: performance.now() + 1000 * maxSeconds,
    onStep: () => probe?.touch(),
    onBack: () => probe?.probe(),
  });
  probe = new ObstructionFreedomProbe(search.machine);
  probe.probe();
  const { complete, interleavings } = search.run();
  const alone = probe.result();
  return {
    interleavings: complete ? interleavings : null,
    obstructionFreedom: {
      ...alone,
      more: alone.more || !complete,
      broken: alone.stuck !== null && mustFinish(kernel, stepLimit, alone.stuck.path),
    },
    memoryInLoop: loopWithin(kernel.choice, kernel.structure),
  };
}

/** True if the scheme claims to be lock-free, and no ABA that its claims allow came before. */
function mustFinish(model: KernelModel, stepLimit: number, path: readonly number[]): boolean {
  if (!claimsLockFreedom(model.choice.scheme)) return false;
  return new LeafJudge(model, stepLimit, Infinity).findingsAlong(path).since === null;
}

/** A thread that cannot finish alone goes on forever if the others stand still. */
export function stuckIn({ obstructionFreedom }: Facts): ExploredFinding | null {
  if (!obstructionFreedom?.stuck) return null;
  const { thread, path } = obstructionFreedom.stuck;
  const { broken } = obstructionFreedom;
  const schedule = new CountedSchedule();
  for (const each of path) schedule.step(each + 1);
  return {
    kind: 'livelock',
    step: null,
    thread,
    label: null,
    note: `T${thread} cannot finish alone from here, while the others stand still${broken ? '' : ', which the claims of the scheme allow'}.`,
    ...(broken && { charged: true as const }),
    schedule: printSchedule(schedule.schedule()),
    preemptions: 0,
  };
}

/**
 * A loop of one thread, T2, that puts a value in and takes one out, beside another one, T1, that stands still: before each step of an operation
 * that takes a value out, one after the other, and last of all offline, after it. A clock that never moves, or a pin that is never
 * given up, does no harm to a reader: it shows in the slots alone.
 */
export interface MemoryInLoop {
  readonly slots: number;
  /** How often T2 went round, each time. */
  readonly rounds: number;
  /** Steps before which T1 stood. */
  readonly places: number;
  /** Those of them, by their labels, with which T2 found nothing free in the last third of its rounds. */
  readonly usedUp: readonly string[];
  /** What contradicts the claims of the scheme, as a sentence; null if nothing does. */
  readonly broken: string | null;
}

/** Values inside while T1 stops, slots beside those that the scheme needs, and the most slots that are looked at. */
const INSIDE = [1, 2, 3, 4];
const SPARE = 64;
const MOST_SLOTS = 2000;
/** Steps of one operation, and of one loop: what makes more is no loop that is judged. */
const MOST_PLACES = 200;
const MOST_STEPS = 2_000_000;
/** What is unreclaimed is counted after so many rounds. */
const LOOKS = 4;

const STANDS: unique symbol = Symbol('stands');

/** Lets its thread make so many steps, and keeps it from the next one. */
class StandingMemory extends AtomicsMemory {
  left: number;
  /** The step that it was kept from. */
  before = 0;

  constructor(words: Int32Array, left: number) {
    super(words);
    this.left = left;
  }

  #spend(step: number): void {
    this.before = step;
    if (this.left-- <= 0) throw STANDS;
  }

  override load(step: number, address: number): number {
    this.#spend(step);
    return super.load(step, address);
  }

  override store(step: number, address: number, value: number): void {
    this.#spend(step);
    super.store(step, address, value);
  }

  override cas(step: number, address: number, expected: number, desired: number): boolean {
    this.#spend(step);
    return super.cas(step, address, expected, desired);
  }

  override exchange(step: number, address: number, value: number): number {
    this.#spend(step);
    return super.exchange(step, address, value);
  }

  override add(step: number, address: number, value: number): number {
    this.#spend(step);
    return super.add(step, address, value);
  }

  override or(step: number, address: number, bits: number): number {
    this.#spend(step);
    return super.or(step, address, bits);
  }
}

/** What becomes of the slab in the loop; null where a scheme frees nothing by design, or one that is not the lab's goes on for too long. */
function loopWithin(choice: SchemeChoice, structure: StructureClass): MemoryInLoop | null {
  const card = cardOfStructure(structure);
  const isUsual = structures.includes(structure) && card.operations.every(({ keyed, end }) => !keyed && !end);
  if (!choice.scheme.RECLAIMS || !isUsual) return null;
  const inUse = structure.DUMMIES + INSIDE.length + 1;
  const bound = boundOf(choice, 2, structure, inUse);
  const slots = 2 * leastSlots(choice, 2, 0, structure) + inUse + (bound ?? 0) + SPARE;
  if (slots > MOST_SLOTS) return null;
  const size = { slots, threads: 2, cache: 0, initial: INSIDE, structure };
  const loop = { choice, bound, rounds: 2 * slots };
  const usedUp: string[] = [];
  let broken: string | null = null;
  for (let places = 0; places < MOST_PLACES; places++) {
    const words = attachWords(createBuffer(size, choice));
    const place = standsAfter(places, words, choice);
    const seen = goesRound(words, { ...loop, looks: bound !== null || place === null });
    if (seen === null) return null;
    const where = place === null ? 'T1 is offline' : `T1 stands before ${place}`;
    const mayHalt = place !== null && !survives(choice).stall;
    if (seen.isUsedUp && place !== null && !usedUp.includes(place)) usedUp.push(place);
    if (seen.isUsedUp && !mayHalt)
      broken ??= `While ${where}, T2 finds nothing free in the end: ${seen.unreclaimed} of ${counted(slots, 'slot')} were retired and are not free, after ${withCommas(loop.rounds)} rounds of an operation that puts a value in and one that takes one out`;
    if (bound !== null && seen.most > bound)
      broken ??= `While ${where}, ${counted(seen.most, 'slot was', 'slots were')} unreclaimed at once, and the scheme promises at most ${withCommas(bound)} with two threads and ${counted(inUse, 'slot')} in use`;
    if (place !== null) continue;
    broken ??= growthWithSlab(seen.most, size, loop);
    return { slots, rounds: loop.rounds, places, usedUp, broken };
  }
  return null;
}

/**
 * Where no thread holds anything back, what waits to be freed has nothing to do with the slots that there are: in a slab of twice as many it
 * is no more. A sentence if it is; null if not, and of schemes that free nothing before no slot is free.
 */
function growthWithSlab(
  most: number,
  size: GeometryOptions,
  loop: { readonly choice: SchemeChoice; readonly bound: number | null; readonly rounds: number },
): string | null {
  const { choice } = loop;
  if (loop.bound !== null || announcementOf({ holds: choice.scheme.HOLDS })?.collects === true) return null;
  const words = attachWords(createBuffer({ ...size, slots: 2 * size.slots }, choice));
  standsAfter(Infinity, words, choice);
  const seen = goesRound(words, { ...loop, rounds: 2 * loop.rounds, looks: true });
  if (seen === null || seen.most <= most) return null;
  return `While T1 is offline, ${counted(most, 'slot was', 'slots were')} unreclaimed at once of ${size.slots}, and ${seen.most} of ${2 * size.slots}: what waits to be freed grows with the slab, and no thread holds it back`;
}

/** T1 makes so many steps of an operation that takes a value out. The label of the next one; null if the operation ends before, and T1 goes offline. */
function standsAfter(steps: number, words: Int32Array, { scheme }: SchemeChoice): string | null {
  const memory = new StandingMemory(words, steps);
  const { structure, scheme: own } = assemble(memory, 1, scheme);
  try {
    structure.take();
  } catch (thrown) {
    if (thrown !== STANDS) throw thrown;
    return labelOf(memory.before);
  }
  memory.left = Infinity;
  own.offline();
  return null;
}

/** T2 goes round: whether it found nothing free in the last third, and how many slots were unreclaimed in the end and at most; null if it does not come to an end. */
function goesRound(
  words: Int32Array,
  { choice, rounds, looks }: { choice: SchemeChoice; rounds: number; looks: boolean },
): { readonly isUsedUp: boolean; readonly unreclaimed: number; readonly most: number } | null {
  const { structure } = assemble(new StandingMemory(words, MOST_STEPS), 2, choice.scheme);
  let [isUsedUp, most] = [false, 0];
  try {
    for (let round = 1; round <= rounds; round++) {
      if (structure.put(round) === FULL && 3 * round > 2 * rounds) isUsedUp = true;
      structure.take();
      if (looks && round % LOOKS === 0) most = Math.max(most, audit(words).unreclaimed);
    }
  } catch (thrown) {
    if (thrown !== STANDS) throw thrown;
    return null;
  }
  return { isUsedUp, unreclaimed: isUsedUp ? audit(words).unreclaimed : 0, most };
}
