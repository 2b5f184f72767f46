import { operationThat } from '../laboratory/structures.ts';
import type { StructureCard, StructureOperation } from '../kernel/structure-card.ts';
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
    const called = calledBy(setting.card.operations, setting.thread);
    this.#put = called('put');
    this.#take = called('take') as string;
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

/** What a thread of a free run calls that puts in, takes out or asks: of a deque the owner calls other operations than its thieves. */
export function nameOfCall(card: StructureCard, does: StructureOperation['does'], thread: number): string {
  const own = does === 'ask' ? null : calledBy(card.operations, thread)(does);
  return own ?? operationThat(card, does);
}

/** The operation of a deque that a thread of a free run calls to put in, or to take out; null if it may call none. */
function calledBy(
  operations: readonly StructureOperation[],
  thread: number,
): (does: 'put' | 'take') => string | null {
  return (does) => {
    const those = operations.filter((each) => each.does === does && (each.by === undefined || thread === 1));
    return (those.find(({ by }) => by === 'owner') ?? those[0])?.name ?? null;
  };
}
