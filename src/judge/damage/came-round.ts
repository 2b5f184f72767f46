import { cardOf } from '../../laboratory/labels.ts';
import type { StepCard } from '../../kernel/step-card.ts';
import { markOf } from '../../laboratory/announcements.ts';
import { FREE_TOP, type Geometry, S_BIRTH } from '../../kernel/layout.ts';
import type { StepRecord, TraceEvent } from '../../observe/trace.ts';
import { slotAbout } from '../../laboratory/structures.ts';
import { placeOf } from '../../observe/lives.ts';
import { namedAt, supplierOf } from './readings.ts';

/** A pointer word as a thread read it, and how old it was by then. */
interface Read {
  readonly label: string;
  readonly address: number;
  readonly word: number;
  readonly age: number;
}

/**
 * The first step of a run at which bits passed for identity since a word had come round: a comparison found a pointer word as its thread
 * had read it, although the word had changed meanwhile as often as its tag can tell apart, which is 2^(tag bits) times, and once where
 * there is no tag. Null if there is no such step.
 *
 * Where words carry births it is the slot that comes round: the one that the word names, or that holds it where it names none, was born again as many
 * moves of the clock later as a version can tell apart, or more.
 *
 * The comparisons are the compare-and-swaps that succeed, and the reads that look again at a word (the cards say at which). By what they
 * let pass the thread goes on with words of another life, so ABA and all that follows from it begins here, and not before.
 *
 * @param tagBits how wide the tags of pointer words are to be: the width that the header of the slab promises, whatever the code makes of it
 */
export function cameRound(events: readonly TraceEvent[], geometry: Geometry, tagBits: number): number | null {
  // By address how often a word changed, and by slot when it was born, for schemes that note that.
  const changes = new Map<number, number>();
  const births = new Map<number, number>();
  const isBirth = markOf(geometry).isBirth === true;
  const ageOf = (address: number, named: number): number => {
    if (!isBirth || address === FREE_TOP) return changes.get(address) ?? 0;
    return births.get(slotAbout(geometry, address, named)) ?? 0;
  };
  const reads = new Map<number, Read[]>();
  for (const event of events) {
    if (event.kind === 'invoke') reads.set(event.thread, []);
    if (event.kind !== 'step') continue;
    const { thread, address, before, after, access, label, step } = event;
    const own = reads.get(thread) ?? [];
    const named = namedAt(geometry, address, before);
    if (named !== null) {
      const age = ageOf(address, named);
      const [card, bits] = [cardOf(label), address === FREE_TOP ? geometry.top.tagBits : tagBits];
      if (comparedWith(own, event, card).some((read) => age - read.age >= 2 ** bits)) return step;
      if (access !== 'store') own.push({ label, address, word: before, age });
      reads.set(thread, own);
    }
    if (before !== after) changes.set(address, (changes.get(address) ?? 0) + 1);
    const place = placeOf(geometry, address);
    if (place?.word === S_BIRTH) births.set(place.slot, after);
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
