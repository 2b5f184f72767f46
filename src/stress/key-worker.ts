import { FULL, OK } from '../kernel/structure.ts';
import type { StructureOperation } from '../kernel/structure-card.ts';
import { ASK, J_DELIVERED, J_FULL, J_SEQUENCE, OUTCOME, PUT, TAKE } from './journals.ts';
import { countsOf } from './key-ledger.ts';
import { StressWorker, type WorkerSetting } from './worker.ts';

/**
 * A thread at work on a set: it draws a key for each operation, and counts for each key how often it put it in and how often it took it
 * out.
 */
export class KeyWorker extends StressWorker {
  readonly #names: Partial<Record<StructureOperation['does'], string>>;
  readonly #keys: number;

  constructor(setting: WorkerSetting) {
    super(setting);
    const { card, keys } = setting;
    this.#names = Object.fromEntries(card.operations.map(({ does, name }) => [does, name]));
    this.#keys = keys;
  }

  override begin(): void {
    super.begin();
    countsOf(this.log, this.#keys).fill(0);
  }

  override put(): boolean {
    return this.#change(PUT, 0);
  }

  override take(): boolean {
    return this.#change(TAKE, 1);
  }

  /** @param count which of a key's two counts */
  #change(operation: number, count: 0 | 1): boolean {
    const key = this.random.below(this.#keys);
    const flight = this.invoke(operation, key);
    const answered = this.#call(operation === PUT ? 'put' : 'take', key);
    const isDone = answered === OK;
    const isFull = operation === PUT && answered === FULL;
    if (isDone) {
      countsOf(this.log, this.#keys)[2 * key + count]++;
      this.words[this.journal + (operation === PUT ? J_SEQUENCE : J_DELIVERED)]++;
    } else if (isFull) this.words[this.journal + J_FULL]++;
    const refusal = isFull ? OUTCOME.full : OUTCOME.no;
    this.answer(flight, operation, isDone ? OUTCOME.ok : refusal, key);
    // That a key is inside already, or is not inside, is every other answer, and no reason to wait.
    return this.unlessRefused(!isFull);
  }

  protected override ask(): void {
    const key = this.random.below(this.#keys);
    const flight = this.invoke(ASK, key);
    this.answer(flight, ASK, this.#call('ask', key) === true ? OUTCOME.yes : OUTCOME.no, key);
  }

  #call(does: StructureOperation['does'], key: number): unknown {
    const methods = this.structure as unknown as Readonly<Record<string, (key: number) => unknown>>;
    return methods[this.#names[does] as string](key);
  }
}
