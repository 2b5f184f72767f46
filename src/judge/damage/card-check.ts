import { isOneOf, knownSteps, type Step, stepsWith } from '../../laboratory/labels.ts';
import { hasRing, structureOf, usualStructure } from '../../laboratory/structures.ts';
import { FREE_TOP, type Geometry, R_COUNTERS } from '../../kernel/layout.ts';
import type { StepCard } from '../../kernel/step-card.ts';
import { placeOf } from '../../observe/lives.ts';
import { WordsReplay } from '../../observe/replay-words.ts';
import {
  recordOf,
  type InvokeRecord,
  type ReturnRecord,
  type StepRecord,
  type Trace,
} from '../../observe/trace.ts';
import { geometryOf } from '../audit/mark.ts';
import { answerBy } from './effects.ts';
import { namedAt } from './readings.ts';

/**
 * Holds the cards of the steps against a recorded run, and returns a sentence for each thing that a card says and the run contradicts:
 * the kind of access; the read that gave the expected word, the slot, and the slot that was written; what a step validates; which
 * counter counts a failure; where operations take effect. What no step of the run shows is not contradicted.
 *
 * @param steps the steps with their cards; default all that are known
 */
export function contradictions(trace: Trace, steps: readonly Step[] = knownSteps()): string[] {
  const check = new CardCheck(trace, steps);
  for (const event of trace.events) {
    if (event.kind === 'invoke') check.begin(event);
    if (event.kind === 'step') check.step(event);
    if (event.kind === 'return') check.end(event);
  }
  return [...check.found.values()];
}

class CardCheck {
  /** What was found, by label and field: each is told once. */
  readonly found = new Map<string, string>();
  readonly #trace: Trace;
  readonly #geometry: Geometry;
  readonly #steps: readonly Step[];
  readonly #cards: ReadonlyMap<string, StepCard>;
  /** The labels of the steps that are made with the structure: others have operations of the same name. */
  readonly #own: ReadonlySet<string>;
  /** What each thread did in its operation, the latest last. */
  readonly #made = new Map<number, StepRecord[]>();

  constructor(trace: Trace, steps: readonly Step[]) {
    this.#trace = trace;
    this.#geometry = geometryOf(new WordsReplay(trace).words);
    this.#steps = steps;
    this.#own = new Set(
      stepsWith(structureOf(this.#geometry)?.structure ?? usualStructure, hasRing(this.#geometry)).map(
        ({ label }) => label,
      ),
    );
    this.#cards = new Map(
      steps.flatMap(({ label, card }) => (card === null ? [] : [[label, card] as const])),
    );
  }

  /** One that has begun by the last step of its thread, as the second operation of a chain, takes effect there. */
  begin({ thread, step }: InvokeRecord): void {
    if (this.#made.get(thread)?.at(-1)?.step !== step) this.#made.set(thread, []);
  }

  step(record: StepRecord): void {
    const { label, step, thread, access } = record;
    const made = this.#made.get(thread) ?? [];
    const card = this.#cards.get(label);
    if (card !== undefined) {
      const latest = (of: string | readonly string[]): StepRecord | undefined =>
        made.findLast((each) => isOneOf(of, each.label));
      const at = `T${thread}'s ${label} at step ${step}`;
      if (access !== card.access && access !== 'await')
        this.#tell(label, 'access', `it is a ${card.access}, and ${at} was a ${access}`);
      this.#suppliers(record, card, at, latest);
      if (card.validates !== undefined && access === 'load') {
        const sources = card.validates.map((of) =>
          of === 'same word' ? made.findLast((each) => each.address === record.address) : latest(of),
        );
        if (!sources.some((source) => source?.address === record.address))
          this.#tell(
            label,
            'validates',
            `it looks again at what ${card.validates.join(' or ')} read, and ${at} read another word`,
          );
      }
      this.#counter(record, card, at);
    }
    made.push(record);
    this.#made.set(thread, made);
  }

  #suppliers(
    { label, address, expected, after, desired = after }: StepRecord,
    { expectedFrom, slotFrom, writtenFrom }: StepCard,
    at: string,
    latest: (of: string | readonly string[]) => StepRecord | undefined,
  ): void {
    const named = (from: StepRecord | undefined): number | null =>
      from === undefined ? null : namedAt(this.#geometry, from.address, from.before);
    if (expectedFrom !== undefined) {
      const from = latest(expectedFrom);
      if (from?.before !== expected || from?.address !== address)
        this.#tell(
          label,
          'expectedFrom',
          `${expectedFrom} gave the expected word, and ${at} expected what ${expectedFrom} had not read there`,
        );
    }
    if (slotFrom !== undefined && named(latest(slotFrom)) !== (placeOf(this.#geometry, address)?.slot ?? -1))
      this.#tell(
        label,
        'slotFrom',
        `${slotFrom} gave the slot, and ${at} was in a slot that ${slotFrom} had not named`,
      );
    if (writtenFrom !== undefined) {
      const format = address === FREE_TOP ? this.#geometry.top : this.#geometry.link;
      if (![writtenFrom].flat().some((from) => named(latest(from)) === format.index(desired)))
        this.#tell(
          label,
          'writtenFrom',
          `${writtenFrom} gave the slot that it writes, and ${at} wrote slot ${format.index(desired)}, which ${writtenFrom} had not named`,
        );
    }
  }

  #counter({ label, thread, ok, writes }: StepRecord, { failures }: StepCard, at: string): void {
    if (failures === undefined || ok === undefined) return;
    const record = this.#geometry.record(recordOf(this.#trace.header.records, thread));
    const counted = writes.some(([address]) => address === record + R_COUNTERS + 2 * failures);
    if (counted === ok)
      this.#tell(
        label,
        'failures',
        `counter ${failures} counts its failures, and ${at} ${ok ? 'succeeded and was counted there' : 'failed and was not counted there'}`,
      );
  }

  /** An operation that answers has made a step at which it takes effect with this answer, if any card knows of one. */
  end({ name, outcome, step, thread }: ReturnRecord): void {
    const made = this.#made.get(thread) ?? [];
    const effects = this.#steps.filter(({ label, part, card }) => {
      const effect = part === 'structure' && this.#own.has(label) ? card?.linearizes : undefined;
      return effect?.operation === name && [effect.answer, effect.ifNull, effect.ifSlot].includes(outcome);
    });
    if (effects.length === 0) return;
    const took = made.some((record) =>
      effects.some(
        ({ label, card }) => label === record.label && answerBy(record, card, this.#geometry) === outcome,
      ),
    );
    const labels = effects.map(({ label }) => label).join(' or ');
    if (!took)
      this.#tell(
        effects[0].label,
        'linearizes',
        `${name} takes effect there with the answer ${outcome}, and T${thread}'s answered so at step ${step} without ${labels}`,
      );
  }

  #tell(label: string, field: string, sentence: string): void {
    const key = `${label} ${field}`;
    if (!this.found.has(key)) this.found.set(key, `The card of ${label} says that ${sentence}.`);
  }
}
