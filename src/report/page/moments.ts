import type { Audit } from '../../judge/audit/audit.ts';
import { cellStates } from '../../judge/audit/cells.ts';
import type { Belief } from '../../judge/damage/beliefs.ts';
import { hasBuckets, isGivenValue, structureCard } from '../../laboratory/structures.ts';
import { S_NEXT, S_VALUE } from '../../kernel/layout.ts';
import { lifeName } from '../../observe/lives.ts';
import type { InvokeRecord, ReturnRecord, TraceEvent } from '../../observe/trace.ts';
import type { ScenarioRun } from '../../scenario/scenario-run.ts';
import { announcedText, beliefText } from '../remarks/derived.ts';
import { Scene } from '../remarks/scene.ts';
import { type Wording, schemeState, showContent } from '../words.ts';
import type { CellsView, MomentView, MomentChange, SlotOwner, SlotView, ThreadView } from './run-view.ts';

/** As many of a thread's latest answers are told. */
const TOLD_ANSWERS = 3;

/** As many slots of a slab are shown. */
const SHOWN_SLOTS = 48;

/** What a run looked like after each of its steps, the start first. */
export function momentsOf(run: ScenarioRun, wording: Wording): MomentView[] {
  const { events } = run.trace;
  const scene = new Scene(run.trace);
  const teller = new MomentTeller(run, wording, scene);
  const moments: MomentView[] = [];
  for (const event of events) {
    if (event.kind === 'step') moments.push(teller.now(moments.at(-1)));
    scene.see(event);
    teller.see(event);
  }
  moments.push(teller.now(moments.at(-1)));
  return moments;
}

/** Who has which slots at a moment: the audit, and by their slots who holds them back, has them in hand or on a list. */
interface Owners {
  readonly audit: Audit;
  readonly held: ReadonlyMap<number, string>;
  readonly hands: ReadonlyMap<number, number>;
  readonly lists: ReadonlyMap<number, number>;
  readonly dummies: readonly number[];
}

class MomentTeller {
  readonly #wording: Wording;
  readonly #scene: Scene;
  readonly #threads: { inside: string; state: ThreadView['state']; answers: string[] }[];
  /** The labels of the steps that each thread has yet to make, the next one last, and those it would have made next. */
  readonly #ahead: string[][];

