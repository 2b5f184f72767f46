import { cardOf } from '../../laboratory/labels.ts';
import type { StepCard } from '../../kernel/step-card.ts';
import { FREE_TOP, type Geometry } from '../../kernel/layout.ts';
import type { StepRecord, TraceEvent } from '../../observe/trace.ts';
import { namedAt, supplierOf } from './readings.ts';

/** A pointer word as a thread read it, and how often it had changed by then. */
interface Read {
  readonly label: string;
  readonly address: number;
  readonly word: number;
  readonly changes: number;
}

/**
 * The first step of a run at which bits passed for identity since a word had come round: a comparison found a pointer word as its thread
 * had read it, although the word had changed meanwhile as often as its tag can tell apart, which is 2^(tag bits) times, and once where
 * there is no tag. Null if there is no such step.
 *
 * The comparisons are the compare-and-swaps that succeed, and the reads that look again at a word (the cards say at which). By what they
 * let pass the thread goes on with words of another life, so ABA and all that follows from it begins here, and not before.
 *
 * @param tagBits how wide the tags of pointer words are to be: the width that the header of the slab promises, whatever the code makes of it
 */
export function cameRound(events: readonly TraceEvent[], geometry: Geometry, tagBits: number): number | null {
  const changes = new Map<number, number>();
  const reads = new Map<number, Read[]>();
  for (const event of events) {
    if (event.kind === 'invoke') reads.set(event.thread, []);
    if (event.kind !== 'step') continue;
    const { thread, address, before, after, access, label, step } = event;
    const own = reads.get(thread) ?? [];
    const seen = changes.get(address) ?? 0;
    if (namedAt(geometry, address, before) !== null) {
      const [card, bits] = [cardOf(label), address === FREE_TOP ? geometry.top.tagBits : tagBits];
      if (comparedWith(own, event, card).some((read) => seen - read.changes >= 2 ** bits)) return step;
      if (access !== 'store') own.push({ label, address, word: before, changes: seen });
      reads.set(thread, own);
    }
    if (before !== after) changes.set(address, seen + 1);
  }
  return null;
}

/** What a step finds as its thread had read it. */
function comparedWith(own: readonly Read[], record: StepRecord, card: StepCard | undefined): Read[] {
  const { access, address, before, ok } = record;
  const isSame = (read: Read | undefined): read is Read => read?.address === address && read.word === before;
  if (access === 'cas') {
    if (ok !== true || card?.needsBitsOnly === true) return [];
    return [supplierOf(own, record, card)].filter(isSame);
  }
  if (access !== 'load') return [];
  return (card?.validates ?? [])
    .map((by) => own.findLast((read) => (by === 'same word' ? read.address === address : read.label === by)))
    .filter(isSame);
}
