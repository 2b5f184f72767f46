import { InvariantWatch } from '../judge/damage/invariants.ts';
import type { KernelModel } from './kernel-model.ts';
import type { ThreadState } from '../model/thread-state.ts';
import type { Machine } from '../model/machine.ts';
import type { Naming } from '../search/trace-names.ts';

/** A step that wrote a word that an invariant is about. */
interface Write {
  readonly thread: number;
  /** It is the thread's n-th step, from 1; and the number of steps made by then, all threads together. */
  readonly nth: number;
  readonly depth: number;
  /** How many steps of each thread have to come before it, or are it. */
  readonly clock: readonly number[];
  /** Its place in the log of the watch. */
  readonly from: number;
  readonly to: number;
}

/** A state in which an invariant does not hold. */
interface Violation {
  /** After how many steps of the execution it was found. */
  readonly depth: number;
  /** The step that has broken it, and for each thread which step of its is the first that comes later; Infinity if none does. */
  readonly by: Write;
  readonly later: readonly number[];
}

const NOTHING: readonly number[] = [];

/**
 * Checks the invariants after every step of every execution that an execution stands for, those included that are not made.
 *
 * The search makes one execution of a class. Others of the class have the same steps with the same answers, in another order, and so pass
 * through other states. A state that they pass through is a *consistent cut*: some steps of the class, and with each step all that have to come before
 * it (Mattern 1989; Cooper and Marzullo, "Consistent Detection of Global Predicates", 1991). The reverse is true as well: any such set
 * can be made first, in the order in which the execution has it, and then the rest, since steps that change places so do not depend on
 * each other. So the cuts of the classes that a complete search visits are exactly the states that can be reached, and what is checked
 * here is what a search over all states would check.
 *
 * Each cut is checked when the last of its steps, in the order of the execution, is made; say e is. By then it contains what has to come
 * before e, and of the other steps made so far, those that e does not have to come after, it may contain some: they are tried. Only
 * steps count that write a word that an invariant is about, as the words of a cut are no others than those of the cut without the rest. Each
 * word is written in one order in all executions of a class, and a cut leaves out the last writes of a word, never one in the
 * middle; so the word is what it was before the first that is left out.
 *
 * A change that a step must not make is judged in each cut in which the step can be the last one: e, and of each other thread the last
 * step in the cut that nothing else in it has to come after.
 *
 * Plain accesses go with the step before them, as everywhere in the search. Where they race the race itself is found.
 */
export class Cuts {
  readonly #naming: Naming;
  readonly #watch: InvariantWatch;
  readonly #threads: number;
  readonly #writes: Write[] = [];
  /** By thread its writes, and how many of them are in the cut that is looked at. */
  readonly #of: Write[][];
  readonly #kept: number[];
  /** By thread how many of its writes every cut has that has the latest write. */
  readonly #least: number[];
  readonly #row: Int32Array;
  /** The words that a step writes, with what it writes there: address and value by turns. */
  readonly #known = new WeakMap<ThreadState, readonly number[]>();
  #violation: Violation | null = null;

  /** @param words at the start, with what the threads write plainly before their first step */
  constructor(model: KernelModel, words: Int32Array, naming: Naming) {
    this.#naming = naming;
    this.#threads = model.threads.length;
    this.#watch = new InvariantWatch(words, model.geometry);
    this.#of = model.threads.map(() => []);
    this.#kept = model.threads.map(() => 0);
    this.#least = model.threads.map(() => 0);
    this.#row = new Int32Array(this.#threads);
  }

