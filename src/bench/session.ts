import { availableParallelism } from 'node:os';
import { InternalError, UsageError } from '../errors.ts';
import { ended, WorkerExit } from '../host/crew.ts';
import { ownFault } from '../host/own-fault.ts';
import { ControlBlock } from '../threads/control-block.ts';
import type { StopPoint } from '../threads/gated-memory.ts';
import { type WorkerJob, Rounds } from '../threads/rounds.ts';
import type { Conditions, RoundResult, Session, SharedStructure, WorkerContender } from './contender.ts';
import {
  DRAIN,
  F_DEQUEUED,
  F_EMPTY,
  F_END,
  F_ENQUEUED,
  F_FULL,
  F_HEAP,
  F_START,
  F_SUM_IN,
  F_SUM_OUT,
  F_UNCHANGED,
  Figures,
  FILL,
  type Mode,
  PLAIN,
} from './figures.ts';
import { type BenchJob, type BenchTask, PAYLOAD_BLOCKS } from './handle.ts';
import { USUAL_ROLES, WORKLOADS } from './workloads.ts';

/** No round makes more operations a thread: so the counts of a round fit into a machine word. */
const NO_QUOTA = 2 ** 30;
/** The same for rounds that end by themselves. */
const ALL: number = NO_QUOTA - 1;
const POLL_MS = 0.5;
/** A thread that is not at rest so long after the end of a round hangs. */
const PATIENCE_MS = 20_000;

/** What a round is to be, if it is not one of plain operations for a time. */
interface RoundOptions {
  readonly mode?: Mode;
  /** So many operations of each thread end it as well. */
  readonly quota?: number;
}

/** Workers of the lab that run one workload on one contender, round after round. End it on every path. */
export class WorkerSession implements Session {
  readonly contender: WorkerContender;
  readonly conditions: Conditions;
  readonly figures: Figures;
  readonly #structures: readonly SharedStructure[];
  readonly #threads: Rounds;
  #fresh = true;
  #in = 0;
  #out = 0;
  #sumIn = 0;
  #sumOut = 0;

  private constructor(
    contender: WorkerContender,
    conditions: Conditions,
    structures: readonly SharedStructure[],
    figures: Figures,
    threads: Rounds,
  ) {
    this.contender = contender;
    this.conditions = conditions;
    this.figures = figures;
    this.#structures = structures;
    this.#threads = threads;
  }

  /** Makes what the workload works on and starts the workers. */
  static async open(contender: WorkerContender, conditions: Conditions): Promise<WorkerSession> {
    const { workload, threads, capacity, points = new Map<number, StopPoint>() } = conditions;
    const structures = Array.from({ length: WORKLOADS[workload].queues }, () =>
      contender.make({ workload, threads, capacity, points }),
    );
    const figures = Figures.create(threads);
    const jobs = jobsOf(contender, conditions, structures, figures);
    const rounds = await startWorkers(contender, conditions, jobs);
    const session = new WorkerSession(contender, conditions, structures, figures, rounds);
    try {
      await session.#rest(PATIENCE_MS, POLL_MS);
    } catch (error) {
      await session.end();
      throw error;
    }
    return session;
  }

  /** The threads that have not stopped for good. */
  present(): number[] {
    return this.#threads.present();
  }

  /** Slots that were retired and are not free. */
  unreclaimed(): number {
    return this.#structures.reduce((sum, structure) => sum + (structure.unreclaimed?.() ?? 0), 0);
  }

  /** Bytes of the memory that the threads share; null where nobody tells. */
  bytes(): number | null {
    const all = this.#structures.flatMap(({ bytes }) => bytes ?? []);
    return all.length === 0 ? null : all.reduce((sum, each) => sum + each, 0);
  }

  /** Bytes of those that lie in pages with a word that is not 0; null where nobody tells. */
  touched(): number | null {
    const all = this.#structures.flatMap(({ touched }) => touched?.() ?? []);
    return all.length === 0 ? null : all.reduce((sum, each) => sum + each, 0);
  }

  /** Runs a round for this many milliseconds. */
  async round(ms: number, { mode = PLAIN, quota = NO_QUOTA }: RoundOptions = {}): Promise<RoundResult> {
    if (this.contender.exhausts && !this.#fresh) {
      await this.settle();
      for (const structure of this.#structures) structure.reset?.();
      this.#fresh = true;
    }
    if (this.#fresh && this.conditions.prefill > 0)
      await this.#run(FILL, PATIENCE_MS, this.conditions.prefill);
    this.#fresh = false;
    const round = await this.#run(mode, ms, quota);
    // Values that are still on their way would make two of them the next time.
    if (this.conditions.workload === 'ping-pong' && this.present().length === this.conditions.threads) {
      await this.#run(DRAIN, PATIENCE_MS, ALL);
    }
    return round;
  }

  /** Takes out what is left and checks that nothing was lost, nothing was made up, and every slot is accounted for. */
  async settle(): Promise<void> {
    await this.#run(DRAIN, PATIENCE_MS, ALL);
    const complaints = this.#structures
      .map((structure) => structure.complaint?.() ?? null)
      .filter((each) => each !== null);
    if (this.#in !== this.#out || this.#sumIn !== this.#sumOut) {
      complaints.push(`${this.#in} values went in and ${this.#out} came out, or they were others`);
    }
    if (complaints.length > 0) {
      throw new InternalError(`What ${this.#name()} holds is damaged: ${complaints.join('; ')}.`);
    }
  }

  /** Ends the workers. */
  async end(): Promise<void> {
    await this.#threads.end();
  }

  #name(): string {
    return nameOf(this.contender, this.conditions);
  }

  #counts(): Record<string, number> {
    const counts: Record<string, number> = {};
    for (const structure of this.#structures) {
      for (const [name, count] of Object.entries(structure.counts?.() ?? {})) {
        counts[name] = (counts[name] ?? 0) + count;
      }
    }
    return counts;
  }

