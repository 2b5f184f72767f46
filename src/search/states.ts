import { Words } from '../platform-array.ts';
import { memoryDependence } from '../model/dependence.ts';
import { Machine, type Model } from '../model/machine.ts';
import { lowest, moveOf, waysOf } from '../model/request.ts';
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

/** What is still to be tried before a step. */
interface StateMoment {
  /** Its number; -1 if it is not remembered. */
  state: number;
  /** The thread that moved last, if it can go on; else -1. */
  last: number;
  /** How many preemptions there may still be. */
  left: number;
  /** The threads that are still to be tried, one bit each. */
  threads: number;
  /** The thread that is tried, and which of its answers. */
  thread: number;
  way: number;
  ways: number;
  /** How many were found to begin there. */
  interleavings: bigint;
}

function newStateMoment(): StateMoment {
  return { state: -1, last: -1, left: 0, threads: 0, thread: -1, way: 0, ways: 0, interleavings: 0n };
}

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
  readonly #moments: StateMoment[] = [];
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
    const interleavings = this.#explore();
    return { ...this.#tally.searched(this.machine.steps), interleavings };
  }

  /** Explores all. An execution may be longer than a stack of calls, so moments are the stack. */
  #explore(): bigint {
    let begun = this.#enter(-1, this.#options.preemptions ?? Infinity);
    if (begun !== null) return begun;
    for (let depth = 0; ;) {
      const moment = this.#momentAt(depth);
      if (this.#next(moment)) {
        begun = this.#make(moment);
        if (begun === null) depth++;
        else this.#takeBack(moment, begun);
        continue;
      }
      const { state, interleavings } = moment;
      if (state >= 0) this.#interleavings[state] = interleavings;
      if (--depth < 0) return interleavings;
      this.#takeBack(this.#momentAt(depth), interleavings);
    }
  }

  /** Prepares the moment after the steps so far; or else how many interleavings begin there, where that is known. */
  #enter(last: number, left: number): bigint | null {
    const { machine } = this;
    const enabled = machine.enabled();
    const goesOn = last >= 0 && ((enabled >> last) & 1) !== 0;
    const moment = this.#momentAt(machine.happened.length);
    moment.last = goesOn ? last : -1;
    moment.left = left;
    moment.interleavings = 0n;
    moment.way = 0;
    moment.ways = 0;
    // Where nobody may be interrupted there is one way to go on, and it is not worth remembering.
    if (left === 0 && goesOn && waysOf(machine.at[last].next) === 1) {
      moment.state = -1;
      moment.threads = 1 << last;
      return null;
    }
    const over = enabled === 0;
    moment.state = over ? this.#stateOf(-1, 0) : this.#stateOf(last, left);
    moment.threads = enabled;
    const known = this.#interleavings[moment.state];
    if (known !== undefined || !over) return known ?? null;
    this.#tally.end(machine);
    return (this.#interleavings[moment.state] = 1n);
  }

  /** The next answer of the thread that is tried, or else the next thread. False if nothing is left. */
  #next(moment: StateMoment): boolean {
    if (this.#tally.stopped) return false;
    if (++moment.way < moment.ways) return true;
    if (moment.threads === 0) return false;
    moment.thread = lowest(moment.threads);
    moment.threads &= moment.threads - 1;
    moment.way = 0;
    moment.ways = waysOf(this.machine.at[moment.thread].next);
    return true;
  }

  /** Makes a step. Null if what comes after it is to be explored, or else how many interleavings begin there. */
  #make({ thread, way, last, left }: StateMoment): bigint | null {
    const { machine } = this;
    this.#names.touch(machine.step(moveOf(thread, way)));
    if (this.#options.onStep?.(machine) !== true)
      return this.#enter(thread, last >= 0 && thread !== last ? left - 1 : left);
    this.#tally.stop('visitor');
    return 0n;
  }

  #takeBack(moment: StateMoment, interleavings: bigint): void {
    moment.interleavings += interleavings;
    this.#options.onBack?.(this.machine);
    this.machine.back();
  }

  #momentAt(depth: number): StateMoment {
    return (this.#moments[depth] ??= newStateMoment());
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
}