  /** A step was made, and named. */
  step(machine: Machine): void {
    if (this.#violation !== null) return;
    const { happened } = machine;
    const { thread, to } = happened[happened.length - 1];
    const { effect } = to;
    if (effect === null || (!effect.wrote && effect.plain.length === 0)) return;
    const writes = this.#writesOf(to, machine.lastWritten);
    if (writes.length === 0) return;
    const from = this.#watch.length;
    for (let i = 0; i < writes.length; i += 2) this.#watch.write(writes[i], writes[i + 1]);
    const end = this.#watch.length;
    if (end === from) return;
    this.#naming.copyClock(happened.length - 1, this.#row);
    const clock: number[] = [];
    for (let other = 0; other < this.#threads; other++) clock.push(this.#row[other]);
    const write: Write = { thread, nth: clock[thread], depth: happened.length, clock, from, to: end };
    this.#writes.push(write);
    this.#of[thread].push(write);
    this.#tryAll(write);
  }

  /** The last step is about to be taken back. */
  back({ happened }: Machine): void {
    const depth = happened.length;
    if (this.#violation?.depth === depth) this.#violation = null;
    const last = this.#writes.at(-1);
    if (last?.depth !== depth) return;
    this.#watch.takeBack(last.from);
    this.#writes.pop();
    this.#of[last.thread].pop();
  }

  /** True if an invariant does not hold in the execution so far, or in one of those that it stands for. */
  get found(): boolean {
    return this.#violation !== null;
  }

  /** True if that shows in the execution itself, and not only in another order of its steps. */
  get foundInOrder(): boolean {
    return this.#violation !== null && this.#violation.later.every((nth) => nth === Infinity);
  }

  /**
   * Who moves at each step of an execution in which an invariant is broken: the cut but for the step that broke it, that step, and then the
   * rest; each in the order of the execution that was made.
   */
  path({ happened }: Machine): number[] {
    const { by, later, depth } = this.#violation as Violation;
    const [before, after]: [number[], number[]] = [[], []];
    const counts = later.map(() => 0);
    for (const [i, { thread }] of happened.entries()) {
      counts[thread]++;
      this.#naming.copyClock(i, this.#row);
      const isLater =
        i >= depth || later.some((nth, of) => this.#row[of] >= nth) || this.#row[by.thread] >= by.nth;
      if (thread === by.thread && counts[thread] === by.nth) continue;
      (isLater ? after : before).push(thread);
    }
    return [...before, by.thread, ...after];
  }

  /** Looks at every cut whose last step this write is. */
  #tryAll(write: Write): void {
    let concurrent = 0;
    for (let thread = 0; thread < this.#threads; thread++) {
      const own = this.#of[thread];
      let least = own.length;
      if (thread !== write.thread) while (least > 0 && own[least - 1].nth > write.clock[thread]) least--;
      this.#least[thread] = least;
      this.#kept[thread] = own.length;
      concurrent += own.length - least;
    }
    if (this.#isBroken(write) || concurrent === 0) return;
    this.#leaveOut(write, this.#writes.length - 2);
  }

  /**
   * Looks at every cut that leaves out some of the writes up to a place: for each of them, latest first, both without it, if it is the
   * last one of its thread and nothing that is kept has to come after it, and with it.
   */
  #leaveOut(write: Write, at: number): void {
    for (let i = at; i >= 0 && this.#violation === null; i--) {
      const each = this.#writes[i];
      const { thread } = each;
      const kept = this.#kept[thread];
      if (kept <= this.#least[thread] || this.#of[thread][kept - 1] !== each || this.#isNeeded(each))
        continue;
      this.#kept[thread] = kept - 1;
      this.#watch.leaveOut(each.from, each.to);
      if (!this.#isBroken(write)) this.#leaveOut(write, i - 1);
      this.#watch.putIn(each.from, each.to);
      this.#kept[thread] = kept;
    }
  }

  /** True if the last kept write of another thread has to come after this one. */
  #isNeeded({ thread, nth }: Write): boolean {
    for (let other = 0; other < this.#threads; other++) {
      const kept = this.#kept[other];
      if (other !== thread && kept > 0 && this.#of[other][kept - 1].clock[thread] >= nth) return true;
    }
    return false;
  }

  #isBroken(write: Write): boolean {
    if (!this.#watch.holds(write.from, write.to)) return this.#note(write, write);
    for (let thread = 0; thread < this.#threads; thread++) {
      const kept = this.#kept[thread];
      if (thread === write.thread || kept <= this.#least[thread]) continue;
      const last = this.#of[thread][kept - 1];
      if (!this.#isNeeded(last) && !this.#watch.keeps(last.from, last.to)) return this.#note(write, last);
    }
    return false;
  }

  #note({ depth }: Write, by: Write): true {
    const later = this.#of.map((own, thread) => own[this.#kept[thread]]?.nth ?? Infinity);
    this.#violation = { depth, by, later };
    return true;
  }

  #writesOf(to: ThreadState, written: number): readonly number[] {
    let writes = this.#known.get(to);
    if (writes === undefined) {
      writes = this.#allWritesOf(to, written);
      this.#known.set(to, writes.length === 0 ? NOTHING : writes);
    }
    return writes;
  }

  #allWritesOf({ effect }: ThreadState, written: number): number[] {
    if (effect === null) return [];
    const writes = effect.wrote ? [effect.request.address, written] : [];
    for (const each of effect.plain) if (each.kind === 'poke') writes.push(each.address, each.value);
    return writes.flatMap((address, i) =>
      i % 2 === 0 && this.#watch.concerns(address) ? [address, writes[i + 1]] : [],
    );
  }
}
