import { calledBy } from '../laboratory/structures.ts';
import { StressWorker, type WorkerSetting } from './worker.ts';

/**
 * A thread at work on a deque. The first thread is the owner of one that has an owner; a thread that may put nothing in takes something out
 * in its place. Of several operations that it may call it calls the owner's.
 */
export class DequeWorker extends StressWorker {
  readonly #put: string | null;
  readonly #take: string;

  constructor(setting: WorkerSetting) {
    super(setting);
    this.#put = calledBy(setting.card, 'put', setting.thread);
    this.#take = calledBy(setting.card, 'take', setting.thread) as string;
  }

  override put(): boolean {
    return this.#put === null ? this.take() : super.put();
  }

  protected override putOne(value: number): number {
    return this.#methods()[this.#put as string](value);
  }

  protected override takeOne(): number {
    return this.#methods()[this.#take]();
  }

  #methods(): Readonly<Record<string, (value?: number) => number>> {
    return this.structure as unknown as Readonly<Record<string, (value?: number) => number>>;
  }
}
