import { AT_REST, type ControlBlock, WORKER_GONE, PARKED, WATCHER } from '../threads/control-block.ts';
import type { Attendant } from '../threads/watched-memory.ts';
import type { Random } from '../random.ts';
import { FREE, type Geometry, R_ANNOUNCE, S_LIFE, S_STATE } from '../kernel/layout.ts';
import { announcementOf, announcingWords } from '../laboratory/announcements.ts';
import {
  type Journals,
  J_BEGUN,
  J_FREED,
  J_FREED_AT,
  J_PENDING,
  J_RECORD,
  J_STEPS,
  J_STOOD,
  J_STOOD_US,
  J_STUCK,
  J_STUCK_AT,
  J_STUCK_MS,
  J_STUCK_STEPS,
  J_WATCHED,
  type StressWords,
} from './journals.ts';

/** A thread says how many steps it has made, of those that its memory counts, after 1 to 2 * MEAN_DISTANCE - 1 of them. */
const MEAN_DISTANCE = 4096;
/** A thread stands still about every EVERY_MS, and for at most one part in SHARE of its time. */
const EVERY_MS = 16;
const SHARE = 100;
/** It goes on when the others have made this many operations: enough for a scan, or for epochs to go round. */
const ENOUGH = 256;
/** Or after so long, if they have made any. */
const LONG_MS = 4;
/** Looks without a rest in between; then it leaves its core to others, each time for longer. */
const EAGER = 32;
const REST_MS = 0.05;
const LONGEST_REST_MS = 2;
/**
 * So many steps of one operation, while no operation of another thread ends, are too many for any lock-free one: each of its rounds that
 * fails has another thread's compare-and-swap to blame, of which an operation makes a few, and a scan looks at two words of each thread.
 */
const TOO_MANY_STEPS = 1 << 18;
/** No more than this of the time between two looks counts: the thread that looks may have been kept from looking. */
const LOOK_MS = 25;

/** Another thread at some moment: what it had begun, and later how many steps it had made. */
interface Other {
  readonly thread: number;
  readonly begun: number;
  readonly steps: number;
}

/** An announced slot that a root named when the thread stopped. */
interface AnnouncedSlot {
  readonly address: number;
  readonly slot: number;
  readonly life: number;
}

/**
 * Lets a thread stand still for a moment in the middle of an operation, at a random step, and look at what the others do meanwhile.
 *
 * Whether they go on. What is claimed is that no operation of another thread ended while one of them made a great many steps in a single
 * one. Its steps are published atomically after they were made, and what it had begun is read before the first of the two counts and
 * after the second: if that is the same, all steps in between belong to one operation. Where nobody says how many steps it makes (the
 * others sleep, or are compiled), the thread waits as long as the watchdog does.
 *
 * Whether they leave alone what it announces. Let the thread have announced slot s before it stopped (H1), and let a root name s at a
 * moment t after that. All these are sequentially consistent, so s is unlinked after t, retired after that, and the scan that judges
 * it comes later still: it reads the announcement, which stands as long as its thread does. So s must not be freed. Reading a root
 * makes the writes visible that led to it, of the slot's life and state among them; so another life at the end, or the state FREE, is a
 * later one: s was reclaimed although it was announced all the time.
 */
export class Stalls implements Attendant {
  readonly #control: ControlBlock;
  readonly #journals: Journals;
  readonly #thread: number;
  readonly #journal: number;
  readonly #random: Random;
  readonly #words: Int32Array;
  readonly #geometry: Geometry;
  readonly #watchdogMs: number;
  #distance = 0;
  #steps = 0;
  #next = 0;

  constructor(
    { control, journals }: StressWords,
    thread: number,
    random: Random,
    lab: { readonly words: Int32Array; readonly geometry: Geometry; readonly watchdogMs: number },
  ) {
    this.#control = control;
    this.#journals = journals;
    this.#thread = thread;
    this.#journal = journals.of(thread);
    this.#random = random;
    this.#words = lab.words;
    this.#geometry = lab.geometry;
    this.#watchdogMs = lab.watchdogMs;
  }

