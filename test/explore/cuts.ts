import assert from 'node:assert/strict';
import type { Variant } from '../../src/laboratory/variant.ts';
import type { Random } from '../../src/random.ts';
import { InvariantWatch } from '../../src/judge/damage/invariants.ts';
import { Cuts } from '../../src/explore/cuts.ts';
import { Dpor } from '../../src/search/dpor.ts';
import { everyInterleaving } from './all-interleavings.ts';
import type { Naming } from '../../src/search/trace-names.ts';
import { judgedDependence, kernelModel, type KernelModel, namingOf } from '../../src/explore/kernel-model.ts';
import { Machine } from '../../src/model/machine.ts';
import { memoryDependence } from '../../src/model/dependence.ts';
import type { SearchOptions } from '../../src/search/search.ts';
import { StateSearch } from '../../src/search/states.ts';
import { writersOf } from './mutated.ts';

/** A program on a variant of the kernel. */
export interface OnVariant {
  readonly program: string;
  readonly variant?: Variant;
  readonly scheme?: string;
  readonly slots?: number;
  readonly cache?: number;
}

/** Interleavings that are run one by one, at most. */
const MOST = 60_000;
/** A thread that goes on for so long goes on forever: the programs are short. */
const STEP_LIMIT = 40;

async function modelOf({
  program,
  variant,
  scheme = 'tagged',
  slots = 6,
  cache = 0,
}: OnVariant): Promise<KernelModel> {
  return kernelModel(program, scheme, { slots, cache, ...(variant && { variant }) });
}

/** Threads that do by stores, without a look at what is there, what would be right one thread after the other. */
export function randomWriters(random: Random): OnVariant {
  const [slots, initial, threads] = [5, random.below(3), 2 + random.below(2)];
  const names = Array.from({ length: threads }, (_, i) => `writes${i}`);
  const bodies = writersOf(random, threads, initial, slots);
  const operations = Object.fromEntries(names.map((name, i) => [name, bodies[i]!]));
  const start = 'AB'.slice(0, initial).split('').join(' ');
  return { program: `[${start}] ${names.join(' | ')}`, slots, variant: { operations } };
}

function wordsAtStart(model: KernelModel): Int32Array {
  return new Machine(model, memoryDependence(model.words.length)).words.slice();
}

/** Watches the steps of a search one by one, as they are made, and knows the first invariant that each execution breaks. */
class Followed {
  readonly #watch: InvariantWatch;
  readonly #marks: number[] = [];
  readonly #broken: (string | null)[] = [null];
  readonly listeners: SearchOptions;

  constructor(
    model: KernelModel,
    also: { step(machine: Machine): void; back(machine: Machine): void } | null = null,
  ) {
    this.#watch = new InvariantWatch(wordsAtStart(model), model.geometry);
    this.listeners = {
      onStep: (machine) => {
        also?.step(machine);
        this.#step(machine);
      },
      onBack: (machine) => {
        this.#watch.takeBack(this.#marks.pop()!);
        this.#broken.pop();
        also?.back(machine);
      },
    };
  }

  /** Null as long as none is broken. */
  get first(): string | null {
    return this.#broken.at(-1)!;
  }

  #step({ happened, lastWritten }: Machine): void {
    const { effect } = happened.at(-1)!.to;
    const from = this.#watch.length;
    this.#marks.push(from);
    if (effect!.wrote) this.#watch.write(effect!.request.address, lastWritten);
    for (const each of effect!.plain) if (each.kind === 'poke') this.#watch.write(each.address, each.value);
    const broken = this.#watch.length === from ? null : this.#watch.broken(from, this.#watch.length);
    this.#broken.push(this.first ?? broken?.invariant.name ?? null);
  }
}

/** By class of executions, whether one of those that the search makes stands for one that breaks an invariant; checks that it is found again. */
function foundByCuts(
  model: KernelModel,
  naming: Naming,
  maxExecutions = Infinity,
): Map<string, boolean> | null {
  const cuts = new Cuts(model, wordsAtStart(model), naming);
  const found = new Map<string, boolean>();
  const again = new Machine(model, memoryDependence(model.words.length), STEP_LIMIT);
  const visit = (machine: Machine): void => {
    const name = naming.name();
    found.set(name, cuts.found || found.get(name) === true);
    if (!cuts.found) return;
    again.rewind();
    const followed = new Followed(model);
    for (const thread of cuts.path(machine)) {
      assert.ok((again.enabled() >> thread) & 1, 'a thread is to move that cannot');
      again.step(thread);
      followed.listeners.onStep!(again);
    }
    assert.notEqual(followed.first, null);
    assert.deepEqual(again.words, machine.words);
  };
  const searched = new Dpor(model, judgedDependence(model), visit, {
    stepLimit: STEP_LIMIT,
    maxExecutions,
    onStep: (machine) => {
      naming.step(machine);
      cuts.step(machine);
    },
    onBack: (machine) => {
      cuts.back(machine);
      naming.back(machine);
    },
  }).run();
  return searched.complete ? found : null;
}

/**
 * The search finds a broken invariant in a class of executions exactly if one of them, run one by one, breaks one. Null if there are too
 * many to be run.
 *
 * @returns how many classes there are, in how many an invariant is broken, and in how many of these not in every execution
 */
export async function cutsAgreeByClass(
  asked: OnVariant,
): Promise<{ classes: number; broken: number; hidden: number } | null> {
  const model = await modelOf(asked);
  const naming = namingOf(model);
  const all = new Map<string, { some: boolean; every: boolean }>();
  const followed = new Followed(model, naming);
  const { complete } = everyInterleaving(
    model,
    () => {
      const known = all.get(naming.name()) ?? { some: false, every: true };
      const is = followed.first !== null;
      all.set(naming.name(), { some: known.some || is, every: known.every && is });
    },
    { ...followed.listeners, stepLimit: STEP_LIMIT, maxExecutions: MOST } as SearchOptions,
  );
  if (!complete) return null;
  const found = foundByCuts(model, naming)!;
  const expected = new Map([...all].map(([name, { some }]) => [name, some]));
  assert.deepEqual(sorted(found), sorted(expected), asked.program);
  const broken = [...all.values()].filter(({ some }) => some);
  return { classes: all.size, broken: broken.length, hidden: broken.filter(({ every }) => !every).length };
}

/**
 * The same of a whole program, which a search over all states is asked about. Null if it has too many executions or states to be searched.
 *
 * @returns whether an invariant is broken
 */
export async function cutsAgreeByState(asked: OnVariant, maxExecutions: number): Promise<boolean | null> {
  const model = await modelOf(asked);
  const found = foundByCuts(model, namingOf(model), maxExecutions);
  if (found === null) return null;
  const followed = new Followed(model);
  const firsts = new Set<string>();
  const search = new StateSearch(model, () => {}, {
    stepLimit: STEP_LIMIT,
    maxRows: 20 * maxExecutions,
    ghost: () => followed.first ?? '',
    onStep: (machine) => {
      followed.listeners.onStep!(machine);
      if (followed.first !== null) firsts.add(followed.first);
    },
    onBack: followed.listeners.onBack!,
  });
  if (!search.run().complete) return null;
  const broken = [...found.values()].includes(true);
  assert.equal(broken, firsts.size > 0, `${asked.program}: ${[...firsts].join(', ')}`);
  return broken;
}

function sorted(map: ReadonlyMap<string, boolean>): [string, boolean][] {
  return [...map].toSorted(([a], [b]) => (a < b ? -1 : 1));
}