  async #run(mode: Mode, ms: number, quota: number): Promise<RoundResult> {
    const took = this.present();
    const before = mode === PLAIN ? this.#counts() : {};
    this.figures.open(mode, quota);
    this.#threads.begin();
    // Nobody wakes up in the middle of a round that ends by time: that would take a core from a thread.
    await this.#rest(ms, quota === NO_QUOTA ? ms : POLL_MS);
    const after = mode === PLAIN ? this.#counts() : {};
    const counts = took.map((thread) => this.figures.counts(thread));
    const sum = (word: number): number => counts.reduce((subtotal, each) => subtotal + each[word], 0);
    this.#in += sum(F_ENQUEUED);
    this.#out += sum(F_DEQUEUED);
    this.#sumIn = (this.#sumIn + sum(F_SUM_IN)) | 0;
    this.#sumOut = (this.#sumOut + sum(F_SUM_OUT)) | 0;
    const start = Math.min(...counts.map((each) => each[F_START]));
    const end = Math.max(...counts.map((each) => each[F_END]));
    return {
      operations: sum(F_ENQUEUED) + sum(F_DEQUEUED) + sum(F_UNCHANGED),
      perThread: counts.map((each) => each[F_ENQUEUED] + each[F_DEQUEUED] + each[F_UNCHANGED]),
      taken: sum(F_DEQUEUED),
      seconds: (end - start) / 1e9,
      full: sum(F_FULL),
      empty: sum(F_EMPTY),
      counts: Object.fromEntries(Object.entries(after).map(([name, count]) => [name, count - before[name]])),
      heapBytes: sum(F_HEAP),
    };
  }

  /** Returns when every thread is at rest or has stopped for good; after this many milliseconds they are asked to. */
  async #rest(ms: number, firstMs: number): Promise<void> {
    const threads = this.#threads;
    const until = performance.now() + ms;
    const look = (): boolean => {
      for (const { thread, error } of threads.noticeStops())
        if (error !== null) throw crash(`T${thread} of ${this.#name()}`, error);
      const late = performance.now() - until;
      if (late >= 0) threads.control.stop();
      const [busy] = threads.busy();
      if (late >= PATIENCE_MS && busy !== undefined)
        throw ended(`T${busy} of ${this.#name()} does not end its operation`);
      return false;
    };
    await threads.rest(look, { firstMs, pauseMs: POLL_MS });
  }
}

function nameOf({ engine, scheme }: WorkerContender, { workload, threads }: Conditions): string {
  return `${engine} ${scheme} (${workload}, ${threads} threads)`;
}

function jobsOf(
  { module, exhausts, batched = false }: WorkerContender,
  { workload, threads, think, seed, keys = 0, roles = USUAL_ROLES, payload = 0 }: Conditions,
  structures: readonly SharedStructure[],
  figures: Figures,
): WorkerJob[] {
  const rests = threads > availableParallelism();
  const task: BenchTask = { workload, keys, think, seed, exhausts, batched, rests, roles, payload };
  const payloads = payload === 0 ? null : new SharedArrayBuffer(threads * PAYLOAD_BLOCKS * payload);
  return Array.from({ length: threads }, (_, i) => {
    const parts = structures.map((structure) => structure.partsFor(i + 1));
    const job: BenchJob = {
      figures: figures.buffer,
      module,
      parts: parts.map(({ state }) => state),
      task,
      payloads,
    };
    return { job, transfer: parts.flatMap(({ transfer = [] }) => transfer) };
  });
}

async function startWorkers(
  contender: WorkerContender,
  conditions: Conditions,
  jobs: readonly WorkerJob[],
): Promise<Rounds> {
  try {
    return await Rounds.start('bench', ControlBlock.create(conditions.threads), jobs);
  } catch (error) {
    if (error instanceof UsageError || error instanceof InternalError || !(error instanceof Error))
      throw error;
    throw crash(`A worker of ${nameOf(contender, conditions)}`, error);
  }
}

/** @param who a worker, as the beginning of a sentence */
function crash(who: string, error: Error): Error {
  const what = `${who} has crashed (${error.name}: ${error.message})`;
  const own = ownFault(error);
  if (own === null) return new Error(`${what}.`, { cause: error });
  return error instanceof WorkerExit ? ended(what) : own;
}
