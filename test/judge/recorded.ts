import { assemble } from '../../src/laboratory/participant.ts';
import type { Participant } from '../../src/laboratory/participant-view.ts';
import type { Variant } from '../../src/laboratory/variant.ts';
import type { Access } from '../../src/engines/controlled.ts';
import { chooseScheme, type SchemeChoice } from '../../src/laboratory/registry.ts';
import { attachWords, createBuffer, type GeometryOptions } from '../../src/laboratory/shared.ts';
import { labelOf } from '../../src/laboratory/labels.ts';
import { Memory } from '../../src/kernel/memory.ts';
import {
  type StepRecord,
  type Trace,
  type TraceEvent,
  type Write,
  TRACE_VERSION,
} from '../../src/observe/trace.ts';

type Mutable = Omit<StepRecord, 'writes'> & { readonly writes: Write[] };

/** One thread's memory: plain words, every step written down. */
class RecordingMemory extends Memory {
  readonly lab: RecordedLab;
  readonly thread: number;
  last: Mutable | null = null;

  constructor(lab: RecordedLab, thread: number) {
    super();
    this.lab = lab;
    this.thread = thread;
  }

  #step(step: number, access: Access, address: number, change: (before: number) => number): number {
    const label = labelOf(step);
    const pause = this.lab.pauses.get(`T${this.thread}@${label}`);
    if (pause !== undefined) {
      this.lab.pauses.delete(`T${this.thread}@${label}`);
      pause();
    }
    const { words, events } = this.lab;
    const before = words[address];
    const after = change(before) | 0;
    words[address] = after;
    const op = this.lab.operations[this.thread - 1];
    this.last = {
      kind: 'step',
      step: events.filter(({ kind }) => kind === 'step').length + 1,
      thread: this.thread,
      op,
      label,
      access,
      address,
      before,
      after,
      writes: [],
      reads: [],
    };
    events.push(this.last);
    return before;
  }

  load(step: number, address: number): number {
    return this.#step(step, 'load', address, (before) => before);
  }
  store(step: number, address: number, value: number): void {
    this.#step(step, 'store', address, () => value);
  }
  cas(step: number, address: number, expected: number, desired: number): boolean {
    return (
      this.#step(step, 'cas', address, (before) => (before === expected ? desired : before)) === expected
    );
  }
  exchange(step: number, address: number, value: number): number {
    return this.#step(step, 'exchange', address, () => value);
  }
  add(step: number, address: number, value: number): number {
    return this.#step(step, 'add', address, (before) => before + value);
  }
  or(step: number, address: number, bits: number): number {
    return this.#step(step, 'or', address, (before) => before | bits);
  }
  peek(address: number): number {
    return this.lab.words[address];
  }
  poke(address: number, value: number): void {
    this.lab.words[address] = value;
    // Before a thread's first step its plain writes belong to the start of the recording, as the recorder of the lab has it.
    if (this.last === null) this.lab.initial[address] = value;
    else this.last.writes.push([address, value]);
  }
}

/**
 * The kernel's own threads in one isolate, recorded. A thread is preempted by `pause`: what it is given runs just before the step,
 * within the operation of the thread that makes it.
 */
export class RecordedLab {
  readonly words: Int32Array;
  readonly initial: Int32Array;
  readonly events: TraceEvent[] = [];
  readonly pauses: Map<string, () => void> = new Map<string, () => void>();
  readonly operations: number[];
  readonly threads: readonly Participant[];
  readonly scheme: string;

  private constructor(options: GeometryOptions, choice: SchemeChoice, variant: Variant) {
    this.words = attachWords(createBuffer(options, choice));
    this.initial = this.words.slice();
    this.scheme = choice.spec;
    this.operations = Array.from({ length: options.threads }, () => 0);
    this.threads = this.operations.map((_, i) =>
      assemble(new RecordingMemory(this, i + 1), i + 1, choice.scheme, variant),
    );
  }

  static async make(scheme: string, options: GeometryOptions, variant: Variant = {}): Promise<RecordedLab> {
    return new RecordedLab(options, await chooseScheme(scheme), variant);
  }

  /** The next passing of a point such as `T1@D13` runs this first. */
  pause(point: string, run: () => void): void {
    this.pauses.set(point, run);
  }

  enqueue(thread: number, value: number): boolean {
    return this.#operation(thread, 'enqueue', value, (own) => own.queue.enqueue(value)) === 1;
  }

  dequeue(thread: number): number | null {
    const answer = this.#operation(thread, 'dequeue', null, (own) => own.queue.dequeue());
    return answer === 1 ? this.threads[thread - 1].queue.result() : null;
  }

  /** Any other thing that a thread does, outside of operations. */
  act<T>(thread: number, act: (own: Participant) => T): T {
    return act(this.threads[thread - 1]);
  }

  #operation(
    thread: number,
    name: string,
    argument: number | null,
    run: (own: Participant) => number,
  ): number {
    const step = this.events.filter(({ kind }) => kind === 'step').length + 1;
    this.operations[thread - 1]++;
    this.events.push({ kind: 'invoke', step, thread, op: this.operations[thread - 1], name, argument });
    return run(this.threads[thread - 1]);
  }

  trace(): Trace {
    const { slots, stride, threads } = this.threads[0].geometry;
    return {
      header: {
        kind: 'trace',
        v: TRACE_VERSION,
        subject: 'a test',
        scheme: this.scheme,
        slots,
        stride,
        threads,
        tagBits: this.threads[0].geometry.link.tagBits,
        schedule: '',
        words: this.words.length,
        initial: [...this.initial.entries()].filter(([, word]) => word !== 0),
      },
      events: this.events,
      verdict: null,
    };
  }
}

/** Runs the schedule of OUTPUT.md: T1 is stopped one compare-and-swap from the end of its dequeue, and Head comes back to slot 1. */
export async function abaDequeue(scheme: string): Promise<RecordedLab> {
  const lab = await RecordedLab.make(scheme, { slots: 6, threads: 2, initial: [100, 200] });
  lab.pause('T1@D13', () => {
    lab.dequeue(2);
    lab.enqueue(2, 300);
    lab.dequeue(2);
    lab.dequeue(2);
  });
  lab.dequeue(1);
  return lab;
}

/**
 * The phantom write: T1's clean-up step on slot 3 comes when the slot lives again, as a node in the middle of the queue. Free list and
 * queue are then: Head 4 -> 3, and 2 -> 1 behind the cut.
 */
export async function phantomWrite(): Promise<RecordedLab> {
  const lab = await RecordedLab.make('naive', { slots: 8, threads: 2, initial: [1, 2, 3] });
  for (let i = 0; i < 3; i++) lab.dequeue(2);
  for (const value of [4, 5, 6]) lab.enqueue(2, value);
  lab.act(1, ({ memory, geometry }) => memory.store(200, geometry.slot(3, 0), 0));
  return lab;
}
