import type { FreeList } from '../../laboratory/edge.ts';
import type { Variant } from '../../laboratory/variant.ts';
import { readProgram } from '../../laboratory/participant.ts';
import type { DamageKind } from '../../observe/trace.ts';
import { parseSchedule, printSchedule, type Schedule } from '../../schedule/schedule.ts';
import { campaignOn } from '../campaign/campaign.ts';
import { exploreCampaign, type ExploredFinding } from '../explore.ts';
import { type KernelModel, kernelModel } from '../kernel-model.ts';
import {
  firstOf,
  lengthOf,
  operationsIn,
  ownerFirst,
  programText,
  type ProgramShape,
  shapeOf,
  smaller,
} from './program-shape.ts';
import { type ShortestExecution, shortestExecution } from './shortest.ts';

/** A failure that an exploration found. */
export interface Failure {
  readonly program: string;
  readonly scheme: string;
  readonly slots: number;
  /** Free slots in a magazine of a thread's cache. Default 0, no caches. */
  readonly cache?: number;
  /** The free list: a stack, or a ring. Default `stack`. */
  readonly freeList?: FreeList;
  readonly variant?: Variant;
  readonly kind: DamageKind;
  /** True if it breaks a claim: what follows from an ABA that the claims allow is another failure then. */
  readonly charged?: true;
  readonly schedule: string;
  readonly preemptions: number;
}

export interface ShrinkOptions {
  /** Look for something smaller for so long. Default 10. */
  readonly maxSeconds?: number;
  /** True if it matters which thread is which. Default: false. */
  readonly inOrder?: boolean;
  /** Told what is looked at. */
  readonly onProgress?: (text: string) => void;
}

/** What can be said of all programs that are one change smaller than the one that was found. */
export type Smallest =
  /** None of their interleavings shows the damage. */
  | 'whatever the preemptions'
  /** None shows it with as few preemptions; with more it was not seen to the end. */
  | 'with as few preemptions'
  /** The time was over before all had been looked at. */
  | 'unknown';

/** The size of a program. */
export interface ProgramSize {
  readonly threads: number;
  readonly operations: number;
  readonly initial: number;
}

/** A failure made small. Its schedule ends once the operation that did the damage has answered. */
export interface Shrunk {
  readonly program: string;
  readonly scheme: string;
  readonly slots: number;
  readonly cache: number;
  readonly freeList: FreeList;
  readonly kind: DamageKind;
  readonly schedule: string;
  readonly preemptions: number;
  readonly steps: number;
  readonly from: ProgramSize;
  readonly to: ProgramSize;
  readonly smallest: Smallest;
}

/**
 * Reduces a failure to the fewest operations, then threads, preemptions and steps: as long as a program that is one change smaller
 * shows the same kind of damage in the explorer, it goes on from that one. So nothing that is one change smaller than what comes out
 * shows it, if the time was enough to say so. The order is fixed, and but for the time the outcome is.
 */
export async function shrink(failure: Failure, options: ShrinkOptions = {}): Promise<Shrunk> {
  return new Shrinking(failure, options).run();
}

/** A program of which it is known how it fails. */
interface Found {
  readonly shape: ProgramShape;
  readonly shown: ShortestExecution;
}

class Shrinking {
  readonly #failure: Failure;
  readonly #options: ShrinkOptions;
  readonly #deadline: number;
  /** The program that was put on the kernel last. */
  #model: { readonly text: string; readonly model: KernelModel } | null = null;

  constructor(failure: Failure, options: ShrinkOptions) {
    this.#failure = failure;
    this.#options = options;
    this.#deadline = performance.now() + 1000 * (options.maxSeconds ?? 10);
  }

  async run(): Promise<Shrunk> {
    const { program, schedule, preemptions, variant } = this.#failure;
    const whole = shapeOf((await readProgram(program, variant)).program);
    const first = await this.#shown(whole, { schedule, preemptions });
    const few = await this.#fewest(whole, first.preemptions);
    let found: Found = { shape: whole, shown: few.shown ?? first };
    let smallest: Smallest = 'unknown';
    for (;;) {
      const { next, complete } = await this.#step(found, false);
      if (next) found = next;
      else if (!complete) break;
      else {
        smallest = 'with as few preemptions';
        const exhaustive = await this.#step(found, true);
        if (exhaustive.complete) smallest = 'whatever the preemptions';
        if (exhaustive.next === null) break;
        found = exhaustive.next;
        smallest = 'unknown';
      }
    }
    return this.#result(whole, await this.#inOrder(found), smallest);
  }

