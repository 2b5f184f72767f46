import { cardOf, partOf } from '../../laboratory/labels.ts';
import type { Geometry } from '../../kernel/layout.ts';
import type { StepCard } from '../../kernel/step-card.ts';
import type { StepRecord, TraceEvent } from '../../observe/trace.ts';
import { namedAt } from './readings.ts';

/** What an operation answers that takes effect by a step, according to its card; undefined if it does not take effect there. */
export function answerBy(
  { access, ok, address, before }: StepRecord,
  card: StepCard | null | undefined,
  geometry: Geometry,
): string | undefined {
  const effect = card?.linearizes;
  if (access === 'cas') return ok === true ? effect?.answer : undefined;
  if (effect?.answer !== undefined) return effect.answer;
  return namedAt(geometry, address, before) === 0 ? effect?.ifNull : effect?.ifSlot;
}

/**
 * The steps of a run at which an operation took effect: of one that has answered the last step by which it answers so; of a batch, and of one
 * that has not answered yet, its compare-and-swaps that succeeded.
 */
export function effectsIn(events: readonly TraceEvent[], geometry: Geometry): ReadonlySet<StepRecord> {
  const open = new Map<number, { readonly record: StepRecord; readonly answer: string }[]>();
  const found = new Set<StepRecord>();
  const note = (thread: number, outcome: string | null): void => {
    const made = open.get(thread) ?? [];
    open.delete(thread);
    const last = made.findLast(({ answer }) => answer === outcome);
    if (last !== undefined) found.add(last.record);
    else for (const { record } of made) if (record.access === 'cas') found.add(record);
  };
  for (const event of events) {
    if (event.kind === 'return') note(event.thread, event.outcome);
    if (event.kind !== 'step' || partOf(event.label) !== 'structure') continue;
    const answer = answerBy(event, cardOf(event.label), geometry);
    if (answer === undefined) continue;
    open.set(event.thread, [...(open.get(event.thread) ?? []), { record: event, answer }]);
  }
  for (const thread of open.keys()) note(thread, null);
  return found;
}
