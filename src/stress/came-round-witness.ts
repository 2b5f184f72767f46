import { rootAt, slotAbout } from '../laboratory/structures.ts';
import { markOf } from '../laboratory/announcements.ts';
import { cardOfStep } from '../laboratory/labels.ts';
import type { StepWitness } from '../threads/watched-memory.ts';
import { FREE, type Geometry, H_TAG_BITS, S_BIRTH, S_LIFE, S_NEXT, S_STATE } from '../kernel/layout.ts';
import {
  type Journals,
  J_CAME_ROUND,
  J_CAME_ROUND_AT,
  J_CAME_ROUND_TIME,
  J_PASSED,
  TIME,
} from './journals.ts';

/**
 * Sees whether bits pass for identity in a thread that runs freely: a comparison finds a root or a next word as the thread had read
 * it, although the slot that it is about is not in the same life any more, and the word has changed as often as its tag can tell apart.
 * The slot is the one that the word names; where it names none, the one that holds it.
 *
 * Nothing of that is missed. The life is read before the word and, at a comparison, after it; a slot's owner writes it before it hands the
 * slot on. Changes are counted by each thread right after it has made them, so a count lacks one for each other thread at most, and as
 * many are added. In return, once in a long while a word is taken for one that came round whose slot was freed right before the read or
 * right after the comparison: then something may go free that does not follow from ABA, but nothing is charged that does.
 *
 * Where words carry births these of the slot are compared in place of the changes of the word: its owner writes them before it hands the slot on.
 */
export class CameRoundWitness implements StepWitness {
  readonly #words: Int32Array;
  readonly #geometry: Geometry;
  /** The words of the journals, and where the thread's begins. */
  readonly #journals: Int32Array;
  readonly #journal: number;
  /** By address how often the word was changed, by all threads together. */
  readonly #changes: Int32Array;
  /** By address what this thread knows of the word: bits, life, and changes by then, or the birth of its slot. */
  readonly #read: Int32Array;
  readonly #life: Int32Array;
  readonly #since: Int32Array;
  readonly #enough: number;
  /** True where words carry the birth of a slot. */
  readonly #isBirth: boolean;
  /** The time of the round before the comparison that is under way. */
  #time = 0;

  constructor(
    words: Int32Array,
    geometry: Geometry,
    changes: Int32Array,
    { journals, thread }: { readonly journals: Journals; readonly thread: number },
  ) {
    this.#words = words;
    this.#geometry = geometry;
    this.#changes = changes;
    this.#journals = journals.words;
    this.#journal = journals.of(thread);
    this.#read = new Int32Array(words.length);
    this.#life = new Int32Array(words.length);
    this.#since = new Int32Array(words.length);
    this.#isBirth = markOf(geometry).isBirth === true;
    const late = this.#isBirth ? 0 : journals.threads - 1;
    this.#enough = 2 ** words[H_TAG_BITS] - late;
  }

  compares(): void {
    this.#time = Atomics.load(this.#journals, TIME);
  }

  #note(): void {
    const words = this.#journals;
    if (words[this.#journal + J_CAME_ROUND_TIME] === 0)
      words[this.#journal + J_CAME_ROUND_TIME] = this.#time + 1;
  }

  follows(address: number): boolean {
    if (rootAt(this.#geometry, address) >= 0) return true;
    const { slotsBase, stride } = this.#geometry;
    return address >= slotsBase && (address - slotsBase) % stride === S_NEXT;
  }

  load(step: number, address: number): number {
    const card = cardOfStep(step);
    const looksAgain = card?.access === 'load' && card.validates !== undefined;
    if (looksAgain) this.compares();
    let word = Atomics.load(this.#words, address);
    for (;;) {
      const slot = slotAbout(this.#geometry, address, word);
      const age = this.#ageOf(address, slot);
      const life = this.#lifeOf(slot);
      const again = Atomics.load(this.#words, address);
      if (slotAbout(this.#geometry, address, again) !== slot) {
        word = again;
        continue;
      }
      if (looksAgain && again === this.#read[address]) {
        // The thread goes on with what it knows of the word.
        if (this.#cameRound(address, again)) {
          this.#journals[this.#journal + J_PASSED] = 1;
          this.#note();
        }
        return again;
      }
      this.#read[address] = again;
      this.#life[address] = life;
      this.#since[address] = age;
      return again;
    }
  }

  wrote(step: number, address: number, expected: number | null): void {
    const words = this.#journals;
    const isAsRead = expected !== null && expected === this.#read[address];
    // A word that came round does no harm where bits are all that is compared.
    if (isAsRead && words[this.#journal + J_CAME_ROUND] === 0 && cardOfStep(step)?.needsBitsOnly !== true) {
      if (this.#cameRound(address, expected)) {
        this.#note();
        words[this.#journal + J_CAME_ROUND_AT] = step;
        words[this.#journal + J_CAME_ROUND] = slotAbout(this.#geometry, address, expected);
      }
    }
    Atomics.add(this.#changes, address, 1);
  }

  #cameRound(address: number, word: number): boolean {
    const slot = slotAbout(this.#geometry, address, word);
    if (this.#lifeOf(slot) === this.#life[address]) return false;
    return ((this.#ageOf(address, slot) - this.#since[address]) | 0) >= this.#enough;
  }

  /** What has to grow by as much as a tag or a version can tell apart before a word comes round. */
  #ageOf(address: number, slot: number): number {
    const { slots } = this.#geometry;
    if (!this.#isBirth) return Atomics.load(this.#changes, address);
    return slot > slots ? 0 : Atomics.load(this.#words, this.#geometry.slot(slot, S_BIRTH));
  }

  /** A number that changes when a slot is taken from the free list, and when it is freed. */
  #lifeOf(slot: number): number {
    const { slots, slotsBase, stride } = this.#geometry;
    if (slot > slots) return 0;
    const base = slotsBase + slot * stride;
    const life = Atomics.load(this.#words, base + S_LIFE);
    return 2 * life + (Atomics.load(this.#words, base + S_STATE) === FREE ? 1 : 0);
  }
}
