import { Audit } from '../../judge/audit/audit.ts';
import { type Belief, Beliefs } from '../../judge/damage/beliefs.ts';
import { freedReads } from '../../judge/damage/freed-reads.ts';
import type { Geometry } from '../../kernel/layout.ts';
import type { Lives } from '../../observe/lives.ts';
import { type Touched, touchedBy } from '../../observe/touched.ts';
import {
  recordOf,
  type InvokeRecord,
  type StepRecord,
  type Trace,
  type TraceEvent,
} from '../../observe/trace.ts';

/** A recorded run at one moment: the words after a step, the lives of the slots, and what each thread believes. */
export class Scene {
  /** The step that changed a word last, by address. */
  readonly changedBy: Map<number, StepRecord> = new Map<number, StepRecord>();
  /** The operation that each thread is in. */
  readonly current: Map<number, InvokeRecord> = new Map<number, InvokeRecord>();
  /** What operations have answered: `T1.op2`. */
  readonly answered: Map<string, string> = new Map<string, string>();
  readonly killed: Set<number> = new Set<number>();
  /** The words before the latest step. */
  before: Int32Array;
  readonly #trace: Trace;
  readonly #beliefs: Beliefs;
  readonly #records: readonly number[] | undefined;
  #audit: Audit | null = null;

  constructor(trace: Trace) {
    this.#trace = trace;
    this.#beliefs = new Beliefs(trace);
    this.#records = trace.header.records;
    this.before = this.words.slice();
  }

  get words(): Int32Array {
    return this.#beliefs.replay.words;
  }

  get geometry(): Geometry {
    return this.#beliefs.geometry;
  }

  get lives(): Lives {
    return this.#beliefs.lives;
  }

  /** The audit of this moment. */
  get audit(): Audit {
    this.#audit ??= new Audit(this.words.slice(), this.#beliefs.replay.recorded());
    return this.#audit;
  }

  /** The address of the record that a thread has. */
  recordOf(thread: number): number {
    return this.geometry.record(recordOf(this.#records, thread));
  }

  /** What a thread believes, in the order in which it came to. */
  beliefs(thread: number): readonly Belief[] {
    return this.#beliefs.of(thread);
  }

  belief(thread: number, variable: string): Belief | undefined {
    return this.beliefs(thread).findLast((each) => each.variable === variable);
  }

  /** In how many reads, up to this moment, a thread has looked at a slot whose life had ended. */
  freedReads(thread: number): number {
    return freedReads(this.#trace, this.#beliefs.replay.step).filter((step) => step.thread === thread).length;
  }

  /** What threads have touched of the slab up to this moment. */
  touched(): Touched {
    return touchedBy(this.#trace, this.geometry, this.#beliefs.replay.step);
  }

  /** The life of a slot at the time of a step, or 0, and whether it had not ended. */
  lifeAt(slot: number, step: number): { readonly life: number; readonly alive: boolean } {
    const lives = this.lives.biography(slot).filter(({ began }) => began.step < step || began.step === 0);
    const ended = lives.at(-1)?.ended ?? null;
    return { life: lives.length, alive: lives.length > 0 && (ended === null || ended.step >= step) };
  }

  /** Goes on to the next event, and takes note of it. */
  see(event: TraceEvent): void {
    switch (event.kind) {
      case 'invoke':
        this.current.set(event.thread, event);
        break;
      case 'step':
        this.before = this.words.slice();
        this.#beliefs.advance();
        this.#audit = null;
        if (event.before !== event.after) this.changedBy.set(event.address, event);
        break;
      case 'return':
        this.current.delete(event.thread);
        this.answered.set(`T${event.thread}.op${event.op}`, event.outcome);
        break;
      case 'stop':
        if (event.reason === 'killed') this.killed.add(event.thread);
        this.#audit = null;
        break;
    }
  }
}
