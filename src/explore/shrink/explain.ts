import type { Variant } from '../../laboratory/variant.ts';
import { structureNamed } from '../../laboratory/participant.ts';
import { chooseScheme, needsOf, valuesIn, type SchemeChoice, shownValue } from '../../laboratory/registry.ts';
import type { DamageKind } from '../../observe/trace.ts';
import { explore } from '../explore.ts';
import { structureById } from '../../laboratory/structures.ts';
import {
  judgedWords,
  putsIn,
  programText,
  type ProgramShape,
  type ShapeOptions,
  shortShapes,
} from './program-shape.ts';
import { type Shrunk, type ShrinkOptions, shrink } from './shrink.ts';

/** What a run found that cannot be replayed. */
export interface ObservedDamage {
  readonly scheme: string;
  readonly variant?: Variant;
  /** The kinds of damage, the first first; none if any will do. */
  readonly kinds: readonly DamageKind[];
  /** True if they break claims: what follows from an ABA that the claims allow does not count then. */
  readonly charged?: boolean;
  /** Which programs are looked at. */
  readonly shapes?: ShapeOptions;
}

/** What was searched, and what was found in it. */
export interface Explanation {
  /** The scheme that was explored: the parameters that a short program could not come to are at their least. */
  readonly scheme: string;
  /** Programs that were explored. */
  readonly programs: number;
  /** All programs of up to this many operations on up to three threads were, with one preemption. */
  readonly operations: number;
  /** The first kind of damage that was seen; or another one that was seen; or the first that was found at all. */
  readonly found: Shrunk | null;
  /** How far it had come when it was interrupted; null if it came to its end. */
  readonly interrupted: Interrupted | null;
}

/** What an interrupted search had found, not made smaller; null if it had found nothing. */
export interface Interrupted {
  readonly shown: Pick<Shrunk, 'program' | 'slots' | 'kind' | 'schedule'> | null;
}

interface ExplainOptions extends ShrinkOptions {
  /** Told how far it has come, as it would be told if it were interrupted now. */
  readonly onCovered?: (covered: Explanation) => void;
}

/** Threads and first items that a short program may have. */
const MOST_THREADS = 3;
const MOST_ITEMS = 2;
const MOST_OPERATIONS = 8;
const MOST_PREEMPTIONS = 3;

/** So many more programs are searched for the first kind of damage once one shows another that was seen too. */
const PATIENCE = 300;

/** A parameter from here up counts retires, and a short program makes fewer. */
const TOO_MANY = 4;

/**
 * Looks for the smallest program that does the same damage as a free-running stress run did: explores short programs, those of few
 * operations, threads and preemptions first, and reduces what it finds. Of several kinds of damage it looks for the first, for a while;
 * what shows another one is kept in case.
 */
export async function explainDamage(
  seen: ObservedDamage,
  options: ExplainOptions = {},
): Promise<Explanation> {
  await structureNamed(seen.shapes?.structure);
  return new Search(seen, await chooseScheme(quickened(await chooseScheme(seen.scheme))), options).run();
}

/** The same scheme, where it waits for many retires before it reclaims, waiting for one. */
function quickened(choice: SchemeChoice): string {
  const { scheme, spec, tagBits } = choice;
  const own = valuesIn(scheme, choice);
  const isSlow = own.map(({ least, given }) => given >= TOO_MANY && least < given);
  if (!isSlow.includes(true)) return spec;
  const settled = own.flatMap((each, i) => {
    const value = isSlow[i] ? each.least : each.given;
    return value === each.value ? [] : [`${each.name}=${shownValue(each, value)}`];
  });
  if (scheme.TAGS && tagBits !== null) settled.push(`bits=${tagBits}`);
  return `${spec.replace(/:[a-z]+=.*$/s, '')}:${settled.join(',')}`;
}

/** A program that was explored and what it showed. */
interface Shown {
  readonly shape: ProgramShape;
  readonly slots: number;
  readonly kind: DamageKind;
  readonly charged?: true;
  readonly schedule: string;
  readonly preemptions: number;
}

class Search {
  readonly #seen: ObservedDamage;
  readonly #choice: SchemeChoice;
  readonly #options: ExplainOptions;
  readonly #shapes: ShapeOptions;
  readonly #deadline: number;
  #programs = 0;
  /** How many there were when another kind of damage was found that was seen too. */
  #sinceSeen = 0;
  /** By threads: all programs of up to this many operations were explored. */
  readonly #covered: number[] = Array.from({ length: MOST_THREADS }, () => 0);
  /** By how well it fits the first program that does: 0 for the first kind, 1 for another that was seen, 2 for any. */
  readonly #shown: (Shown | undefined)[] = [];

