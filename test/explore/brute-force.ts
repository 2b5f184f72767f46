import assert from 'node:assert/strict';
import { Random } from '../../src/random.ts';
import { BoundedSearch } from '../../src/search/strategies/bounded.ts';
import { depend, type Dependence, memoryDependence } from '../../src/model/dependence.ts';
import { withCalls } from './with-calls.ts';
import { Dpor } from '../../src/search/dpor.ts';
import { everyInterleaving } from './all-interleavings.ts';
import { canonicalHistory } from './histories.ts';
import type { Footprint } from '../../src/model/thread-state.ts';
import type { Machine, Model } from '../../src/model/machine.ts';
import type { SearchOptions } from '../../src/search/search.ts';
import { StateSearch } from '../../src/search/states.ts';
import { randomModel, type RandomOptions, randomProgram } from './random-programs.ts';

/** All that can be told at the end of an execution: the words, what each thread returned, and who waits forever. */
function outcome(machine: Machine): string {
  const threads = machine.at.map(({ next, result }) => (next === null ? String(result) : 'waits'));
  return `${machine.words.join()} / ${threads.join(' / ')}`;
}

/**
 * The class of the machine's execution, by definition: which events happen before which, an event being known by its thread and its
 * number. Written out as a matrix, closed transitively, with nothing of what the search uses but the dependence itself.
 */
export function traceOf(machine: Machine, dependence: Dependence): string {
  const counts = machine.at.map(() => 0);
  const events = machine.happened.map(({ thread, to }) => ({
    name: `${thread}.${counts[thread]++}`,
    thread,
    footprint: dependence.footprint(to) as Footprint,
  }));
  const before: Set<string>[] = [];
  for (const [j, later] of events.entries()) {
    const known = new Set<string>();
    for (let i = j - 1; i >= 0; i--) {
      const { name, thread, footprint } = events[i]!;
      if (thread !== later.thread && !depend(footprint, later.footprint)) continue;
      known.add(name);
      for (const each of before[i]!) known.add(each);
    }
    before.push(known);
  }
  return events
    .map(({ name }, i) => `${name}:${[...before[i]!].toSorted().join()}`)
    .toSorted()
    .join(' ');
}

interface Seen {
  readonly outcomes: string[];
  readonly histories: string[];
  readonly traces: string[];
  readonly executions: number;
}

type Run = (visit: (machine: Machine) => void) => { executions: number; complete: boolean };

function sorted(set: ReadonlySet<string>): string[] {
  return [...set].toSorted();
}

function seenBy(run: Run, dependence: Dependence): Seen {
  const outcomes = new Set<string>();
  const histories = new Set<string>();
  const traces = new Set<string>();
  const { executions, complete } = run((machine) => {
    outcomes.add(outcome(machine));
    histories.add(canonicalHistory(machine));
    traces.add(traceOf(machine, dependence));
  });
  assert.ok(complete);
  return { outcomes: sorted(outcomes), histories: sorted(histories), traces: sorted(traces), executions };
}

/** A kind of random programs. */
export interface Shape extends RandomOptions {
  readonly name: string;
  /** So many of them are enough to see each mistake that the search was ever found to make. */
  readonly programs: number;
}

export const shapes: readonly Shape[] = [
  { name: '2 threads', programs: 200, threads: 2, accesses: 4, words: 2, awaits: false },
  { name: '3 threads', programs: 120, threads: 3, accesses: 3, words: 3, awaits: false },
  { name: '3 threads on one word', programs: 60, threads: 3, accesses: 3, words: 1, awaits: false },
  { name: '4 threads', programs: 60, threads: 4, accesses: 2, words: 2, awaits: false },
  { name: '2 threads that wait', programs: 200, threads: 2, accesses: 4, words: 2, awaits: true },
  { name: '3 threads that wait', programs: 200, threads: 3, accesses: 3, words: 2, awaits: true },
  {
    name: '3 threads that wait for one word',
    programs: 100,
    threads: 3,
    accesses: 3,
    words: 1,
    awaits: true,
  },
  { name: '4 threads that wait', programs: 60, threads: 4, accesses: 2, words: 2, awaits: true },
  {
    name: '3 threads with plain accesses',
    programs: 100,
    threads: 3,
    accesses: 3,
    words: 2,
    awaits: true,
    plain: true,
  },
  {
    name: '3 threads with operations',
    programs: 100,
    threads: 3,
    accesses: 3,
    words: 2,
    awaits: true,
    operations: true,
  },
  {
    name: '2 threads that go round',
    programs: 150,
    threads: 2,
    accesses: 3,
    words: 2,
    awaits: false,
    spins: true,
  },
  {
    name: '3 threads that go round',
    programs: 40,
    threads: 3,
    accesses: 2,
    words: 2,
    awaits: true,
    spins: true,
  },
];

function* programs(shape: Shape, seed: number, times: number): Generator<{ model: Model; program: unknown }> {
  const random = new Random(seed);
  for (let i = 0; i < times * shape.programs; i++) {
    const program = randomProgram(random, shape);
    yield { model: randomModel(program, shape), program };
  }
}

/**
 * The reduced search sees every outcome, and every class of executions exactly once.
 *
 * @returns how many executions there were, one by one and reduced
 */
