import { InternalError } from '../errors.ts';
import { answerTo, type Custom, type Request, wordAfter, writes } from '../model/request.ts';
import type { ThreadMemory } from '../model/thread-memory.ts';
import type { Element } from './element.ts';
import type { WaitResult } from './types.ts';
import type { WordLayout } from './word-layout.ts';

/** A step that finds this often in a row what it has found before, and changes nothing, is in a loop that waits. */
const MOST_REPEATED = 1000;
/** Accesses of one step at most. */
const MOST_ACCESSES = 5000;

/**
 * Code of a thread that is run as one step: from its beginning to where it sleeps, or to its end. No other thread moves in between, so
 * its accesses are plain ones behind the step with which it begins; and they count as atomic.
 *
 * Where it would sleep, and has left all words as they were, the step is not made at all: it is blocked until the code can go on. So a
 * lock is waited for, and no failed attempt is an execution of its own. Where it has changed words, as a wait on a condition has
 * that gives a lock back, it falls asleep, and once it is woken what it does then is the next step. A loop that looks again and again is
 * the same: no other thread moves meanwhile, so it would go on forever.
 */
export class AtOnce {
  readonly #memory: ThreadMemory;
  readonly #layout: WordLayout;
  /** The thread's own word, which is 1 while it sleeps. */
  readonly #sleeper: number;
  /** The number of what is run. */
  readonly #name: number;
  /** By word what it was when the step began, and what it is now, of those that were touched. */
  readonly #first = new Map<number, number>();
  readonly #now = new Map<number, number>();
  #accesses = 0;
  #repeated = 0;

  constructor(memory: ThreadMemory, layout: WordLayout, sleeper: number, name: number) {
    this.#memory = memory;
    this.#layout = layout;
    this.#sleeper = sleeper;
    this.#name = name;
  }

  /** A step begins. @param list 0, or the list on which the thread sleeps until then */
  begin(list = 0): void {
    this.#first.clear();
    this.#now.clear();
    this.#accesses = 0;
    this.#repeated = 0;
    this.#memory.ask(0, 'begin', this.#sleeper, this.#name, list);
  }

  get #hasChanged(): boolean {
    return [...this.#now].some(([address, word]) => word !== this.#first.get(address));
  }

  #peek(address: number): number {
    if (++this.#accesses > MOST_ACCESSES) this.#tooMany();
    if (++this.#repeated > MOST_REPEATED) this.#goRound();
    const word = this.#memory.peek(address, true);
    if (!this.#first.has(address)) {
      this.#first.set(address, word);
      this.#repeated = 0;
    }
    this.#now.set(address, word);
    return word;
  }

  #poke(address: number, word: number): void {
    // What it was tells whether the step has changed it.
    if (!this.#first.has(address)) this.#peek(address);
    if (this.#now.get(address) !== word) this.#repeated = 0;
    this.#memory.poke(address, word, true);
    this.#now.set(address, word);
  }

  /** A loop that waits: where it has changed nothing, the step is not made; else the loop is the next one. */
  #goRound(): void {
    if (!this.#hasChanged) this.#retry();
    this.begin();
  }

  #tooMany(): never {
    return this.#memory.refuse(
      `${this.#layout.names.valueOf(this.#name)} is to be one step, and makes more than ${MOST_ACCESSES} accesses of shared memory: leave it out of what is done at once.`,
    );
  }

  /** The step is not made: it would wait. */
  #retry(): never {
    this.#memory.ask(0, 'retry', this.#sleeper, this.#name, 0);
    throw new InternalError('A thread went on where it was to wait.');
  }

  read({ address, custom }: Element): number {
    if (custom === null) return this.#peek(address);
    return custom.joined(custom.addresses.map((each) => this.#peek(each)));
  }

  write({ address, custom }: Element, word: number): void {
    if (custom === null) this.#poke(address, word);
    else for (const [i, part] of custom.split(word).entries()) this.#poke(custom.addresses[i], part);
  }

  /** What a step of this kind would do, and answer. */
  access(
    access: Request['access'],
    element: Element,
    first: number,
    second: number,
    custom: Custom | null,
  ): number {
    const request = { step: 0, access, address: element.address, first, second, custom };
    const before = this.read(element);
    if (writes(request, before)) this.write(element, wordAfter(request, before));
    return answerTo(request, before);
  }

  wait(element: Element, expected: number, timeout: number, isTimed: boolean): WaitResult {
    if (this.read(element) !== expected) return 'not-equal';
    if (timeout <= 0) return 'timed-out';
    if (!isTimed && !this.#hasChanged) return this.#retry();
    const list = this.#layout.listOf(element.address);
    this.#setSleepers(list, [...this.#sleepersOn(list), this.#sleeper]);
    this.#poke(this.#sleeper, 1);
    this.begin(list);
    if (this.#peek(this.#sleeper) === 0) return 'ok';
    if (!isTimed) return this.#retry();
    this.#poke(this.#sleeper, 0);
    this.#setSleepers(
      list,
      this.#sleepersOn(list).filter((sleeper) => sleeper !== this.#sleeper),
    );
    return 'timed-out';
  }

  /** Wakes those who sleep on a word, the first ones of them, and says how many those were. */
  notify({ address }: Element, most: number): number {
    const list = this.#layout.listOf(address);
    const sleepers = this.#sleepersOn(list);
    const woken = sleepers.slice(0, most);
    if (woken.length === 0) return 0;
    this.#setSleepers(list, sleepers.slice(woken.length));
    for (const sleeper of woken) this.#poke(sleeper, 0);
    return woken.length;
  }

  #sleepersOn(list: number): readonly number[] {
    return this.#layout.lists.valueOf(this.#peek(list));
  }

  #setSleepers(list: number, sleepers: readonly number[]): void {
    this.#poke(list, this.#layout.lists.numberOf(sleepers));
  }
}