  /** The same with threads numbered in the order in which they move first, if it does the same damage then. */
  async #inOrder({ shape, shown }: Found): Promise<Found> {
    const { schedule } = shown;
    const movers = new Set([...schedule.map(({ thread }) => thread - 1), ...shape.threads.keys()]);
    const order = [...movers];
    const threads = order.map((thread) => shape.threads[thread]);
    const turnedShape = { ...shape, threads };
    if (ownerFirst(turnedShape) !== turnedShape) return { shape, shown };
    const renumbered = schedule.map((move) => ({ ...move, thread: order.indexOf(move.thread - 1) + 1 }));
    const turned = await this.#run(turnedShape, renumbered);
    return turned && turned.steps === shown.steps ? { shape: turnedShape, shown: turned } : { shape, shown };
  }

  /** The first program that is smaller by one change and fails alike. */
  async #step(
    { shape, shown }: Found,
    everyInterleaving: boolean,
  ): Promise<{ readonly next: Found | null; readonly complete: boolean }> {
    let complete = true;
    for (const candidate of this.#candidates(shape, shown.begun)) {
      const tried = everyInterleaving
        ? await this.#ask(candidate, null)
        : await this.#fewest(candidate, shown.preemptions);
      if (tried.shown) return { next: { shape: candidate, shown: tried.shown }, complete: true };
      complete &&= tried.complete;
      if (performance.now() > this.#deadline) return { next: null, complete: false };
    }
    return { next: null, complete };
  }

  /** What has not begun when the damage is done is left out first. */
  #candidates(shape: ProgramShape, begun: readonly number[]): ProgramShape[] {
    const threads = shape.threads
      .map((thread, i) => firstOf(thread, begun[i] ?? lengthOf(thread)))
      .filter(({ length }) => length > 0);
    const used = { ...shape, threads };
    const all = smaller(shape, this.#options.inOrder).filter(({ initial }) => initial < this.#failure.slots);
    return threads.length > 0 && operationsIn(used) < operationsIn(shape) ? [used, ...all] : all;
  }

  /** How a program fails with the fewest preemptions, up to a number. */
  async #fewest(
    shape: ProgramShape,
    upTo: number,
  ): Promise<{ shown: ShortestExecution | null; complete: boolean }> {
    for (let preemptions = 0; ; preemptions++) {
      const asked = await this.#ask(shape, preemptions);
      if (asked.shown || !asked.complete || preemptions >= upTo) return asked;
    }
  }

  async #ask(
    shape: ProgramShape,
    preemptions: number | null,
  ): Promise<{ shown: ShortestExecution | null; complete: boolean }> {
    const { slots, cache = 0, freeList = 'stack', kind, charged } = this.#failure;
    this.#options.onProgress?.(programText(shape));
    const maxSeconds = (this.#deadline - performance.now()) / 1000;
    if (maxSeconds <= 0) return { shown: null, complete: false };
    const options = { slots, cache, freeList, maxSeconds, ...(preemptions !== null && { preemptions }) };
    const campaign = campaignOn(await this.#modelOf(shape), options);
    const { findings, complete } = exploreCampaign(campaign, options);
    const found = findings.find((each) => each.kind === kind && (charged !== true || each.charged === true));
    return { shown: found ? await this.#shown(shape, found) : null, complete };
  }

  /** The shortest execution that does the damage with as few preemptions as a known one. */
  async #shown(
    shape: ProgramShape,
    found: Pick<ExploredFinding, 'schedule' | 'preemptions'>,
  ): Promise<ShortestExecution> {
    const schedule = parseSchedule(found.schedule);
    const steps = schedule.reduce((sum, { until }) => sum + (until.kind === 'count' ? until.steps : 0), 0);
    const begun = shape.threads.map(lengthOf);
    return (await this.#run(shape, schedule)) ?? { schedule, preemptions: found.preemptions, steps, begun };
  }

  async #run(shape: ProgramShape, schedule: Schedule): Promise<ShortestExecution | null> {
    const { kind, charged } = this.#failure;
    return shortestExecution(await this.#modelOf(shape), kind, schedule, charged === true);
  }

  /** The kernel under a program: it is searched with some numbers of preemptions, and what is found there is made short. */
  async #modelOf(shape: ProgramShape): Promise<KernelModel> {
    const program = programText(shape);
    if (this.#model?.text !== program) {
      const { scheme, slots, cache = 0, freeList = 'stack', variant } = this.#failure;
      const own = { slots, cache, freeList, ...(variant && { variant }) };
      const model = await kernelModel(program, scheme, own);
      this.#model = { text: program, model };
    }
    return this.#model.model;
  }

  #result(whole: ProgramShape, { shape, shown }: Found, smallest: Smallest): Shrunk {
    const { scheme, slots, cache = 0, freeList = 'stack', kind } = this.#failure;
    const { preemptions, steps } = shown;
    const schedule = printSchedule(shown.schedule);
    const program = programText(shape);
    const [from, to] = [sizeOf(whole), sizeOf(shape)];
    return {
      program,
      scheme,
      slots,
      cache,
      freeList,
      kind,
      schedule,
      preemptions,
      steps,
      from,
      to,
      smallest,
    };
  }
}

function sizeOf(shape: ProgramShape): ProgramSize {
  return { threads: shape.threads.length, operations: operationsIn(shape), initial: shape.initial };
}
