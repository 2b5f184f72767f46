/**
 * Threads that die at random, beside others that go on: `npm run deaths`. Six threads work on a queue with chains and caches. Each call may be interrupted by calls of other
 * threads, before any access, and these by others in turn; each may be the last of its thread, which dies before any access of it. Records are adopted and settled, and threads
 * join anew. After each call the slab is audited, and at the end every slot and every value is accounted for. `--runs N` (1000), `--seed N` (1) of the first, `--scheme SPEC`, more than once.
 * The exit status is 1 if a run failed; what its threads did is printed, and the same seed does it again.
 */
import assert from 'node:assert/strict';
import { parseArgs } from 'node:util';
import { type Batch, chainsIn } from '../../src/laboratory/batch.ts';
import { assemble } from '../../src/laboratory/participant.ts';
import { chooseScheme, type SchemeChoice } from '../../src/laboratory/registry.ts';
import { createBuffer, leastSlots } from '../../src/laboratory/shared.ts';
import { usualStructure } from '../../src/laboratory/structures.ts';
import { DEAD, type Geometry, R_STATUS, VACANT } from '../../src/kernel/layout.ts';
import { OK, VALUE } from '../../src/kernel/structure.ts';
import { Random } from '../../src/random.ts';
import { accounted, inherit } from '../kernel/kills.ts';
import { dies, MortalMemory } from '../kernel/laboratory.ts';

const SPECS = [
  'tagged',
  ...[1, 2, 3, 5].map((n) => `hazard-pointers:threshold=${n}`),
  ...[3, 6].map((n) => `hazard-pointers:threshold=${n},linger=on`),
  ...['period=1', 'period=2', 'period=3', 'period=4,grace=3', 'period=3,region=2'].map((n) => `epochs:${n}`),
  ...[1, 2, 3, 5].map((n) => `qsbr:period=${n}`),
];
const THREADS = 6;
/** It does not die, and is the heir of all at the end. */
const LAST = THREADS;
/** Calls that may stand one in the other. */
const DEPTH = 3;

/** Calls `act` once, before one of the accesses to come. */
class InterruptedMemory extends MortalMemory {
  #in = Infinity;
  #act: (() => void) | null = null;

  interrupt(after: number, act: (() => void) | null): void {
    this.#in = after;
    this.#act = act;
  }

  protected override live(): void {
    const act = this.#act;
    if (act !== null && this.#in-- <= 0) {
      this.#act = null;
      act();
    }
    super.live();
  }
}

/** One run, and what is known of its values. */
class Run {
  readonly log: string[] = [];
  readonly #random: Random;
  readonly #choice: SchemeChoice;
  readonly #words: Int32Array;
  readonly #geometry: Geometry;
  readonly #threads: (ReturnType<Run['join']> | null)[] = [];
  readonly #busy = new Set<number>();
  /** Values that went in. */
  readonly #put = new Set<number>();
  /** Those of calls that had no answer: they may be in. */
  readonly #uncertain = new Set<number>();
  readonly #taken: number[] = [];
  #next = 100;
  /** As many values may have been taken by calls that had no answer. */
  #unanswered = 0;

