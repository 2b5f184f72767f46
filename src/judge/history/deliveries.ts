import { inBatch, operationThat, pastOf, puts, structureCard, takes } from '../../laboratory/structures.ts';
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
  /** True if somebody has saved these, so that they stay as they are. */
  #isShared = false;

  constructor(geometry: Geometry, initial: readonly number[], show: (value: number) => string) {
    this.#show = show;
    const card = structureCard(geometry);
    this.#past = pastOf(card, operationThat(card, 'put'));
    for (const value of initial) count(this.#put, value);
  }

  /** What went in and came out until now, for `restore`. */
  save(): SavedDeliveries {
    this.#isShared = true;
    return { takes: this.#takes, put: this.#put, delivered: this.#delivered };
  }

  restore({ takes: taken, put, delivered }: SavedDeliveries): void {
    this.#isShared = true;
    this.#takes = taken;
    this.#put = put;
    this.#delivered = delivered;
  }

  invoked({ thread, name, argument }: InvokeRecord): void {
    this.#unshare();
    if (takes(name)) count(this.#takes, thread);
    if (puts(name) && argument !== null) count(this.#put, argument);
  }

  #unshare(): void {
    if (!this.#isShared) return;
    this.#takes = new Map(this.#takes);
    this.#put = new Map(this.#put);
    this.#delivered = new Map(this.#delivered);
    this.#isShared = false;
  }

  returned({ thread, name, outcome, value }: ReturnRecord): WrongAnswer | null {
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
}

function count(counts: Map<number, number>, what: number): number {
  const now = (counts.get(what) ?? 0) + 1;
  counts.set(what, now);
  return now;
}
