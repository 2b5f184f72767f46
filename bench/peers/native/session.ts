/** A native program at work: it is told on its standard input what to do, and answers with a line of JSON (see harness.hpp). */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import * as v from 'valibot';
import type { Conditions, NativeContender, RoundResult, Session } from '../../../src/bench/contender.ts';
import { InternalError } from '../../../src/errors.ts';
import { fitting } from '../../../src/host/worker-data.ts';

/** What a program says of a round, a number for each thread. */
interface RoundAnswer {
  readonly enqueued: readonly number[];
  readonly dequeued: readonly number[];
  readonly full: readonly number[];
  readonly empty: readonly number[];
  /** Of a set: operations that were answered and did not change it. */
  readonly unchanged?: readonly number[] | undefined;
  readonly sumIn: readonly number[];
  readonly sumOut: readonly number[];
  readonly cpuMicros: readonly number[];
  readonly waits: readonly number[];
  readonly seconds: number;
}

const byThread = v.array(v.pipe(v.number(), v.finite()));

const ROUND_ANSWER: v.GenericSchema<unknown, RoundAnswer> = v.object({
  enqueued: byThread,
  dequeued: byThread,
  full: byThread,
  empty: byThread,
  unchanged: v.optional(byThread),
  sumIn: byThread,
  sumOut: byThread,
  cpuMicros: byThread,
  waits: byThread,
  seconds: v.pipe(v.number(), v.finite()),
});

/** A program that does not answer so long after the end of a round hangs. */
const PATIENCE_MS = 20_000;

/** What a program leaves behind. */
export interface Estate {
  /** Asked when the program has ended: what is wrong, or null. */
  complaint(): string | null;
  remove(): void;
}

const sum = (numbers: readonly number[]): number => numbers.reduce((subtotal, each) => subtotal + each, 0);

export class NativeSession implements Session {
  readonly contender: NativeContender;
  readonly conditions: Conditions;
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #lines: AsyncIterator<string>;
  readonly #estate: Estate | null;
  #isFresh = true;
  #in = 0;
  #out = 0;
  #sumIn = 0;
  #sumOut = 0;

  constructor(
    contender: NativeContender,
    conditions: Conditions,
    command: readonly [program: string, ...args: string[]],
    estate: Estate | null = null,
  ) {
    this.contender = contender;
    this.conditions = conditions;
    const [program, ...args] = command;
    // In a group of its own: a Ctrl-C at the terminal is for the lab, which ends the program when the round is over. If the lab itself goes,
    // the program ends with its standard input.
    this.#child = spawn(program, args, { detached: true });
    // A program that has gone is noticed by its missing answer.
    this.#child.stdin.on('error', () => {});
    this.#child.on('error', () => {});
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
    this.#estate = estate;
  }

  async round(ms: number): Promise<RoundResult> {
    if (this.#isFresh && this.conditions.prefill > 0) await this.#ask('fill', 0);
    this.#isFresh = false;
    const answer = await this.#ask(`round ${ms}`, ms);
    const { enqueued, dequeued, seconds, unchanged = enqueued.map(() => 0) } = answer;
    return {
      operations: sum(enqueued) + sum(dequeued) + sum(unchanged),
      perThread: enqueued.map((count, i) => count + dequeued[i] + unchanged[i]),
      seconds,
      full: sum(answer.full),
      empty: sum(answer.empty),
      counts: {},
      heapBytes: 0,
      usage: { cpuMicros: sum(answer.cpuMicros), waits: sum(answer.waits) },
    };
  }

  async settle(): Promise<void> {
    await this.#ask('drain', 0);
    if (this.#in !== this.#out || this.#sumIn !== this.#sumOut)
      throw this.#damaged(`${this.#in} values went in and ${this.#out} came out, or they were others`);
    await this.#leave();
    const complaint = this.#estate?.complaint() ?? null;
    if (complaint !== null) throw this.#damaged(complaint);
  }

  async end(): Promise<void> {
    if (this.#child.pid !== undefined && this.#child.exitCode === null && this.#child.signalCode === null) {
      await new Promise((resolve) => {
        this.#child.once('close', resolve);
        this.#child.kill('SIGKILL');
      });
    }
    this.#estate?.remove();
  }

  #damaged(why: string): InternalError {
    const { workload, threads } = this.conditions;
    return new InternalError(
      `The queue of ${this.contender.scheme} (${workload}, ${threads} threads) is damaged: ${why}.`,
    );
  }

  async #ask(command: string, ms: number): Promise<RoundAnswer> {
    const said: unknown = JSON.parse(await this.#line(command, ms));
    const answer = fitting(ROUND_ANSWER, said, `The program ${this.contender.scheme} answered`);
    this.#in += sum(answer.enqueued);
    this.#out += sum(answer.dequeued);
    this.#sumIn = (this.#sumIn + sum(answer.sumIn)) | 0;
    this.#sumOut = (this.#sumOut + sum(answer.sumOut)) | 0;
    return answer;
  }

  async #line(command: string, ms: number): Promise<string> {
    this.#child.stdin.write(`${command}\n`);
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), ms + PATIENCE_MS);
    const { value, done } = await this.#lines.next();
    clearTimeout(timer);
    if (done === true)
      throw new InternalError(`The program ${this.contender.scheme} has ended in the middle.`);
    return value;
  }

  /** It ends by itself, and leaves its words behind. */
  async #leave(): Promise<void> {
    const closed = new Promise((resolve) => {
      this.#child.once('close', resolve);
    });
    await this.#line('end', 0);
    await closed;
  }
}
