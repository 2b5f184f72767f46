import { CountedSchedule, printSchedule } from '../schedule/schedule.ts';
import { claimsLockFreedom } from '../laboratory/registry.ts';
import { hasRing, structureCard } from '../laboratory/structures.ts';
import { type ObstructionFreedom, ObstructionFreedomProbe } from './obstruction-freedom.ts';
import type { Campaign } from './campaign/campaign.ts';
import type { KernelModel } from './kernel-model.ts';
import { LeafJudge } from './leaf-judge.ts';
import type { ExploredFinding } from './campaign/partial-result.ts';
import { StateSearch } from '../search/states.ts';
import { loopWithin, type MemoryInLoop } from './memory-in-loop.ts';

/** What is worth knowing of a program beside what its executions show. */
export interface Facts {
  /** How many interleavings there are within the bound; null if there are too many states to count them. */
  readonly interleavings: bigint | null;
  /** Null if it was not asked. With a thread that cannot finish: whether that breaks a claim of the scheme. */
  readonly obstructionFreedom: (ObstructionFreedom & Waiting) | null;
  /** What becomes of the slab while a thread stands still; null if it was not asked, or nothing is promised. */
  readonly memoryInLoop: MemoryInLoop | null;
}

/** What a thread may wait for that does not finish alone. */
interface Waiting {
  /** True if the claims allow none. */
  readonly broken: boolean;
  /** Of a structure that is not lock-free: why, as its card says; else null. */
  readonly waits: string | null;
}

export const NO_FACTS: Facts = { interleavings: null, obstructionFreedom: null, memoryInLoop: null };

/** Rows that are remembered at most: some seconds. */
const MOST_ROWS = 400_000;

/**
 * Visits every state that executions can come to, each once, to count the interleavings and to see whether every thread can finish alone.
 */
export function factsOf({ model: kernel, space, stepLimit, cache }: Campaign, maxSeconds: number): Facts {
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
      waits: structureCard(kernel.geometry).waits ?? null,
      broken: alone.stuck !== null && mustFinish(kernel, stepLimit, alone.stuck.path),
    },
    // The loop is looked at in a slab whose free list is a stack.
    memoryInLoop: hasRing(kernel.geometry)
      ? null
      : loopWithin(kernel.choice, kernel.structure, cache, kernel.geometry.chain),
  };
}

/** True if the scheme claims to be lock-free, and no ABA that its claims allow came before. */
function mustFinish(model: KernelModel, stepLimit: number, path: readonly number[]): boolean {
  if (!claimsLockFreedom(model.choice.scheme, structureCard(model.geometry))) return false;
  return new LeafJudge(model, stepLimit, Infinity).findingsAlong(path).since === null;
}

/** A thread that cannot finish alone goes on forever if the others stand still. */
export function stuckIn({ obstructionFreedom }: Facts): ExploredFinding | null {
  if (!obstructionFreedom?.stuck) return null;
  const { thread, path } = obstructionFreedom.stuck;
  const { broken, waits } = obstructionFreedom;
  const by = waits === null ? 'claims of the scheme allow' : `card of the structure allows: ${waits}`;
  const schedule = new CountedSchedule();
  for (const each of path) schedule.step(each + 1);
  return {
    kind: 'livelock',
    step: null,
    thread,
    label: null,
    note: `T${thread} cannot finish alone from here, while the others stand still${broken ? '' : `, which the ${by}`}.`,
    ...(broken && { charged: true as const }),
    schedule: printSchedule(schedule.schedule()),
    preemptions: 0,
  };
}
