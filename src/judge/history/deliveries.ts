import { inBatch, operationThat, pastOf, puts, structureCard, takes } from '../../laboratory/structures.ts';
import type { Contract } from '../../kernel/structure-card.ts';
import type { Geometry } from '../../kernel/layout.ts';
import type { DamageKind, InvokeRecord, ReturnRecord } from '../../observe/trace.ts';

/** What is wrong with an answer: a sentence without its full stop. */
export interface WrongAnswer {
  readonly kind: DamageKind;
  readonly note: string;
}

/** See `Deliveries`. What is in it stays as it is. */
export interface SavedDeliveries {
  readonly takes: Map<number, number>;
  readonly put: Map<number, number>;
  readonly delivered: Map<number, number>;
  readonly called: Map<number, Called>;
}

/** A call whose answer is held against the words right before its first step. */
interface Called {
  readonly argument: number | null;
  readonly before: Int32Array;
}

/** What answers are held against. */
interface Expected {
  /** The values inside at the start. */
  readonly initial: readonly number[];
  readonly show: (value: number) => string;
  readonly contracts?: Readonly<Record<string, Contract>> | undefined;
}

/** Which values went in and came out, and what each answer shows by itself. */
export class Deliveries {
  readonly #show: (value: number) => string;
  /** What is done to a value that goes in: `enqueued`. */
  readonly #past: string;
  /** By thread how many operations it has begun that take a value out. */
  #takes = new Map<number, number>();
  /** By value. */
  #put = new Map<number, number>();
  #delivered = new Map<number, number>();
  /** By thread the call that it is in. */
  #called = new Map<number, Called>();
  readonly #contracts: ReadonlyMap<string, Contract>;
  /** True if somebody has saved these, so that they stay as they are. */
  #isShared = false;

  constructor(geometry: Geometry, { initial, show, contracts = {} }: Expected) {
    this.#show = show;
    this.#contracts = new Map(Object.entries(contracts));
    const card = structureCard(geometry);
    this.#past = pastOf(card, operationThat(card, 'put'));
    for (const value of initial) count(this.#put, value);
  }

  /** What went in and came out until now, for `restore`. */
  save(): SavedDeliveries {
    this.#isShared = true;
    return { takes: this.#takes, put: this.#put, delivered: this.#delivered, called: this.#called };
  }

  restore({ takes: taken, put, delivered, called }: SavedDeliveries): void {
    this.#isShared = true;
    this.#takes = taken;
    this.#put = put;
    this.#delivered = delivered;
    this.#called = called;
  }

  /** @param words right before the first step of the call */
  invoked({ thread, name, argument }: InvokeRecord, words: Int32Array): void {
    this.#unshare();
    const contract = this.#contracts.get(name);
    if (contract !== undefined && 'ofWords' in contract)
      this.#called.set(thread, { argument, before: words.slice() });
    if (takes(name)) count(this.#takes, thread);
    if (puts(name) && argument !== null) count(this.#put, argument);
  }

  #unshare(): void {
    if (!this.#isShared) return;
    this.#takes = new Map(this.#takes);
    this.#put = new Map(this.#put);
    this.#delivered = new Map(this.#delivered);
    this.#called = new Map(this.#called);
    this.#isShared = false;
  }

  /** @param words right after the last step of the call */
  returned(record: ReturnRecord, words: Int32Array): WrongAnswer | null {
    const { thread, name, outcome, value } = record;
    const contract = this.#contracts.get(name);
    if (contract !== undefined) return this.#broken(contract, record, words);
    const batch = inBatch(name);
    // A batch is told itself only if its count is not what it did.
    if (batch !== undefined) {
      const { does, past } = batch;
      return {
        kind: does === 'put' ? 'false full' : 'lost value',
        note: `T${thread}'s ${name} answers that it ${past} ${value}, which is not how many it ${past}`,
      };
    }
    if (!takes(name) || outcome !== 'value' || value === null) return null;
    this.#unshare();
    const delivered = count(this.#delivered, value);
    const put = this.#put.get(value) ?? 0;
    if (delivered <= put) return null;
    const show = this.#show(value);
    const by = `T${thread} ${name}#${this.#takes.get(thread)}`;
    return put === 0
      ? { kind: 'value from nowhere', note: `${by} delivered ${show}, which nobody had ${this.#past}` }
      : { kind: 'duplicate value', note: `${show} is delivered a second time, by ${by}` };
  }

  /** What is wrong by its contract with the answer of an operation of a variant. One that an exception has ended has not answered. */
  #broken(
    contract: Contract,
    { thread, name, outcome, value }: ReturnRecord,
    words: Int32Array,
  ): WrongAnswer | null {
    const called = this.#called.get(thread);
    let wrong: string | null = null;
    if ('onlyDone' in contract && outcome !== 'done') wrong = 'it has nothing to answer but that it is done';
    if ('ofWords' in contract && called !== undefined)
      wrong = contract.ofWords({ ...called, outcome, value, after: words.slice() });
    if (wrong === null || outcome === 'threw') return null;
    return { kind: 'false answer', note: `T${thread} ${name} answered ${value ?? outcome}, but ${wrong}` };
  }
}

function count(counts: Map<number, number>, what: number): number {
  const now = (counts.get(what) ?? 0) + 1;
  counts.set(what, now);
  return now;
}
