import { getHeapStatistics } from 'node:v8';
import { InternalError } from '../errors.ts';
import { fitting } from '../host/worker-data.ts';
import type { Batch } from '../laboratory/batch.ts';
import { Random } from '../random.ts';
import { type ControlBlock, STOP } from '../threads/control-block.ts';
import {
  AGED,
  COLLECTED,
  FREED,
  DRAIN,
  F_DEQUEUED,
  F_EMPTY,
  F_END,
  F_ENQUEUED,
  F_FULL,
  F_HEAP,
  F_ADVANCES,
  F_RESTARTS,
  F_SCANS,
  F_START,
  F_SUM_IN,
  F_SUM_OUT,
  F_UNCHANGED,
  Figures,
  FILL,
  L_LENGTH,
  L_PEAK,
  MODE,
  type Mode,
  nanoseconds,
  QUOTA,
  SAMPLED,
  TIMED,
} from './figures.ts';
import {
  BENCH_JOB,
  type BenchTask,
  CHANGED,
  type Handle,
  type HandleOpener,
  INSERT,
  LOOK_UP,
  NOTHING,
  onKey,
  Payloads,
  REFUSED,
  REMOVE,
} from './handle.ts';
import type { Histogram } from './histogram.ts';
import { SampledHandle, TimedHandle } from './watched-handles.ts';
import { isProducer, Thinker, WORKLOADS } from './workloads.ts';

const MOST_VALUE = 2 ** 30 - 1;
/** After this many refusals a thread rests, if it rests at all. */
const PATIENCE = 256;
const REST_MS = 0.05;

/** A thread at work: its operations are the hot path, and everything else happens before and after a round. */
class BenchWorker {
  readonly thread: number;
  readonly random: Random;
  readonly puts: boolean;
  /** The words of the control block. */
  readonly #control: Int32Array;
  readonly #figures: Figures;
  readonly #task: BenchTask;
  readonly #plain: readonly Handle[];
  #handles: readonly Handle[];
  readonly #thinker: Thinker | null;
  readonly #payloads: Payloads | null;
  readonly #idle = new Int32Array(new SharedArrayBuffer(4));
  #quota = 0;
  #next: number;
  #enqueued = 0;
  #dequeued = 0;
  #full = 0;
  #empty = 0;
  #sumIn = 0;
  #sumOut = 0;
  #unchanged = 0;

  constructor(
    thread: number,
    control: ControlBlock,
    figures: Figures,
    handles: readonly Handle[],
    task: BenchTask,
    payloads: SharedArrayBuffer | null,
  ) {
    this.thread = thread;
    this.random = new Random(task.seed, 2 * thread);
    this.#thinker = task.think ? new Thinker(new Random(task.seed, 2 * thread + 1)) : null;
    this.#control = control.words;
    this.#figures = figures;
    this.#task = task;
    this.#plain = handles;
    this.#handles = handles;
    this.puts = isProducer(thread, task.roles);
    this.#payloads = payloads === null ? null : new Payloads(payloads, thread, task.payload);
    this.#next = this.#payloads === null ? (thread - 1) << 20 : this.#payloads.first;
  }