  attend(step: number): number {
    const [control, words] = [this.#control.words, this.#journals.words];
    this.#steps = (this.#steps + this.#distance) | 0;
    Atomics.store(words, this.#journal + J_STEPS, this.#steps);
    const inside = words[this.#journal + J_PENDING] !== 0;
    if (inside && performance.now() >= this.#next && this.#others().length > 0) {
      if (Atomics.compareExchange(control, WATCHER, 0, this.#thread) === 0) {
        const ms = this.#stand(step);
        Atomics.store(control, WATCHER, 0);
        const apart = (EVERY_MS * (1 + this.#random.below(100))) / 50;
        this.#next = performance.now() + Math.max(apart, SHARE * ms);
      }
    }
    this.#distance = (1 + this.#random.below(2 * MEAN_DISTANCE - 1)) | 0;
    return this.#distance;
  }

  /** Returns for how many milliseconds. */
  #stand(step: number): number {
    const [control, words] = [this.#control.words, this.#journals.words];
    const watched = this.#announced();
    const began = performance.now();
    let [still, looked, done, rest] = [0, began, 0, REST_MS];
    let others = this.#others();
    for (let looks = 0; done < ENOUGH; looks++) {
      if (looks >= EAGER) {
        Atomics.wait(control, WATCHER, this.#thread, rest);
        rest = Math.min(rest * 1.5, LONGEST_REST_MS);
      }
      const now = performance.now();
      still += Math.min(now - looked, LOOK_MS);
      looked = now;
      const ended = this.#endedSince(others);
      if (ended > 0) {
        done += ended;
        still = 0;
        others = this.#others();
      }
      const stopped = this.#control.isStopping;
      if (this.#atRest(others) || (done > 0 && (stopped || now - began >= LONG_MS))) break;
      if (ended === 0 && this.#areStuck(others, still, step)) break;
    }
    const ms = performance.now() - began;
    words[this.#journal + J_STOOD]++;
    words[this.#journal + J_STOOD_US] += Math.round(ms * 1000);
    this.#lookAfter(watched, step);
    return ms;
  }

  /** The others that have not stopped for good. What each has begun is read before its steps. */
  #others(): Other[] {
    const others: Other[] = [];
    for (let thread = 1; thread <= this.#control.threads; thread++) {
      if (thread === this.#thread || this.#isOver(thread)) continue;
      const journal = this.#journals.of(thread);
      const begun = Atomics.load(this.#journals.words, journal + J_BEGUN);
      others.push({ thread, begun, steps: Atomics.load(this.#journals.words, journal + J_STEPS) });
    }
    return others;
  }

  /** How many operations of theirs have begun since: as many have ended, but for one each that had ended before. */
  #endedSince(others: readonly Other[]): number {
    const { words } = this.#journals;
    return others.reduce(
      (sum, { thread, begun }) =>
        sum + ((Atomics.load(words, this.#journals.of(thread) + J_BEGUN) - begun) | 0),
      0,
    );
  }

  #atRest(others: readonly Other[]): boolean {
    return others.every(({ thread }) => this.#control.state(thread) === AT_REST || this.#isOver(thread));
  }

  /** True of a thread that makes no more steps, ever. */
  #isOver(thread: number): boolean {
    const state = this.#control.state(thread);
    return state === PARKED || state === WORKER_GONE;
  }

  /** True, and written down, if the others cannot go on without this thread. */
  #areStuck(others: readonly Other[], still: number, step: number): boolean {
    const { words } = this.#journals;
    const made = others.map(({ thread, steps, begun }) => {
      const journal = this.#journals.of(thread);
      const now = Atomics.load(words, journal + J_STEPS);
      const same =
        Atomics.load(words, journal + J_BEGUN) === begun && Atomics.load(words, journal + J_PENDING) !== 0;
      return same ? (now - steps) | 0 : -1;
    });
    const most = Math.max(...made);
    const inVain = most >= TOO_MANY_STEPS;
    // A thread whose worker has ended sleeps, and waits for nobody.
    const lives = others.every(({ thread }) => !this.#isOver(thread));
    const asleep = lives && still >= this.#watchdogMs && made.every((steps) => steps >= 0);
    if (!inVain && !asleep) return false;
    words[this.#journal + J_STUCK_STEPS] = most;
    words[this.#journal + J_STUCK_MS] = Math.round(still);
    words[this.#journal + J_STUCK_AT] = step;
    words[this.#journal + J_STUCK] = others[made.indexOf(most)].thread;
    this.#control.stop();
    return true;
  }

  #announced(): AnnouncedSlot[] {
    const { geometry, words } = { geometry: this.#geometry, words: this.#words };
    if (announcementOf(geometry)?.namesSlots !== true) return [];
    const announce = geometry.record(this.#journals.read(this.#thread, J_RECORD)) + R_ANNOUNCE;
    const watched: AnnouncedSlot[] = [];
    for (let address = announce; address < announce + announcingWords(geometry); address++) {
      const slot = words[address];
      if (slot <= 0 || slot > geometry.slots) continue;
      const ends = Array.from({ length: geometry.roots }, (_, n) =>
        geometry.link.index(Atomics.load(words, geometry.root(n))),
      );
      if (ends.includes(slot)) watched.push({ address, slot, life: words[geometry.slot(slot, S_LIFE)] });
    }
    return watched;
  }

  #lookAfter(watched: readonly AnnouncedSlot[], step: number): void {
    const { words } = this.#journals;
    words[this.#journal + J_WATCHED] += watched.length;
    for (const { address, slot, life } of watched) {
      const announced = this.#words[address] === slot;
      const lives = this.#words[this.#geometry.slot(slot, S_LIFE)] === life;
      const free = this.#words[this.#geometry.slot(slot, S_STATE)] === FREE;
      if (!announced || (lives && !free)) continue;
      words[this.#journal + J_FREED_AT] = step;
      words[this.#journal + J_FREED] = slot;
      this.#control.stop();
    }
  }
}
