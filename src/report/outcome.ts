import { counted, plural, withCommas } from '../counted.ts';
import { puts, takes } from '../laboratory/structures.ts';
import { Audit } from '../judge/audit/audit.ts';
import { cardOf } from '../laboratory/labels.ts';
import { namesOfValues } from '../laboratory/program.ts';
import { RETIRED, S_STATE } from '../kernel/layout.ts';
import { announcementOf, markOf } from '../laboratory/announcements.ts';
import { freedIn, placeOf } from '../observe/lives.ts';
import { type ChangedWord, WordsReplay } from '../observe/replay-words.ts';
import { touchedBy } from '../observe/touched.ts';
import { recordOf, type StepRecord, type TraceEvent } from '../observe/trace.ts';
import type { Performance } from '../scenario/perform.ts';
import { isNarrow } from './text/tag-text.ts';

/**
 * What came of a run, in a few words that are all true of it: `corrupt: A twice`, `full 3 times; then it went on`, `ok; A died with T1`.
 */
export function outcomeText(run: Performance): string {
  const damage = damageWords(run);
  const others = [
    ...fullWords(run),
    ...diedWords(run),
    ...recoveredWords(run),
    ...leakWords(run),
    ...freedWords(run),
    ...touchedWords(run),
  ];
  if (damage !== null) return [damage, ...others].join('; ');
  const first = others.some((words) => words.startsWith('full')) ? [] : ['ok'];
  return [...first, ...others, ...heldWords(run), ...tagWords(run)].join('; ');
}

/** The values that are told by name; of more, how many there are. */
const NAMED = 3;

function damageWords({ findings, history, audit, peaks }: Performance): string | null {
  const kinds = new Set(findings.map(({ kind }) => kind));
  if (kinds.size === 0) return null;
  const [{ kind: first, thread }] = findings;
  if (kinds.size === 1 && (first === 'livelock' || first === 'deadlock'))
    return thread === null ? first : `${first} of T${thread}`;
  if (kinds.size === 1 && kinds.has('orphaned slot')) return leaked(audit.leaked, peaks.leaked, audit.slots);
  const words: Readonly<Record<string, string>> = {
    'duplicate value': 'twice',
    'lost value': 'lost',
    'value from nowhere': 'from nowhere',
  };
  const told = Object.entries(words).flatMap(([kind, word]) => {
    const wrong = history.wrong.filter((each) => each.kind === kind);
    const values = new Set(
      wrong.flatMap(({ operations }) =>
        operations.flatMap(({ value }) => (value === null ? [] : [namesOfValues(audit.geometry)(value)])),
      ),
    );
    if (wrong.length === 0) return [];
    return [
      values.size > NAMED ? `${counted(values.size, 'value')} ${word}` : `${[...values].join(' ')} ${word}`,
    ];
  });
  return told.length === 0 ? 'corrupt' : `corrupt: ${told.join(', ')}`;
}

/** @param most how many were leaked at once, at most: a collector may have freed some of them since */
function leaked(count: number, most: number, slots: number): string {
  const of = counted(slots, 'slot');
  if (count >= most) return `${withCommas(count)} of ${of} leaked`;
  return `${withCommas(most)} of ${of} leaked, ${count === 0 ? 'none' : withCommas(count)} at the end`;
}

/** Slots that are leaked beside other damage, or by design. */
function leakWords({ audit, claims, words, findings }: Performance): string[] {
  const slots = audit.slotsOf('leaked');
  const byDesign = claims.reclaims
    ? 0
    : slots.filter((slot) => words[audit.geometry.slot(slot, S_STATE)] === RETIRED).length;
  if (slots.length === 0) return [];
  if (byDesign === slots.length) return [`leaks ${withCommas(byDesign)} by design`];
  const onlyLeaks =
    new Set(findings.map(({ kind }) => kind)).size === 1 && findings[0].kind === 'orphaned slot';
  if (onlyLeaks) return byDesign === 0 ? [] : [`${withCommas(byDesign)} of them by design`];
  return [`${withCommas(slots.length)} leaked`];
}

function fullWords({ trace, audit }: Performance): string[] {
  const answers = trace.events.filter((event) => event.kind === 'return' && puts(event.name));
  const full = answers.filter((event) => event.kind === 'return' && event.outcome === 'full');
  if (full.length === 0) return [];
  const last = answers.at(-1);
  const isOver =
    (last?.kind === 'return' && last.outcome !== 'full') || audit.free > 0 || (audit.cells?.empty ?? 0) > 0;
  const after = isOver ? ', not at the end' : ', also at the end';
  return [`full${full.length === 1 ? '' : ` ${withCommas(full.length)} times`}${after}`];
}

