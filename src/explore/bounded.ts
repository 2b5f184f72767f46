import { type Dependence, memoryDependence } from './dependence.ts';
import type { Footprint } from './local.ts';
import { Machine, type Model } from './machine.ts';
import { type SearchOptions, type Searched, Tally, type Visit } from './search.ts';
import { TraceNames } from './trace-names.ts';

/** What a bounded search asks for. */
export interface BoundedOptions extends SearchOptions {
  readonly stepLimit?: number;
  /** How often a thread may be interrupted that could go on; Infinity for every interleaving. */
  readonly preemptions?: number;
  /**
   * What a judgement remembers of the past, apart from the words and from what each thread was answered. Executions that agree in all
   * of this are judged alike from here on. Default: nothing.
   */
  readonly ghost?: (machine: Machine) => string;
  /**
   * Takes two executions for one only if they are of one class under this dependence, however much they agree otherwise: for judgements
   * that see more of the past than a ghost could tell. Default: executions that agree in their state are one.
   */
  readonly classes?: Dependence;
  /** End when so many states are remembered. Default 2 million. */
  readonly maxStates?: number;
}

export interface Bounded extends Searched {
  readonly states: number;
  /** How many interleavings the search stands for. Exact if it is complete. */
  readonly interleavings: bigint;
}

/**
 * Visits every state that can be reached with a number of preemptions (Musuvathi and Qadeer, "Iterative Context Bounding", PLDI 2007),
 * each once for each end. A state is all that decides what can come: the words, where each thread stands in its tree of answers,
 * who moved last, how many preemptions are left, and what the judgement remembers. It is written out in full and never hashed,
 * so the search is exact. (Dropping executions over the bound from a reduced search is not: the reduction keeps one execution of a
 * class, which may be one of those over the bound. Coons, Musuvathi and McKinley, "Bounded partial-order reduction", OOPSLA 2013.)
 *
 * The number of interleavings from a state is the sum over its next steps, so all are counted though few are run.
 */
export class BoundedSearch {
  readonly machine: Machine;
  readonly #tally: Tally;
  readonly #options: BoundedOptions;
  readonly #preemptions: number;
  readonly #known = new Map<string, bigint>();
  readonly #initial: Int32Array;
  /** Words that were ever written, in the order of their first writing. */
  readonly #hot: number[] = [];
  readonly #isHot: Uint8Array;
  readonly #names: TraceNames | null;

  constructor(model: Model, visit: Visit, options: BoundedOptions = {}) {
    const dependence = options.classes ?? memoryDependence(model.words.length);
    this.machine = new Machine(model, dependence, options.stepLimit);
    this.#names = options.classes ? new TraceNames(this.machine.threads, dependence.resources) : null;
    this.#tally = new Tally(visit, options);
    this.#options = options;
    this.#preemptions = options.preemptions ?? Infinity;
    this.#initial = this.machine.words.slice();
    this.#isHot = new Uint8Array(this.#initial.length);
  }

  run(): Bounded {
    const interleavings = this.#explore(-1, this.#preemptions);
    return { ...this.#tally.searched(this.machine), states: this.#known.size, interleavings };
  }

  #explore(last: number, left: number): bigint {
    const { machine } = this;
    const enabled = machine.enabled();
    const over = enabled === 0;
    // Where nobody may be interrupted there is one way to go on, and it is not worth remembering.
    if (left === 0 && last >= 0 && ((enabled >> last) & 1) !== 0) return this.#step(last, 0);
    const key = this.#key(over ? -1 : last, over ? 0 : left);
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    if (this.#known.size >= (this.#options.maxStates ?? 2_000_000)) this.#tally.stopped = true;
    if (over) this.#tally.end(machine);
    let interleavings = over ? 1n : 0n;
    // Whoever moved last goes on first, so that ends with few switches are found first.
    for (let i = -1; i < machine.threads && !this.#tally.stopped; i++) {
      const thread = i < 0 ? last : i;
      if (thread < 0 || (i >= 0 && thread === last) || ((enabled >> thread) & 1) === 0) continue;
      const interrupts = last >= 0 && thread !== last && ((enabled >> last) & 1) !== 0;
      if (interrupts && left === 0) continue;
      interleavings += this.#step(thread, interrupts ? left - 1 : left);
    }
    if (!this.#tally.stopped) this.#known.set(key, interleavings);
    return interleavings;
  }

  #step(thread: number, left: number): bigint {
    const { machine } = this;
    const { onStep, onBack } = this.#options;
    const footprint = machine.step(thread);
    this.#enter(thread, footprint);
    let interleavings = 0n;
    if (onStep?.(machine) === true) this.#tally.stopped = true;
    else interleavings = this.#explore(thread, left);
    onBack?.(machine);
    machine.back();
    this.#names?.pop(thread);
    return interleavings;
  }

  #enter(thread: number, footprint: Footprint): void {
    if (this.#names) {
      this.#names.push(thread, footprint);
      return;
    }
    for (let i = 0; i < footprint.length; i += 2) {
      const address = footprint[i];
      if (this.#isHot[address] !== 0) continue;
      this.#isHot[address] = 1;
      this.#hot.push(address);
    }
  }

  /**
   * The state as text. Words that only their thread writes follow from where it stands. Words that nobody has written when the key is
   * made are as they were at the start, and so are those that are left out at the end of the list: so a key means the same at any time.
   */
  #key(last: number, left: number): string {
    const { at, words } = this.machine;
    // Who moved last decides nothing where preemptions cost nothing.
    let key = this.#preemptions === Infinity ? '' : `${last} ${left} `;
    // The class tells all the rest: what each thread was answered, and so what it wrote.
    if (this.#names) return key + this.#names.name();
    for (const { id } of at) key += `${id} `;
    let length = this.#hot.length;
    while (length > 0 && words[this.#hot[length - 1]] === this.#initial[this.#hot[length - 1]]) length--;
    for (let i = 0; i < length; i++) key += `${words[this.#hot[i]]},`;
    return this.#options.ghost ? `${key}|${this.#options.ghost(this.machine)}` : key;
  }
}

/**
 * Bounded searches with one preemption more each, from none, until one ends early or there are no more to be had: so the first thing
 * that is found has the fewest preemptions.
 */
export function iterateBounds(
  model: Model,
  visit: Visit,
  options: BoundedOptions & { readonly upTo: number },
): { readonly preemptions: number; readonly searched: Bounded } {
  for (let preemptions = 0; ; preemptions++) {
    const searched = new BoundedSearch(model, visit, { ...options, preemptions }).run();
    if (!searched.complete || preemptions >= options.upTo) return { preemptions, searched };
  }
}