  constructor(seen: ObservedDamage, choice: SchemeChoice, options: ExplainOptions) {
    this.#seen = seen;
    this.#choice = choice;
    this.#options = options;
    this.#shapes = shapesFor(seen);
    this.#deadline = performance.now() + 1000 * (options.maxSeconds ?? 10);
  }

  async run(): Promise<Explanation> {
    // A preemption more takes about as long as one and a half operations more, and so does a third thread: the quickest first.
    for (let cost = 2; cost <= 2 * MOST_OPERATIONS && !this.#isOver(); cost++) {
      for (let threads = 1; threads <= MOST_THREADS; threads++) {
        for (const preemptions of threads === 1 ? [0] : range(1, MOST_PREEMPTIONS)) {
          const left = cost - 3 * Math.max(0, threads - 2) - 3 * Math.max(0, preemptions - 1);
          if (left % 2 === 0) await this.#all(left / 2, threads, preemptions);
        }
      }
    }
    this.#tellCovered();
    return { ...this.#soFar(), found: await this.#reduced(), interrupted: null };
  }

  #soFar(): Pick<Explanation, 'scheme' | 'programs' | 'operations'> {
    return {
      scheme: this.#choice.spec,
      programs: this.#programs,
      operations: Math.min(...this.#covered),
    };
  }

  #tellCovered(): void {
    const best = this.#shown.find((each) => each !== undefined);
    const shown = best
      ? { program: programText(best.shape), slots: best.slots, kind: best.kind, schedule: best.schedule }
      : null;
    this.#options.onCovered?.({ ...this.#soFar(), found: null, interrupted: { shown } });
  }

  #isOver(): boolean {
    return (
      this.#shown[0] !== undefined ||
      performance.now() > this.#deadline ||
      (this.#shown[1] !== undefined && this.#programs > this.#sinceSeen + PATIENCE)
    );
  }

  async #all(operations: number, threads: number, preemptions: number): Promise<void> {
    for (const items of range(0, MOST_ITEMS)) {
      for (const shape of shortShapes(operations, threads, items, this.#shapes)) {
        if (this.#isOver()) return;
        await this.#explore(shape, preemptions);
      }
    }
    if (preemptions <= 1 && operations > 0 && !this.#isOver()) this.#covered[threads - 1] = operations;
  }

  async #explore(shape: ProgramShape, preemptions: number): Promise<void> {
    const slots = this.#slotsFor(shape);
    const { variant, kinds, charged: mustBreak = false } = this.#seen;
    const program = programText(shape);
    this.#options.onProgress?.(program);
    this.#tellCovered();
    const { findings } = await explore(program, this.#choice.spec, {
      slots,
      preemptions,
      maxSeconds: Math.max(0.1, (this.#deadline - performance.now()) / 1000),
      ...(variant && { variant }),
    });
    this.#programs++;
    for (const { kind, schedule, preemptions: own, charged } of findings) {
      if (mustBreak && charged !== true) continue;
      const fit = kinds.length === 0 ? 0 : fitOf(kinds.indexOf(kind));
      if (fit === 1 && this.#shown[1] === undefined) this.#sinceSeen = this.#programs;
      this.#shown[fit] ??= {
        shape,
        slots,
        kind,
        schedule,
        preemptions: own,
        ...(mustBreak && { charged: true as const }),
      };
    }
  }

  /** As few slots as will do, so that a slot comes back soon. */
  #slotsFor(shape: ProgramShape): number {
    const { structure, threads, initial } = shape;
    const needs = needsOf(this.#choice, threads.length, structure);
    return Math.max(2, needs, structure.DUMMIES + initial + putsIn(shape));
  }

  async #reduced(): Promise<Shrunk | null> {
    const shown = this.#shown.find((each) => each !== undefined);
    if (shown === undefined) return null;
    const { shape, ...failure } = shown;
    const { variant } = this.#seen;
    return shrink(
      { ...failure, program: programText(shape), scheme: this.#choice.spec, ...(variant && { variant }) },
      // What was found is worth a moment, even if the time is over.
      {
        ...this.#options,
        inOrder: this.#seen.shapes?.inOrder === true,
        maxSeconds: Math.max(1, (this.#deadline - performance.now()) / 1000),
      },
    );
  }
}

/** Which programs can show the damage: it takes an operation that asks to give a false answer to it. */
function shapesFor({ kinds, shapes = {} }: ObservedDamage): ShapeOptions {
  const mayBeAsked = kinds.some((kind) => kind === 'false empty' || kind === 'false non-empty');
  if (!mayBeAsked || shapes.letters !== undefined) return shapes;
  return { ...shapes, letters: judgedWords(structureById(shapes.structure)) };
}

function fitOf(place: number): number {
  if (place === -1) return 2;
  return place === 0 ? 0 : 1;
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, i) => from + i);
}