  constructor(seed: number, choices: readonly SchemeChoice[]) {
    this.#random = new Random(seed);
    const below = (limit: number): number => this.#random.below(limit);
    this.#choice = choices[below(choices.length)]!;
    const [cache, chain] = [1 + below(4), 2 + below(4)];
    const freeList = below(3) === 0 ? 'ring' : 'stack';
    const initial = Array.from({ length: below(8) }, (_, i) => 1 + i);
    const least = leastSlots(this.#choice, THREADS, cache, usualStructure, chain);
    const slots = least + Math.max(1, initial.length) + below(3);
    const size = { slots, threads: THREADS, cache, freeList, initial, chain } as const;
    this.#words = new Int32Array(createBuffer(size, this.#choice));
    for (const value of initial) this.#put.add(value);
    this.log.push(
      `seed ${seed}: ${this.#choice.spec}, ${slots} slots, caches of ${cache}, chains of ${chain}, ${freeList}, ${initial.length} inside`,
    );
    for (let thread = 1; thread <= THREADS; thread++) this.#threads[thread] = this.join(thread);
    this.#geometry = this.#threads[LAST]!.participant.geometry;
  }

  join(thread: number) {
    const memory = new InterruptedMemory(this.#words, Infinity);
    const participant = assemble(memory, thread, this.#choice.scheme);
    const chains = chainsIn(participant.structure, participant.geometry.chain) as Batch;
    return { memory, participant, chains };
  }

  /** Throws an AssertionError if a slot or a value is not accounted for. */
  make(): void {
    const calls = 8 + this.#random.below(25);
    for (let n = 0; n < calls; n++) {
      this.#call(0);
      for (let thread = 1; thread < LAST; thread++) {
        const isVacant = this.#words[this.#geometry.record(thread) + R_STATUS] === VACANT;
        if (this.#threads[thread] !== null || !isVacant || this.#random.below(3) > 0) continue;
        this.#threads[thread] = this.join(thread);
        this.log.push(`T${thread} joins`);
      }
    }
    this.#end();
  }

  #call(depth: number): void {
    const idle = this.#threads.flatMap((each, thread) =>
      each === null || this.#busy.has(thread) ? [] : [thread],
    );
    if (idle.length === 0) return;
    const thread = idle[this.#random.below(idle.length)]!;
    const { memory } = this.#threads[thread]!;
    this.#busy.add(thread);
    if (thread !== LAST && this.#random.below(3) === 0)
      memory.left = this.#random.below(this.#random.below(2) === 0 ? 40 : 120);
    if (depth < DEPTH && this.#random.below(3) === 0)
      memory.interrupt(this.#random.below(50), () => this.#call(depth + 1));
    const at = this.log.push('') - 1;
    const say = (what: string): void => void (this.log[at] = `${'  '.repeat(depth)}T${thread} ${what}`);
    if (dies(() => this.#act(thread, depth, say))) {
      this.log[at] += ', and dies';
      this.#words[this.#geometry.record(thread) + R_STATUS] = DEAD;
      this.#threads[thread] = null;
    }
    memory.left = Infinity;
    memory.interrupt(Infinity, null);
    this.#busy.delete(thread);
    accounted(this.#words, this.#choice.scheme);
  }

  #act(thread: number, depth: number, say: (what: string) => void): void {
    const { participant, chains } = this.#threads[thread]!;
    const { structure, scheme, geometry } = participant;
    const what = this.#random.below(9);
    const count = what < 6 ? 1 + this.#random.below(geometry.chain) : 1;
    if (what < 3 || what === 6) {
      const values = Array.from({ length: count }, () => this.#next++);
      say(`${what < 3 ? `e*${count}` : 'e'} ${values.join()}`);
      for (const value of values) this.#uncertain.add(value);
      chains.values.set(values);
      const done = what < 3 ? chains.putMany(count) : Number(structure.put(values[0]!) === OK);
      for (const value of values) this.#uncertain.delete(value);
      for (const value of values.slice(0, done)) this.#put.add(value);
    } else if (what < 6 || what === 7) {
      say(what < 6 ? `d*${count}` : 'd');
      this.#unanswered += count;
      if (what < 6) this.#taken.push(...chains.values.slice(0, chains.takeMany(count)));
      else if (structure.take() === VALUE) this.#taken.push(structure.result());
      this.#unanswered -= count;
    } else if (depth === 0 && this.#random.below(2) === 0) {
      say('inherits');
      inherit(participant, this.#words, this.#random.below(2) === 0);
    } else if (thread !== LAST && this.#random.below(3) === 0) {
      say('departs');
      scheme.depart();
      this.#threads[thread] = null;
    } else {
      say('collects');
      scheme.collect();
    }
  }

  #end(): void {
    const { scheme } = this.#choice;
    for (let thread = 1; thread < LAST; thread++) this.#threads[thread]?.participant.scheme.depart();
    const { participant } = this.#threads[LAST]!;
    for (let n = 0; n < 3; n++) {
      inherit(participant, this.#words, this.#random.below(2) === 0);
      accounted(this.#words, scheme);
    }
    for (let n = 0; n < 8; n++) participant.scheme.collect();
    const { free, slots, reachable, inHand, unreclaimed } = accounted(this.#words, scheme);
    assert.deepEqual({ free, inHand, unreclaimed }, { free: slots - reachable, inHand: 0, unreclaimed: 0 });
    while (participant.structure.take() === VALUE) this.#taken.push(participant.structure.result());
    assert.equal(new Set(this.#taken).size, this.#taken.length, 'a value came out twice');
    const strange = this.#taken.filter((value) => !this.#put.has(value) && !this.#uncertain.has(value));
    assert.deepEqual(strange, [], 'values that never went in');
    const taken = new Set(this.#taken);
    const missing = [...this.#put].filter((value) => !taken.has(value));
    assert.ok(
      missing.length <= this.#unanswered,
      `the values ${missing.join()} are missing, and ${this.#unanswered} may be`,
    );
  }
}

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '1000' },
    seed: { type: 'string', default: '1' },
    scheme: { type: 'string', multiple: true, default: SPECS },
  },
});
const choices = await Promise.all(values.scheme.map((spec) => chooseScheme(spec)));
const [first, runs] = [Number(values.seed), Number(values.runs)];
let failed = 0;
for (let seed = first; seed < first + runs; seed++) {
  const run = new Run(seed, choices);
  try {
    run.make();
  } catch (error) {
    failed++;
    console.log([...run.log, error instanceof Error ? error.message : String(error), ''].join('\n'));
  }
}
console.log(`${runs} runs from seed ${first} on, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