/** The values that a terminated thread had taken and not delivered. */
function diedWith({
  trace,
}: Pick<Performance, 'trace'>): { readonly thread: number; readonly value: number }[] {
  const { events } = trace;
  return events.flatMap((event, i) => {
    if (event.kind !== 'stop' || event.reason !== 'killed') return [];
    const { thread } = event;
    const begun = events.slice(0, i).findLast((each) => each.kind === 'invoke' && each.thread === thread);
    if (begun?.kind !== 'invoke' || !takes(begun.name)) return [];
    const isOwn = (each: TraceEvent): boolean =>
      each.thread === thread && 'op' in each && each.op === begun.op;
    const own = events.slice(0, i).filter(isOwn);
    if (own.some(({ kind }) => kind === 'return')) return [];
    const steps = own.filter((each): each is StepRecord => each.kind === 'step');
    const took = steps.some(
      ({ label, ok }) => ok === true && takes(cardOf(label)?.linearizes?.operation ?? ''),
    );
    const read = steps.findLast(({ label }) => cardOf(label)?.fills === 'v');
    return took && read ? [{ thread, value: read.after }] : [];
  });
}

function diedWords(run: Performance): string[] {
  return diedWith(run).map(
    ({ thread, value }) => `${namesOfValues(run.audit.geometry)(value)} died with T${thread}`,
  );
}

function recoveredWords({ trace }: Performance): string[] {
  const recovered = trace.events.flatMap((event) =>
    event.kind === 'return' && event.name === 'recover' && event.value !== null ? [event.value] : [],
  );
  if (recovered.length === 0) return [];
  return [`${plural(recovered.length, 'slot')} ${recovered.join(' ')} recovered`];
}

/** How many slots a thread has freed that another one had retired. */
function freedWords({ lives, audit }: Performance): string[] {
  const counts = new Map<string, number>();
  for (const { by, retiredBy } of freedIn(lives, audit.slots)) {
    const who = `T${by} freed # of T${retiredBy}'s`;
    if (by !== retiredBy) counts.set(who, (counts.get(who) ?? 0) + 1);
  }
  return [...counts].map(([who, count]) => who.replace('#', withCommas(count)));
}

/** What threads have touched of the slab, where a scenario says how large slots are. */
function touchedWords({ scenario, trace, audit }: Performance): string[] {
  if (scenario.stride === undefined) return [];
  const { slots, pages, reservedSlots, reservedPages } = touchedBy(trace, audit.geometry, Infinity);
  return [
    `touched ${withCommas(slots)} of ${counted(reservedSlots, 'slot')}, ${withCommas(pages)} of ${counted(reservedPages, 'page')}`,
  ];
}

/** How many changes a tag can tell apart, where pointers have one, and how many takes that of the free list, where it is narrow. */
function tagWords({ audit, choice }: Performance): string[] {
  const { link, top, roots } = audit.geometry;
  // Without roots there are no slots to point at.
  if (roots === 0) return [];
  const { name, unit, units } = markOf(audit.geometry);
  return [
    ...(choice.scheme.TAGS ? [`a ${name} wraps after ${counted(2 ** link.tagBits, unit, units)}`] : []),
    ...(isNarrow(top.tagBits)
      ? [`the free list's tag wraps after ${counted(2 ** top.tagBits, 'take')}`]
      : []),
  ];
}

/** How many slots a thread's hazards or pin held back at most, of those that others had retired, when threads changed. */
function heldWords({ trace, audit }: Performance): string[] {
  const announces = announcementOf(audit.geometry);
  if (announces === null) return [];
  const replay = new WordsReplay(trace);
  const retiredBy = new Map<number, number>();
  const note = ({ address, to }: ChangedWord, { thread }: StepRecord): void => {
    const place = to === RETIRED ? placeOf(audit.geometry, address) : null;
    if (place?.word === S_STATE) retiredBy.set(place.slot, recordOf(trace.header.records, thread));
  };
  const steps = trace.events.filter((event): event is StepRecord => event.kind === 'step');
  const most = new Map<string, number>();
  for (const [i, { thread }] of steps.entries()) {
    replay.advance(note);
    if (steps[i + 1]?.thread === thread) continue;
    const counts = new Map<string, number>();
    const now = new Audit(replay.words, replay.recorded());
    for (const { slot, holders } of now.heldBack()) {
      const names = holders
        .filter((by) => by.thread !== retiredBy.get(slot))
        .map((by) => now.named(`T${by.thread}'s ${announces.by}`));
      for (const name of new Set(names)) counts.set(name, (counts.get(name) ?? 0) + 1);
    }
    for (const [name, count] of counts) most.set(name, Math.max(most.get(name) ?? 0, count));
  }
  return [...most].map(([name, count]) => `${name} held back ${withCommas(count)} of others'`);
}
