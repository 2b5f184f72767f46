import { callsOf, CanonicalHistories } from '../../src/search/calls.ts';
import type { HistoryOperation } from '../../src/judge/history/history.ts';
import { isJudged } from '../../src/judge/verdict.ts';
import { linearizable, type Linearizability } from '../../src/judge/history/linearizability.ts';
import { puts } from '../../src/laboratory/structures.ts';
import type { Machine } from '../../src/model/machine.ts';

/** The history of the machine's execution in canonical form. */
export function canonicalHistory(machine: Machine): string {
  return new CanonicalHistories().of(machine);
}

/** The queue operations of the machine's execution. */
function operationsOf(machine: Machine): HistoryOperation[] {
  const counts = new Map<string, number>();
  return callsOf(machine)
    .toSorted((a, b) => a.invoked - b.invoked)
    .flatMap(({ thread, invoke: { name, argument }, invoked, answer, returned }): HistoryOperation[] => {
      if (!isJudged(name)) return [];
      const kind = name as HistoryOperation['kind'];
      const key = `${thread} ${name}`;
      const number = (counts.get(key) ?? 0) + 1;
      counts.set(key, number);
      const outcome = (answer?.outcome ?? 'pending') as HistoryOperation['outcome'];
      const value = puts(name) ? argument : valueOf(outcome, answer?.value ?? 0);
      return [{ thread: thread + 1, kind, number, value, outcome, invoked, returned }];
    });
}

function valueOf(outcome: string, value: number): number | null {
  return outcome === 'value' ? value : null;
}

/** Judges the history of each execution once: equal histories are equally linearizable. */
export class Histories {
  readonly #initial: readonly number[];
  readonly #histories = new CanonicalHistories();
  readonly #verdicts = new Map<string, Linearizability>();

  constructor(initial: readonly number[] = []) {
    this.#initial = initial;
  }

  /** How many different ones there were. */
  get distinct(): number {
    return this.#verdicts.size;
  }

  verdict(machine: Machine): Linearizability {
    const key = this.#histories.of(machine);
    let verdict = this.#verdicts.get(key);
    if (verdict === undefined) {
      verdict = linearizable(operationsOf(machine), this.#initial);
      this.#verdicts.set(key, verdict);
    }
    return verdict;
  }
}