  /** False once the round is to end. */
  goesOn(): boolean {
    return (
      Atomics.load(this.#control, STOP) === 0 &&
      this.#enqueued + this.#dequeued + this.#unchanged < this.#quota
    );
  }

  /** Enqueues a value. False if the queue was full. */
  put(queue: number): boolean {
    const value = this.#next;
    if (this.#payloads !== null) this.#payloads.write(value);
    const done = this.#handles[queue].enqueue(value);
    if (done) {
      this.#next = this.#payloads === null ? (value + 1) & MOST_VALUE : this.#payloads.after(value);
      this.#enqueued++;
      this.#sumIn = (this.#sumIn + value) | 0;
    } else {
      this.#full++;
      if (this.#task.exhausts) Atomics.store(this.#control, STOP, 1);
      this.#refused(this.#full);
    }
    if (this.#thinker !== null) this.#thinker.think();
    return done;
  }

  /** Dequeues a value. False if there was none. */
  take(queue: number): boolean {
    const value = this.#handles[queue].dequeue();
    const done = value !== NOTHING;
    if (done) {
      if (this.#payloads !== null) this.#payloads.read(value);
      this.#dequeued++;
      this.#sumOut = (this.#sumOut + value) | 0;
    } else {
      this.#empty++;
      this.#refused(this.#empty);
    }
    if (this.#thinker !== null) this.#thinker.think();
    return done;
  }

  /** Enqueues this many values with one call, until the queue is full. */
  putMany(queue: number, count: number): void {
    const batch = this.#batchOf(queue);
    const { values } = batch;
    const first = this.#next;
    for (let i = 0; i < count; i++) values[i] = (first + i) & MOST_VALUE;
    const done = batch.putMany(count);
    for (let i = 0; i < done; i++) this.#sumIn = (this.#sumIn + ((first + i) & MOST_VALUE)) | 0;
    this.#next = (first + done) & MOST_VALUE;
    this.#enqueued += done;
    if (batch.chained === true ? done === 0 : done < count) {
      this.#full++;
      if (this.#task.exhausts) Atomics.store(this.#control, STOP, 1);
      this.#refused(this.#full);
    }
    if (this.#thinker !== null) this.#thinker.think();
  }

  /** Dequeues up to this many values with one call. */
  takeMany(queue: number, count: number): void {
    const batch = this.#batchOf(queue);
    const { values } = batch;
    const done = batch.takeMany(count);
    for (let i = 0; i < done; i++) this.#sumOut = (this.#sumOut + values[i]) | 0;
    this.#dequeued += done;
    if (batch.chained === true ? done === 0 : done < count) {
      this.#empty++;
      this.#refused(this.#empty);
    }
    if (this.#thinker !== null) this.#thinker.think();
  }

  change(isPut: boolean, from = 0, to = 1): void {
    this.#make(isPut ? INSERT : REMOVE, this.#keyBetween(from, to));
  }

  lookUp(from = 0, to = 1): void {
    this.#make(LOOK_UP, this.#keyBetween(from, to));
  }

  #keyBetween(from: number, to: number): number {
    const { keys } = this.#task;
    return Math.floor(keys * from) + this.random.below(Math.max(1, Math.floor(keys * (to - from))));
  }

  rejoin(): void {
    for (const handle of this.#plain) handle.rejoin?.();
  }

  /** An operation on a key. */
  #make(operation: typeof INSERT | typeof REMOVE | typeof LOOK_UP, key: number): void {
    const came = onKey(this.#handles[0], operation, key);
    if (came === REFUSED) {
      this.#full++;
      if (this.#task.exhausts) Atomics.store(this.#control, STOP, 1);
      this.#refused(this.#full);
    } else if (came !== CHANGED) this.#unchanged++;
    else if (operation === INSERT) {
      this.#enqueued++;
      this.#sumIn = (this.#sumIn + key) | 0;
    } else {
      this.#dequeued++;
      this.#sumOut = (this.#sumOut + key) | 0;
    }
    if (this.#thinker !== null) this.#thinker.think();
  }

  #batchOf(queue: number): Batch {
    const { batch } = this.#handles[queue];
    if (!batch) throw new InternalError('This contender makes its operations one by one.');
    return batch;
  }

  #refused(times: number): void {
    if (!this.#task.rests || times % PATIENCE !== 0) return;
    this.#goOffline();
    Atomics.wait(this.#idle, 0, 0, REST_MS);
  }

  /** This thread waits, and nobody has to wait for it. */
  #goOffline(): void {
    for (const handle of this.#plain) handle.offline?.();
  }

  /** One round, from its start to its end. */
  work(): void {
    const mode = this.#figures.words[MODE] as Mode;
    const turn = this.#turn();
    this.#begin(mode);
    const counts = this.#figures.counts(this.thread);
    const before = COUNTED_CALLS.map((name) => this.#counted(name));
    const { used_heap_size: heap } = getHeapStatistics();
    counts[F_START] = nanoseconds();
    if (mode === FILL) this.#fill();
    else if (mode === DRAIN) this.#drain();
    else while (this.goesOn()) turn(this);
    counts[F_END] = nanoseconds();
    this.#goOffline();
    counts[F_HEAP] = getHeapStatistics().used_heap_size - heap;
    counts[F_ENQUEUED] = this.#enqueued;
    counts[F_DEQUEUED] = this.#dequeued;
    counts[F_FULL] = this.#full;
    counts[F_EMPTY] = this.#empty;
    counts[F_SUM_IN] = this.#sumIn;
    counts[F_SUM_OUT] = this.#sumOut;
    counts[F_UNCHANGED] = this.#unchanged;
    const made = COUNTED_CALLS.map((name, i) => this.#counted(name) - before[i]);
    [counts[F_RESTARTS], counts[F_SCANS], counts[F_ADVANCES]] = made;
  }

  /** NaN if nobody can tell. */
  #counted(name: (typeof COUNTED_CALLS)[number]): number {
    return this.#handles.reduce((sum, handle) => sum + (handle[name]?.() ?? NaN), 0);
  }

  #turn(): (worker: BenchWorker) => void {
    const { turn, batchedTurn } = WORKLOADS[this.#task.workload];
    return this.#task.batched && batchedTurn !== null ? batchedTurn : turn;
  }

  #begin(mode: Mode): void {
    this.#enqueued =
      this.#dequeued =
      this.#full =
      this.#empty =
      this.#sumIn =
      this.#sumOut =
      this.#unchanged =
        0;
    this.#quota = this.#figures.words[QUOTA];
    this.#handles = this.#plain;
    if (mode === TIMED || mode === AGED || mode === FREED || mode === COLLECTED) {
      const histogram = this.#figures.histogram(this.thread);
      histogram.words.fill(0);
      this.#handles = this.#plain.map((handle) =>
        mode === TIMED ? new TimedHandle(handle, histogram) : (viewIn(mode, handle, histogram) ?? handle),
      );
    }
    if (mode === SAMPLED) {
      const log = this.#figures.log(this.thread);
      log[L_LENGTH] = log[L_PEAK] = 0;
      this.#handles = this.#plain.map((handle) => new SampledHandle(handle, log, this.random));
    }
  }

  #fill(): void {
    if (this.thread !== 1) return;
    if (this.#task.keys > 0) this.#fillSet(this.#quota);
    else while (this.goesOn()) this.put(0);
  }

  /** Puts in this many keys, at equal distances; the largest first, since each is at the front of an ordered list then. */
  #fillSet(count: number): void {
    for (let i = count - 1; i >= 0; i--) this.#make(INSERT, Math.floor((i * this.#task.keys) / count));
  }

  #drain(): void {
    for (let key = 0; key < this.#task.keys; key++) this.#make(REMOVE, key);
    if (this.#task.keys > 0) return;
    const { workload, roles } = this.#task;
    for (const queue of this.#handles.keys())
      if (WORKLOADS[workload].consumes(this.thread, queue, roles)) while (this.take(queue));
  }
}

/** What a handle may count beside its operations, in the order of F_RESTARTS, F_SCANS and F_ADVANCES. */
const COUNTED_CALLS = ['restarts', 'scans', 'advances'] as const;

/** A handle that looks at what the mode is about; nothing if it cannot. */
function viewIn(mode: Mode, handle: Handle, histogram: Histogram): Handle | null | undefined {
  if (mode === AGED) return handle.aged?.(histogram);
  return mode === FREED ? handle.freeing?.(histogram) : handle.collecting?.(histogram);
}

/** Gets a thread ready for a round. */
export async function prepareBench(
  data: unknown,
  control: ControlBlock,
  thread: number,
): Promise<() => void> {
  const { figures, module, parts, task, payloads } = fitting(
    BENCH_JOB,
    data,
    'A worker of a benchmark was given',
  );
  const { openHandle } = (await import(module)) as { readonly openHandle: HandleOpener };
  const handles = await Promise.all(parts.map((state) => openHandle(state, thread, control)));
  const worker = new BenchWorker(
    thread,
    control,
    new Figures(figures, control.threads),
    handles,
    task,
    payloads,
  );
  return () => worker.work();
}
