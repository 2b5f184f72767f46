import { Words } from '../platform-array.ts';
import { memoryDependence } from '../model/dependence.ts';
import { Machine, moveOf, type Model } from '../model/machine.ts';
import { waysOf } from '../model/request.ts';
import { Rows } from './rows.ts';
import { type SearchOptions, type Searched, Tally, type Visit } from './search.ts';
import { StateNames } from './state-names.ts';

/** What a search over states asks for. */
export interface StatesOptions extends SearchOptions {
  readonly stepLimit?: number;
  /** How often a thread may be interrupted that could go on. Default: as often as you like. */
  readonly preemptions?: number;
  /**
   * What a judgement remembers of the past, apart from the words and from what each thread was answered. Executions that agree in all
   * of this are judged alike from here on. Default: nothing.
   */
  readonly ghost?: (machine: Machine) => string;
  /** End when so many rows are remembered, of some 60 bytes each. Default 8 million. */
  readonly maxRows?: number;
}

const MAX_ROWS = 8_000_000;

/**
 * Visits every state that can be reached, each once. A state is all that decides what can come: the words, where each thread stands in
 * its tree of answers, what the judgement remembers, and, where preemptions are bounded, who moved last and how many are left. Rows of
 * numbers stand for it and are compared in full, so the search is exact.
 *
 * The number of interleavings from a state is the sum over its next steps, so all are counted though few are run.
 */
export class StateSearch {
  readonly machine: Machine;
  readonly #tally: Tally;
  readonly #options: StatesOptions;
  readonly #names: StateNames;
  readonly #bounded: boolean;
  readonly #row: Int32Array;
  readonly #known: Rows;
  /** By state how many interleavings it begins. */
  readonly #interleavings: bigint[] = [];

  constructor(model: Model, visit: Visit, options: StatesOptions = {}) {
    this.machine = new Machine(model, memoryDependence(model.words.length), options.stepLimit);
    this.#names = new StateNames(this.machine, options.ghost);
    this.#tally = new Tally(visit, options);
    this.#options = options;
    this.#bounded = options.preemptions !== undefined && options.preemptions !== Infinity;
    this.#row = new Words(this.#names.width + 2);
    this.#known = new Rows(this.#names.width + 2);
  }

  run(): Searched {
    const interleavings = this.#explore(-1, this.#options.preemptions ?? Infinity);
    return { ...this.#tally.searched(this.machine.steps), interleavings };
  }

  #explore(last: number, left: number): bigint {
    const { machine } = this;
    const enabled = machine.enabled();
    const goesOn = last >= 0 && ((enabled >> last) & 1) !== 0;
    // Where nobody may be interrupted there is one way to go on, and it is not worth remembering.
    if (left === 0 && goesOn && waysOf(machine.at[last].next) === 1) return this.#step(last, 0);
    const over = enabled === 0;
    const state = over ? this.#stateOf(-1, 0) : this.#stateOf(last, left);
    const known = this.#interleavings[state];
    if (known !== undefined) return known;
    if (over) this.#tally.end(machine);
    let interleavings = over ? 1n : 0n;
    for (let thread = 0; thread < machine.threads && !this.#tally.stopped; thread++) {
      if (((enabled >> thread) & 1) === 0) continue;
      interleavings += this.#step(thread, goesOn && thread !== last ? left - 1 : left);
    }
    this.#interleavings[state] = interleavings;
    return interleavings;
  }

  #stateOf(last: number, left: number): number {
    const { width } = this.#names;
    this.#names.copyTo(this.#row);
    // Who moved last decides nothing where preemptions cost nothing.
    this.#row[width] = this.#bounded ? last : 0;
    this.#row[width + 1] = this.#bounded ? left : 0;
    const state = this.#known.add(this.#row);
    if (this.#known.size + this.#names.size >= (this.#options.maxRows ?? MAX_ROWS))
      this.#tally.stop('memory');
    this.#tally.look();
    return state;
  }

  /** Goes on with a thread, in all ways. */
  #step(thread: number, left: number): bigint {
    const { machine } = this;
    const { onStep, onBack } = this.#options;
    let interleavings = 0n;
    for (let ways = waysOf(machine.at[thread].next), way = 0; way < ways && !this.#tally.stopped; way++) {
      this.#names.touch(machine.step(moveOf(thread, way)));
      if (onStep?.(machine) === true) this.#tally.stop('visitor');
      else interleavings += this.#explore(thread, left);
      onBack?.(machine);
      machine.back();
    }
    return interleavings;
  }
}