export function reducedAgrees(shape: Shape, seed: number, times = 1): { all: number; reduced: number } {
  const dependenceOf = shape.operations === true ? withCalls : memoryDependence;
  const executions = { all: 0, reduced: 0 };
  for (const { model, program } of programs(shape, seed, times)) {
    const { all, reduced } = reducedAgreesOn(model, dependenceOf(model.words.length), program);
    if (shape.operations === true) assert.deepEqual(reduced.histories, all.histories);
    executions.all += all.executions;
    executions.reduced += reduced.executions;
  }
  return executions;
}

/** The same of one model, whose program is told where they do not agree. */
export function reducedAgreesOn(
  model: Model,
  dependence: Dependence,
  program: unknown = null,
): { all: Seen; reduced: Seen } {
  const all = seenBy((visit) => everyInterleaving(model, visit), dependence);
  const reduced = seenBy((visit) => {
    const searched = new Dpor(model, dependence, visit).run();
    assert.deepEqual({ blocked: searched.blocked, program }, { blocked: 0, program });
    return searched;
  }, dependence);
  const { outcomes, traces } = reduced;
  assert.deepEqual({ outcomes, traces, program }, { outcomes: all.outcomes, traces: all.traces, program });
  assert.equal(reduced.executions, all.traces.length);
  return { all, reduced };
}

/**
 * The search over states sees every outcome, and counts every interleaving.
 *
 * @returns how many interleavings there were
 */
export function statesAgree(shape: Shape, seed: number, times = 1): number {
  let sum = 0;
  for (const { model } of programs(shape, seed, times)) {
    const dependence = memoryDependence(model.words.length);
    const all = seenBy((visit) => everyInterleaving(model, visit), dependence);
    let interleavings: bigint | null = null;
    const states = seenBy((visit) => {
      const searched = new StateSearch(model, visit, { ghost: canonicalHistory }).run();
      ({ interleavings } = searched);
      return searched;
    }, dependence);
    assert.deepEqual(states.outcomes, all.outcomes);
    assert.deepEqual(states.histories, all.histories);
    assert.equal(interleavings, BigInt(all.executions));
    sum += all.executions;
  }
  return sum;
}

/** Counts the preemptions of the machine's execution, by definition: whoever moved could have gone on, and another one moves. */
class Preemptions {
  readonly #counts: number[] = [];
  readonly #enabled: number[] = [];
  readonly listeners: SearchOptions = {
    onStep: (machine) => {
      const [before, now] = machine.happened.slice(-2).map(({ thread }) => thread);
      const could = now !== undefined && now !== before && ((this.#enabled.at(-1)! >> before!) & 1) !== 0;
      this.#counts.push(this.count + (could ? 1 : 0));
      this.#enabled.push(machine.enabled());
    },
    onBack: () => {
      this.#counts.pop();
      this.#enabled.pop();
    },
  };

  get count(): number {
    return this.#counts.at(-1) ?? 0;
  }
}

/** By class of executions the fewest preemptions that one of them has, and by number of preemptions how many executions there are. */
function fewestByClass(
  model: Model,
  dependence: Dependence,
): { fewest: Map<string, number>; counts: number[] } {
  const preemptions = new Preemptions();
  const fewest = new Map<string, number>();
  const counts: number[] = [];
  everyInterleaving(
    model,
    (machine) => {
      const trace = traceOf(machine, dependence);
      fewest.set(trace, Math.min(fewest.get(trace) ?? Infinity, preemptions.count));
      counts[preemptions.count] = (counts[preemptions.count] ?? 0) + 1;
    },
    preemptions.listeners,
  );
  return { fewest, counts };
}

/**
 * The bounded search sees every class of executions exactly once, in one with the fewest preemptions; and
 * the search over states counts the interleavings of each bound.
 *
 * @returns how many classes there were, and the most preemptions that one of them needs
 */
export function boundedAgrees(shape: Shape, seed: number, times = 1): { classes: number; most: number } {
  const dependenceOf = shape.operations === true ? withCalls : memoryDependence;
  const sum = { classes: 0, most: 0 };
  for (const { model } of programs(shape, seed, times)) {
    const { classes, most } = boundedAgreesOn(model, dependenceOf(model.words.length));
    sum.classes += classes;
    sum.most = Math.max(sum.most, most);
  }
  return sum;
}

/** The same of one program. */
export function boundedAgreesOn(model: Model, dependence: Dependence): { classes: number; most: number } {
  const { fewest: expected, counts } = fewestByClass(model, dependence);
  const most = Math.max(...expected.values());
  const preemptions = new Preemptions();
  const seen: [string, number][] = [];
  const visit = (machine: Machine): void => void seen.push([traceOf(machine, dependence), preemptions.count]);
  const searched = new BoundedSearch(model, dependence, visit, preemptions.listeners).runUpTo(Infinity);
  assert.ok(searched.complete);
  assert.ok(searched.preemptions! >= most);
  assert.equal(seen.length, expected.size);
  assert.deepEqual(new Map(seen), expected);
  let sum = 0;
  for (const [bound, count] of Array.from(counts, (each) => each ?? 0).entries()) {
    sum += count;
    const { interleavings } = new StateSearch(model, () => {}, { preemptions: bound }).run();
    assert.equal(interleavings, BigInt(sum));
  }
  return { classes: seen.length, most };
}