  constructor(run: ScenarioRun, wording: Wording, scene: Scene) {
    this.#wording = wording;
    this.#scene = scene;
    const { threads } = run.program;
    this.#threads = threads.map(() => ({ inside: '', state: 'between', answers: [] }));
    this.#ahead = threads.map(() => []);
    for (const event of run.trace.events) {
      if (event.kind === 'step') this.#ahead[event.thread - 1]?.push(event.label);
      if (event.kind === 'stop' && event.before !== null) this.#ahead[event.thread - 1]?.push(event.before);
    }
    for (const labels of this.#ahead) labels.reverse();
  }

  see(event: TraceEvent): void {
    const thread = this.#threads[event.thread - 1];
    switch (event.kind) {
      case 'invoke':
        Object.assign(thread, { inside: this.#called(event), state: 'inside' });
        break;
      case 'step':
        this.#ahead[event.thread - 1].pop();
        break;
      case 'return':
        thread.answers.push(`${thread.inside} ${this.#wording.style.glyph.gives} ${this.#answer(event)}`);
        Object.assign(thread, { inside: '', state: 'between' });
        break;
      case 'stop':
        thread.state = event.reason === 'stalled' ? 'stands' : 'ended';
        break;
    }
  }

  /** The moment after the last event; what is as it was before is the same object. */
  now(before: MomentView | undefined): MomentView {
    const { audit } = this.#scene;
    const about: Owners = {
      audit,
      held: holders(audit),
      hands: new Map(
        audit.slotsInHand().flatMap(({ thread, slot, counts }) => (counts ? [[slot, thread]] : [])),
      ),
      lists: new Map(
        [
          ...audit.retiredLists(),
          ...audit.handOvers().map(({ thread, slot }) => ({ thread, slots: [slot] })),
        ].flatMap(({ thread, slots }) => slots.map((slot) => [slot, thread])),
      ),
      dummies: audit.inside(audit.dummies),
    };
    const slots = Array.from({ length: Math.min(audit.slots, SHOWN_SLOTS) }, (_, i) =>
      this.#slot(i + 1, about),
    );
    const threads = this.#threads.map((_, i) => this.#thread(i + 1));
    const { roots } = audit.geometry;
    const cells = cellsOf(audit, this.#wording);
    return {
      slots: slots.map((each, i) => kept(each, before?.slots[i])),
      threads: threads.map((each, i) => kept(each, before?.threads[i])),
      roots: kept(
        Array.from({ length: roots }, (_, i) =>
          audit.geometry.link.index(audit.words[audit.geometry.root(i)]),
        ),
        before?.roots,
      ),
      inside: kept(audit.inside(SHOWN_SLOTS), before?.inside),
      ...(hasBuckets(audit.geometry) && { buckets: kept(audit.chains(SHOWN_SLOTS), before?.buckets) }),
      free: kept(audit.freeList(SHOWN_SLOTS), before?.free),
      ...(cells !== null && { cells: kept(cells, before?.cells) }),
      counts: kept(countsOf(audit), before?.counts),
      knows: schemeState(audit, this.#wording),
    };
  }

  #called({ name, argument }: InvokeRecord): string {
    return `${name}(${argument === null || !isGivenValue(name) ? '' : this.#wording.show(argument)})`;
  }

  #answer({ outcome, value }: ReturnRecord): string {
    return outcome === 'value' && value !== null ? this.#wording.show(value) : outcome;
  }

  #slot(slot: number, { audit, held, hands, lists, dummies }: Owners): SlotView {
    const { geometry, words } = audit;
    const owner = ownerOf(slot, audit);
    const next = geometry.link.index(words[geometry.slot(slot, S_NEXT)]);
    const isDummy = owner === 'reachable' && dummies.includes(slot);
    const by = { inHand: hands, retired: lists, parked: lists }[owner as 'inHand' | 'retired' | 'parked'] as
      Owners['hands'] | undefined;
    const { order, segments } = structureCard(geometry);
    // A value that nobody has put in yet is 0, and so may a key be that was. A slot with cells is without any as long as nobody has taken it.
    const isSet = owner === 'reachable' && order === 'SET';
    const isUnused =
      segments === undefined
        ? words[geometry.slot(slot, S_VALUE)] === 0 && !isSet
        : this.#scene.lives.of(slot) === 0;
    return {
      owner,
      by: by?.get(slot) ?? 0,
      life: lifeName(slot, this.#scene.lives.of(slot)),
      holds: isDummy || owner === 'free' || isUnused ? '' : showContent(this.#wording, words, slot),
      dummy: isDummy,
      next,
      held: held.get(slot) ?? '',
      ...(owner === 'reachable' && audit.isDeleted(slot) && { deleted: true }),
    };
  }

  #thread(thread: number): ThreadView {
    const { inside, state, answers } = this.#threads[thread - 1];
    const next = this.#ahead[thread - 1].at(-1) ?? '';
    const isDone = state === 'between' && next === '';
    return {
      inside,
      state: isDone ? 'done' : state,
      next: state === 'ended' ? '' : next,
      beliefs: this.#scene.beliefs(thread).map((belief) => ({
        text: beliefText(belief, this.#wording),
        step: belief.step,
        slot: belief.slot ?? 0,
        now: staleness(belief),
      })),
      announces: announcedText(thread, this.#scene).trim(),
      answers: answers.slice(-TOLD_ANSWERS),
    };
  }
}

/** Whether what a thread believes is still so. */
function staleness({ bits, identity }: Belief): 'so' | 'changed' | 'another life' | 'freed' {
  if (identity !== 'same') return identity;
  return bits === 'changed' ? 'changed' : 'so';
}

/** By its slot, who holds a retired slot back. */
function holders(audit: Audit): ReadonlyMap<number, string> {
  const held = new Map<number, string>();
  for (const { slot, holders: those } of audit.heldBack(SHOWN_SLOTS)) {
    const names = those.map((holder) => `T${holder.thread}'s ${holder.name.replace(/ \d+$/, '')}`);
    if (names.length > 0) held.set(slot, [...new Set(names)].join(', '));
  }
  return held;
}

function ownerOf(slot: number, audit: Audit): SlotOwner {
  const classes = audit.classesOf(slot);
  const found = (['conflict', 'leaked', 'reachable', 'inHand', 'retired', 'parked', 'free'] as const).find(
    (each) => classes.includes(each),
  );
  return found ?? 'leaked';
}

/** The array of the structure; null if it has none. */
function cellsOf({ words, geometry }: Audit, { show, style }: Wording): CellsView | null {
  const card = structureCard(geometry).cells;
  if (card === undefined) return null;
  const word = (n: number): number => words[geometry.cell(n)];
  const cells = cellStates(words, geometry).slice(0, SHOWN_SLOTS);
  const indices = Array.from({ length: geometry.cells }, (_, n) => n).flatMap((n) => {
    const name = card.name(n, geometry.cells, geometry.threads);
    return name === null || !/^[A-Z][a-z]*(?:\.[A-Z][a-z]*)?$/.test(name) ? [] : [`${name} ${word(n)}`];
  });
  return {
    cells: cells.map((cell) => ({ is: cell.is, holds: cell.is === 'holding' ? show(cell.value) : '' })),
    indices: indices.join(` ${style.glyph.dot} `),
  };
}

function countsOf(audit: Audit): MomentView['counts'] {
  const { reachable, inHand, retired, parked, free, leaked, surplus, conflicts, slots } = audit;
  return { reachable, inHand, retired, parked, free, leaked, surplus, conflicts, slots };
}

/** The earlier one of two that say the same. */
function kept<T>(now: T, before: T | undefined): T {
  return before !== undefined && saysTheSame(now, before) ? before : now;
}

/** True of values of JSON that are alike; objects have the same members. */
function saysTheSame(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false;
  if (Array.isArray(one) && one.length !== (other as unknown[]).length) return false;
  for (const name in one) {
    if (!saysTheSame(one[name as keyof object], other[name as keyof object])) return false;
  }
  return true;
}

/** What is another object in each moment than in the one before. */
export function changesOf(moments: readonly MomentView[]): MomentChange[] {
  return moments.slice(1).map((now, i) => {
    const before = moments[i];
    const slots = differing(now.slots, before.slots);
    const threads = differing(now.threads, before.threads);
    return {
      ...(slots.length > 0 && { slots }),
      ...(threads.length > 0 && { threads }),
      ...(now.roots !== before.roots && { roots: now.roots }),
      ...(now.inside !== before.inside && { inside: now.inside }),
      ...(now.buckets !== undefined && now.buckets !== before.buckets && { buckets: now.buckets }),
      ...(now.free !== before.free && { free: now.free }),
      ...(now.cells !== before.cells && { cells: now.cells }),
      ...(now.counts !== before.counts && { counts: now.counts }),
      ...(now.knows !== before.knows && { knows: now.knows }),
    };
  });
}

function differing<T>(all: readonly T[], were: readonly T[]): [number, T][] {
  return all.flatMap((each, at): [number, T][] => (each === were[at] ? [] : [[at, each]]));
}
