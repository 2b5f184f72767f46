import type { HistoryFinding } from '../judge/history/history.ts';
import { counted } from '../counted.ts';
import { operationThat, pastOf } from '../laboratory/structures.ts';
import type { StructureCard } from '../kernel/structure-card.ts';
import { type Journals, J_PENDING, J_SEQUENCE, MOST_OPERATIONS, PUT, TAKE } from './journals.ts';
import type { RoundFindings } from './value-ledger.ts';

/** Keys that the threads of a run draw from, if nothing else is said: few, so that they meet. */
export const USUAL_KEYS = 16;
/** No more can be drawn from: a thread has two counts for each in its log. */
export const MOST_KEYS: number = MOST_OPERATIONS >> 1;

/** Two counts for each key, in the log of a thread: how often it put the key in during the round, and how often it took it out. */
export function countsOf(log: Int32Array, keys: number): Int32Array {
  return log.subarray(0, 2 * keys);
}

/**
 * The ledger of a stress run on a set, key by key: what was inside at the start of a round, plus what was put in, less what was taken out,
 * is inside at its end. An operation that never returned may have done its work or not.
 */
export class KeyLedger {
  readonly #journals: Journals;
  readonly #card: StructureCard;
  readonly #size: number;
  #carried: ReadonlySet<number> = new Set();
  /** For each thread how many keys it has put in, in all rounds, and 1 more. */
  first: readonly number[];
  enqueued = 0;
  delivered = 0;

  /** @param keys how many keys the threads draw from: 0 to one less */
  constructor(journals: Journals, card: StructureCard, keys: number) {
    this.#journals = journals;
    this.#card = card;
    this.#size = keys;
    this.first = this.#sequences();
  }

  /** The set is empty again. */
  forget(): void {
    this.#carried = new Set();
  }

  /** @see ValueLedger.close */
  close(remaining: readonly number[], whole: boolean, present: readonly number[]): RoundFindings {
    const size = this.#size;
    const sums = Array.from({ length: size }, () => ({ puts: 0, takes: 0 }));
    for (const thread of present) {
      const counts = countsOf(this.#journals.log(thread), size);
      for (const [key, sum] of sums.entries()) {
        sum.puts += counts[2 * key];
        sum.takes += counts[2 * key + 1];
      }
    }
    const pending = (operation: number): number =>
      present.filter((thread) => this.#journals.read(thread, J_PENDING) === operation).length;
    const may = { puts: pending(PUT), takes: pending(TAKE) };
    const inside = countedBy(remaining);
    const keys = new Set([...sums.keys(), ...inside.keys()]);
    const values = [...keys].flatMap((key) =>
      this.#finding(key, sums[key] ?? { puts: 0, takes: 0 }, inside.get(key) ?? 0, may),
    );
    this.enqueued += sums.reduce((sum, { puts }) => sum + puts, 0);
    this.delivered += sums.reduce((sum, { takes }) => sum + takes, 0);
    this.#carried = new Set(remaining);
    this.first = this.#sequences();
    const certain = whole ? values : values.filter(({ kind }) => kind !== 'lost value');
    return { values: certain, order: null, gone: [], early: 0 };
  }

  #finding(key: number, done: Changes, inside: number, may: Changes): HistoryFinding[] {
    const carried = this.#carried.has(key) ? 1 : 0;
    const left = carried + done.puts - done.takes;
    const isLost = inside < left - may.takes;
    if (!isLost && inside <= left + may.puts && inside <= 1) return [];
    const [put, take] = (['put', 'take'] as const).map((does) =>
      pastOf(this.#card, operationThat(this.#card, does)),
    );
    const [puts, takes] = [done.puts, done.takes].map((count) => counted(count, 'time'));
    const start =
      carried === 1 ? 'was inside at the start of the round' : 'was not inside at the start of the round';
    const end = inside === 0 ? 'is not inside at its end' : `is inside ${counted(inside, 'time')} at its end`;
    const note = `The key ${key} ${start}, was ${put} ${puts} and ${take} ${takes}, and ${end}.`;
    const isFromNowhere = carried + done.puts + may.puts === 0;
    const more = isFromNowhere ? 'value from nowhere' : 'duplicate value';
    return [{ kind: isLost ? 'lost value' : more, note, operations: [] }];
  }

  #sequences(): number[] {
    const journals = this.#journals;
    return Array.from({ length: journals.threads }, (_, i) => journals.read(i + 1, J_SEQUENCE));
  }
}

/** How often a key was put in and taken out. */
interface Changes {
  readonly puts: number;
  readonly takes: number;
}

function countedBy(keys: readonly number[]): Map<number, number> {
  const counts = new Map<number, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts;
}
