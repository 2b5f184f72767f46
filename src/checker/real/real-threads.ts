import { MessageChannel, type MessagePort, receiveMessageOnPort } from 'node:worker_threads';
import { UsageError } from '../../errors.ts';
import { ended, WorkerExit } from '../../host/crew.ts';
import { said } from '../../host/own-fault.ts';
import { ControlBlock } from '../../threads/control-block.ts';
import { Rounds, type StoppedThread } from '../../threads/rounds.ts';
import type { Asked } from './asked.ts';
import type { FromThread, ObservationJob } from './job.ts';
import type { ThreadEnd } from './outcome.ts';
import { DONE, newMeetingWords, SIZE, unfinishedRound } from './rounds.ts';

/** What a batch of rounds came to. */
export type RealBatch =
  | { readonly kind: 'ended'; readonly ends: readonly (readonly ThreadEnd[])[] }
  /** One of its rounds does not end; these threads have not, counted from 0. */
  | { readonly kind: 'hangs'; readonly threads: readonly number[] }
  | { readonly kind: 'aborted' };

/** What all threads of an observation are given. */
export type SharedJob = Omit<ObservationJob, 'port' | 'meeting'>;

/** Milliseconds between two looks at how far the rounds are. */
const LOOK_MS = 1;

/**
 * The worker threads of an observation. A round of the workers, in the words of the control block, is a batch of rounds of the
 * observation, in which the threads wait for each other and for nobody else. End them on every path.
 */
export class RealThreads {
  readonly #rounds: Rounds;
  readonly #meeting: Int32Array;
  readonly #ports: readonly MessagePort[];
  readonly #asked: Asked;

  private constructor(rounds: Rounds, meeting: Int32Array, ports: readonly MessagePort[], asked: Asked) {
    this.#rounds = rounds;
    this.#meeting = meeting;
    this.#ports = ports;
    this.#asked = asked;
  }

  /** Starts a worker for each thread, and waits until all of them have the check. Null if the signal ended that. */
  static async start(threads: number, shared: SharedJob, asked: Asked): Promise<RealThreads | null> {
    const { module, signal } = asked;
    if (isAborted(signal)) return null;
    const meeting = newMeetingWords(threads);
    const channels = Array.from({ length: threads }, () => new MessageChannel());
    const ports = channels.map(({ port1 }) => port1);
    const jobs = channels.map(({ port2 }) => {
      const job: ObservationJob = { ...shared, meeting, port: port2 };
      return { job, transfer: [port2] };
    });
    try {
      const control = ControlBlock.create(threads);
      const rounds = await Rounds.start('observe', control, jobs, { loads: module, signal });
      const real = new RealThreads(rounds, meeting, ports, asked);
      await rounds.rest(() => real.#isAborted, { pauseMs: LOOK_MS });
      return real;
    } catch (error) {
      const refused = messagesOf(ports).find((message) => 'refused' in message);
      for (const port of ports) port.close();
      if (refused !== undefined) throw new UsageError(refused.refused, { cause: error });
      if (isAborted(signal)) return null;
      throw error;
    }
  }

  /** Makes some rounds. Throws a `UsageError` if a thread cannot go on. */
  async batch(size: number): Promise<RealBatch> {
    const meeting = this.#meeting;
    Atomics.store(meeting, SIZE, size);
    let [done, since] = [Atomics.load(meeting, DONE), performance.now()];
    let hangs = false;
    const ends: (readonly ThreadEnd[])[] = [];
    const hear = (): void => {
      for (const [thread, port] of this.#ports.entries())
        for (const message of messagesOf([port])) {
          if ('refused' in message) throw new UsageError(message.refused);
          ends[thread] = message.ends;
        }
      const [stopped] = this.#rounds.noticeStops();
      if (stopped !== undefined) throw this.#crash(stopped);
    };
    this.#rounds.begin();
    await this.#rounds.rest(
      () => {
        hear();
        const now = Atomics.load(meeting, DONE);
        if (now !== done) [done, since] = [now, performance.now()];
        hangs = performance.now() - since > 1000 * this.#asked.patience;
        return hangs || this.#isAborted;
      },
      { pauseMs: LOOK_MS },
    );
    if (this.#isAborted) return { kind: 'aborted' };
    if (this.#rounds.busy().length > 0)
      return { kind: 'hangs', threads: unfinishedRound(meeting, this.#ports.length) };
    // A thread posts how its bodies ended before it rests.
    hear();
    return { kind: 'ended', ends };
  }

  get #isAborted(): boolean {
    return isAborted(this.#asked.signal);
  }

  #crash({ thread, error }: StoppedThread): Error {
    const { module } = this.#asked;
    if (!(error instanceof WorkerExit))
      return new UsageError(`T${thread} crashed on its worker thread: ${said(error)}.`, { cause: error });
    return ended(`The worker thread of T${thread} ended by itself (exit code ${error.code})`, [module]);
  }

  /** Terminates all of them, wherever they are: asleep, or in a loop. */
  async end(): Promise<void> {
    for (const port of this.#ports) port.close();
    await this.#rounds.end();
  }
}

function isAborted(signal: AbortSignal | null): boolean {
  return signal?.aborted === true;
}

/** What has been posted to some ports and not been taken yet. */
function messagesOf(ports: readonly MessagePort[]): FromThread[] {
  return ports.flatMap((port) => {
    const messages: FromThread[] = [];
    for (let post = receiveMessageOnPort(port); post !== undefined; post = receiveMessageOnPort(port))
      messages.push(post.message as FromThread);
    return messages;
  });
}
