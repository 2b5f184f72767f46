import { FREE_LIST_RING, H_FREE_LIST, H_ROOTS, LINE, ROOTS } from '../kernel/layout.ts';
import { recordOf, type StepRecord, type Trace, type Write } from './trace.ts';

/** One word that changed. */
export interface ChangedWord {
  readonly address: number;
  readonly from: number;
  readonly to: number;
  /** True for a plain write, false for the access that the step is named after. */
  readonly plain: boolean;
}

/** What a recording knows of a moment, and the words do not say; threads are told by the numbers of their records. */
export interface Recorded {
  /** The position that each thread has taken last from a free list that is a ring. */
  readonly drawn: ReadonlyMap<number, number>;
  /** The thread that made a step with a record last, where it has another number than the record. */
  readonly threads: ReadonlyMap<number, number>;
  /** Those that are inside an operation. By the words an operation begins before its first step, as soon as the one before it has ended. */
  readonly inside: ReadonlySet<number>;
}

/**
 * The words of a recorded run, from the start of the recording on, one step at a time. A step takes effect with the plain writes that
 * its thread made before its next step, in their order, and then with what was written in the stead of threads that were stopped
 * right after it.
 */
export class WordsReplay {
  /** The words as they are after `step`. They change as the replay advances: take a copy to keep them. */
  readonly words: Int32Array;
  /**
   * The position that each thread has taken last from a free list that is a ring, by the number of its record: the thread knows it, and the words
   * do not say it.
   */
  readonly drawn: Map<number, number> = new Map<number, number>();
  readonly #threads = new Map<number, number>();
  readonly #inside = new Set<number>();
  readonly #steps: readonly StepRecord[];
  readonly #records: readonly number[] | undefined;
  /** The address of the Head of such a free list; -1 of a stack. */
  readonly #drawsFrom: number;
  /** What was written for threads that were stopped, by the number of the step before. */
  readonly #stops = new Map<number, Write[]>();
  /** The steps with which an operation is answered. */
  readonly #answered = new Set<number>();
  #done = 0;

  constructor(trace: Trace) {
    this.words = new Int32Array(trace.header.words);
    for (const [address, value] of trace.header.initial) this.words[address] = value;
    const isRing = this.words[H_FREE_LIST] === FREE_LIST_RING;
    this.#drawsFrom = isRing ? ROOTS + this.words[H_ROOTS] * LINE : -1;
    this.#records = trace.header.records;
    this.#steps = trace.events.filter((event) => event.kind === 'step');
    for (const event of trace.events) {
      if (event.kind === 'return') this.#answered.add(event.step);
      if (event.kind === 'stop' && event.writes.length > 0)
        this.#stops.set(event.step, [...(this.#stops.get(event.step) ?? []), ...event.writes]);
    }
    for (const [address, value] of this.#stops.get(0) ?? []) this.words[address] = value;
  }

  /** The number of the last step that has been made; 0 before the first. */
  get step(): number {
    return this.#done === 0 ? 0 : this.#steps[this.#done - 1].step;
  }

  /**
   * Makes the next step and returns it, or null at the end of the recording. `changed` is called after each word that changed, while
   * `words` are as they were at that instant.
   */
  advance(changed: (change: ChangedWord, step: StepRecord) => void = () => {}): StepRecord | null {
    const step = this.#steps[this.#done];
    if (step === undefined) return null;
    this.#done++;
    const write = (address: number, to: number, plain: boolean): void => {
      const from = this.words[address];
      if (from === to) return;
      this.words[address] = to;
      changed({ address, from, to, plain }, step);
    };
    this.#noteThread(step);
    write(step.address, step.after, false);
    for (const [address, value] of step.writes) write(address, value, true);
    for (const [address, value] of this.#stops.get(step.step) ?? []) write(address, value, true);
    return step;
  }

  /** What is known of this moment beside the words; it stays as it is when the replay goes on. */
  recorded(): Recorded {
    return { drawn: new Map(this.drawn), threads: new Map(this.#threads), inside: new Set(this.#inside) };
  }

  #noteThread(step: StepRecord): void {
    const record = recordOf(this.#records, step.thread);
    if (step.address === this.#drawsFrom && step.access === 'add') this.drawn.set(record, step.before);
    if (record === step.thread) this.#threads.delete(record);
    else this.#threads.set(record, step.thread);
    if (step.op === 0 || this.#answered.has(step.step)) this.#inside.delete(record);
    else this.#inside.add(record);
  }

  /** Advances until step number `step` has been made, or to the end. */
  to(step: number): this {
    while (this.#done < this.#steps.length && this.#steps[this.#done].step <= step) this.advance();
    return this;
  }
}

/** The words after a step of a recorded run; step 0 is the start. For many steps in turn, advance one WordsReplay. */
export function wordsAt(trace: Trace, step: number): Int32Array {
  return new WordsReplay(trace).to(step).words;
}

/** What a recorded run knows beside the words at its end. */
export function recordedIn(trace: Trace): Recorded {
  return new WordsReplay(trace).to(Infinity).recorded();
}
