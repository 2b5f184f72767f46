import { type ControlledEngine, type Plain, readsIn, type Write, writesIn } from '../engines/controlled.ts';
import { labelOf } from '../laboratory/labels.ts';
import { DEAD, Geometry, R_STATUS } from '../kernel/layout.ts';
import type { Memory } from '../kernel/memory.ts';
import type { InvokeRecord, ReturnRecord, StepRecord, TraceEvent } from './trace.ts';

/** Someone who is told of every event, in order. The words are those after the event. */
export interface Observer {
  event(event: TraceEvent, words: Int32Array): void;
}

interface OpenOperation {
  readonly op: number;
  readonly name: string;
  readonly argument: number | null;
}

/** See `Recorder`. */
interface SavedRun {
  readonly events: number;
  readonly steps: number;
  readonly current: readonly (OpenOperation | null)[];
  readonly next: readonly (OpenOperation | null)[];
}

/**
 * Moves the threads of a controlled engine and writes down what happens. An operation counts as begun immediately before its first
 * step and as answered immediately after its last one, the latest and the earliest moment there is: so a history that is not
 * linearizable is not so under any reading.
 */
export class Recorder {
  readonly engine: ControlledEngine;
  readonly events: TraceEvent[] = [];
  readonly #start: Int32Array;
  readonly #observers: readonly Observer[];
  /** The operation that a thread is in, and the one that begins with its next step. */
  readonly #current: (OpenOperation | null)[];
  readonly #next: (OpenOperation | null)[];
  #steps = 0;

  constructor(engine: ControlledEngine, observers: readonly Observer[] = []) {
    this.engine = engine;
    this.#observers = observers;
    this.#current = Array.from({ length: engine.threads }, () => null);
    this.#next = [...this.#current];
    for (let thread = 1; thread <= engine.threads; thread++) {
      this.#after(thread, engine.prelude(thread));
    }
    this.#start = engine.words.slice();
  }

  /** How far the run has come, for `rewind`. */
  save(): SavedRun {
    const [current, next] = [this.#current.slice(), this.#next.slice()];
    return { events: this.events.length, steps: this.#steps, current, next };
  }

  /** The engine stands again where it stood: what came after that is forgotten. What was saved later is void then. */
  rewind({ events, steps, current, next }: SavedRun): void {
    this.events.length = events;
    this.#steps = steps;
    for (let i = 0; i < current.length; i++) {
      this.#current[i] = current[i];
      this.#next[i] = next[i];
    }
  }

  /** Words that were not 0 at the start, with what the threads wrote before their first step. */
  get initial(): readonly Write[] {
    return [...this.#start.entries()].filter(([, word]) => word !== 0);
  }

  get steps(): number {
    return this.#steps;
  }

  /** Lets a waiting thread make one step. */
  step(thread: number): StepRecord {
    const { step, access, address, first, second } = this.engine.pending(thread);
    this.#steps++;
    const next = this.#next[thread - 1];
    if (next) {
      this.#next[thread - 1] = null;
      this.#current[thread - 1] = next;
      this.#tell({ kind: 'invoke', step: this.#steps, thread, ...next } satisfies InvokeRecord);
    }
    const granted = this.engine.grant(thread);
    const { before, after, plain } = granted;
    const label = labelOf(step);
    const op = this.#current[thread - 1]?.op ?? 0;
    const writes = granted.writes ?? writesIn(plain);
    const reads = granted.reads ?? readsIn(plain);
    // A search makes very many of these, and a part that is spread into an object takes longer than the rest of it.
    const kind = 'step';
    const nth = this.#steps;
    const ok = before === first;
    const record: StepRecord =
      access === 'cas'
        ? // prettier-ignore
          { kind, step: nth, thread, op, label, access, address, before, after, expected: first, desired: second, ok, writes, reads }
        : { kind, step: nth, thread, op, label, access, address, before, after, writes, reads };
    this.#tell(record);
    this.#after(thread, plain);
    return record;
  }

  /** Ends a waiting thread for good, and marks its record as a dead thread's, which is the duty of the one that sees a worker die. */
  kill(thread: number): void {
    const before = labelOf(this.engine.pending(thread).step);
    this.engine.kill(thread);
    const { words } = this.engine;
    const status =
      new Geometry({ peek: (at: number) => words[at] } as Memory).record(this.engine.recordOf(thread)) +
      R_STATUS;
    Atomics.store(words, status, DEAD);
    const writes: Write[] = [[status, DEAD]];
    this.#tell({ kind: 'stop', step: this.#steps, thread, reason: 'killed', before, writes });
  }

  /** Nobody moves any more: threads that have not finished stand where they are. */
  finish(): void {
    for (let thread = 1; thread <= this.engine.threads; thread++) {
      const state = this.engine.state(thread);
      if (state === 'waiting') {
        const before = labelOf(this.engine.pending(thread).step);
        this.#tell({ kind: 'stop', step: this.#steps, thread, reason: 'stalled', before, writes: [] });
      } else if (state === 'hung' || state === 'crashed') {
        this.#tell({ kind: 'stop', step: this.#steps, thread, reason: state, before: null, writes: [] });
      }
    }
  }

  /** Takes note of operations that ended and began. One that began and ended without a step has both at once. */
  #after(thread: number, plain: readonly Plain[]): void {
    for (const each of plain) {
      if (each.kind === 'invoke') {
        const { op, name, argument } = each;
        if (each.now === true) {
          this.#current[thread - 1] = { op, name, argument };
          this.#tell({ kind: 'invoke', step: this.#steps, thread, op, name, argument });
        } else this.#next[thread - 1] = { op, name, argument };
      } else if (each.kind === 'return') {
        const begun = this.#next[thread - 1];
        if (begun) {
          this.#next[thread - 1] = null;
          this.#current[thread - 1] = begun;
          this.#tell({ kind: 'invoke', step: this.#steps, thread, ...begun });
        }
        const ended = this.#current[thread - 1];
        if (ended) this.#answered(thread, ended, each.outcome, each.value);
      }
    }
  }

  #answered(thread: number, { op, name }: OpenOperation, outcome: string, value: number): void {
    this.#current[thread - 1] = null;
    this.#tell({
      kind: 'return',
      step: this.#steps,
      thread,
      op,
      name,
      outcome,
      value: outcome === 'value' ? value : null,
    } satisfies ReturnRecord);
  }

  #tell(event: TraceEvent): void {
    this.events.push(event);
    const { words } = this.engine;
    for (let i = 0; i < this.#observers.length; i++) this.#observers[i].event(event, words);
  }
}
