import { inBatch, operationThat, pastOf, puts, structureCard, takes } from '../../laboratory/structures.ts';
import type { Geometry } from '../../kernel/layout.ts';
import type { DamageKind, InvokeRecord, ReturnRecord } from '../../observe/trace.ts';

/** What is wrong with an answer: a sentence without its full stop. */
export interface WrongAnswer {
  readonly kind: DamageKind;
  readonly note: string;
}

/** See `Deliveries`. */
export interface SavedDeliveries {
  readonly takes: readonly number[];
  readonly put: ReadonlyMap<number, number>;
  readonly delivered: ReadonlyMap<number, number>;
}

/** Which values went in and came out, and what each answer shows by itself. */
export class Deliveries {
  readonly #show: (value: number) => string;
  /** What is done to a value that goes in: `enqueued`. */
  readonly #past: string;
  /** How many operations that take a value out each thread has begun. */
  #takes: number[] = [];
  #put = new Map<number, number>();
  #delivered = new Map<number, number>();

  constructor(geometry: Geometry, initial: readonly number[], show: (value: number) => string) {
    this.#show = show;
    const card = structureCard(geometry);
    this.#past = pastOf(card, operationThat(card, 'put'));
    for (const value of initial) count(this.#put, value);
  }

  /** What went in and came out until now, for `restore`. */
  save(): SavedDeliveries {
    return { takes: this.#takes.slice(), put: new Map(this.#put), delivered: new Map(this.#delivered) };
  }

  restore({ takes: taken, put, delivered }: SavedDeliveries): void {
    this.#takes = taken.slice();
    this.#put = new Map(put);
    this.#delivered = new Map(delivered);
  }

  invoked({ thread, name, argument }: InvokeRecord): void {
    if (takes(name)) this.#takes[thread] = (this.#takes[thread] ?? 0) + 1;
    if (puts(name) && argument !== null) count(this.#put, argument);
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
    const delivered = count(this.#delivered, value);
    const put = this.#put.get(value) ?? 0;
    if (delivered <= put) return null;
    const show = this.#show(value);
    const by = `T${thread} ${name}#${this.#takes[thread]}`;
    return put === 0
      ? { kind: 'value from nowhere', note: `${by} delivered ${show}, which nobody had ${this.#past}` }
      : { kind: 'duplicate value', note: `${show} is delivered a second time, by ${by}` };
  }
}

function count(counts: Map<number, number>, value: number): number {
  const now = (counts.get(value) ?? 0) + 1;
  counts.set(value, now);
  return now;
}
