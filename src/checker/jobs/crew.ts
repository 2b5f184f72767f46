import type { Worker } from 'node:worker_threads';
import { InternalError, UsageError } from '../../errors.ts';
import { Crew, WorkerExit } from '../../host/crew.ts';
import { endsAll, type PartEnd } from './parts.ts';
import type { CheckWork, ExploreParts, FromCheckWorker, PartCome, PartWork } from './sharing.ts';

/** Worker threads that share the parts of a check. Use it with `await using`: they are ended on every path. */
export class CheckCrew {
  readonly #crew: Crew;
  readonly #idle: Worker[];
  #fail: (error: Error) => void = () => {};
  #fault: Error | null = null;
  #onEnd: (end: PartCome) => void = () => {};
  #onIdle: () => void = () => {};

  private constructor(crew: Crew) {
    this.#crew = crew;
    this.#idle = [...crew.workers];
    for (const worker of crew.workers) {
      worker.on('message', (message: FromCheckWorker) => this.#hear(worker, message));
      worker.on('error', (error) => this.#break(crashed(error)));
      worker.on('exit', (code) => this.#break(crashed(new WorkerExit(code))));
    }
    // One may have crashed between its start and now.
    for (const { error } of crew.casualties) this.#break(crashed(error));
  }

  /** Starts the workers, and waits until each has loaded the module. */
  static async start(work: CheckWork, jobs: number): Promise<CheckCrew> {
    const data = Array.from({ length: jobs }, () => work);
    return new CheckCrew(await Crew.start('check', data, { loads: work.module }));
  }

  #break(error: Error): void {
    this.#fault ??= error;
    this.#fail(this.#fault);
  }

  #hear(worker: Worker, message: FromCheckWorker): void {
    if ('refused' in message) {
      this.#break(new UsageError(message.refused));
      return;
    }
    this.#onEnd(message);
    this.#idle.push(worker);
    this.#onIdle();
  }

  /** Hands the parts over in their order, each to the next worker that is idle. */
  readonly explore: ExploreParts = (_search, pass, parts) =>
    new Promise((resolve, reject) => {
      const ends: (PartEnd | undefined)[] = [];
      let next = 0;
      // Behind the first part with something in it nothing counts.
      let last = parts.length - 1;
      this.#fail = reject;
      this.#onEnd = (message) => {
        if (message.pass !== pass.pass) return;
        ends[message.number] = message.end;
        if (endsAll(message.end)) last = Math.min(last, message.number);
        for (let number = 0; number <= last; number++) if (ends[number] === undefined) return;
        this.#onIdle = () => {};
        resolve(ends.slice(0, last + 1) as PartEnd[]);
      };
      this.#onIdle = () => {
        while (next <= last && this.#idle.length > 0) {
          const worker = this.#idle.pop() as Worker;
          worker.postMessage({ ...pass, number: next, part: parts[next] } satisfies PartWork);
          next++;
        }
      };
      if (this.#fault !== null) reject(this.#fault);
      else this.#onIdle();
    });

  async [Symbol.asyncDispose](): Promise<void> {
    this.#fault ??= new UsageError('The check has ended.');
    this.#fail = () => {};
    await this.#crew.end();
  }
}

function crashed(error: unknown): Error {
  if (!(error instanceof WorkerExit))
    return new InternalError(`A worker of a check crashed: ${String(error)}.`);
  return new UsageError(
    `A worker of the check ended by itself (exit code ${error.code}): a body, and the module with it, may not end the process.`,
  );
}
