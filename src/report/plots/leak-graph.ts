import { counted, plural, withCommas } from '../../counted.ts';
import { hasBuckets, hasRing, kindIn, rootNames } from '../../laboratory/structures.ts';
import { type Audit, equation, type SlotClass } from '../../judge/audit/audit.ts';
import type { Loss } from '../../judge/audit/blame.ts';
import { grouped } from '../../judge/groups.ts';
import type { Cut } from '../../judge/audit/ownership.ts';
import { BY_COUNT, IN_MAGAZINE } from '../../judge/audit/claim-bits.ts';
import { FREE_TOP, S_LIMBO, S_NEXT } from '../../kernel/layout.ts';
import { showContent, whoHas } from '../words.ts';

/** How a slot is owned, for drawing: its one owner class, `leaked`, or `conflict` where several claim it. */
export type OwnerClass = 'reachable' | 'inHand' | 'retired' | 'parked' | 'free' | 'leaked' | 'conflict';

export interface GraphNode {
  /** `head`, `slot3`, `t1list0`: the same in data, DOT and SVG. */
  readonly id: string;
  /** `cut` is a word that led to slots which are leaked now. */
  readonly kind: 'root' | 'slot' | 'more' | 'cut';
  /** What is written on it: lines of text. */
  readonly lines: readonly string[];
  /** One sentence about it, with its path from a root. */
  readonly title: string;
  /** Null for a root and for the dots that stand for slots that are not drawn. */
  readonly slot: number | null;
  readonly ownerClass: OwnerClass | null;
  readonly classes: readonly SlotClass[];
}

export interface GraphEdge {
  readonly from: string;
  readonly to: string;
  /** `cut` is an edge that is no more. */
  readonly kind: 'root' | 'next' | 'limbo' | 'cut';
  readonly text: string;
}

/** A list of slots as it is drawn: its roots, then the slots that no earlier row has drawn. */
export interface GraphRow {
  readonly name: string;
  readonly roots: readonly string[];
  readonly slots: readonly string[];
}

/** Roots, slots and edges of a slab, with the edges that were cut. */
export interface LeakGraph {
  readonly title: string;
  readonly equation: string;
  readonly rows: readonly GraphRow[];
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
  /** A sentence for every leaked slot and for every one that is held back, up to the limit. */
  readonly notes: readonly string[];
}

export interface LeakGraphOptions {
  readonly title?: string;
  /** What is known about the leaked slots: from `blame` or `blameSnapshot`. */
  readonly losses?: readonly Loss[];
  /** How a value is shown. */
  readonly show?: (value: number) => string;
  /** The most slots to draw in one row, and the most cuts and notes. Default 24. */
  readonly limit?: number;
}

/** The graph of a slab at one moment, ready to be drawn. The same audit gives the same graph. */
export function leakGraph(audit: Audit, options: LeakGraphOptions = {}): LeakGraph {
  return new Drawing(audit, options).graph();
}

const SAID: Readonly<Record<SlotClass, string>> = {
  reachable: 'reachable',
  inHand: 'in hand',
  retired: 'retired',
  parked: 'parked',
  free: 'free',
  leaked: 'leaked',
  conflict: 'in conflict',
  stranded: 'stranded',
  cyclic: 'on a cycle',
  retiredTwice: 'retired twice',
};

class Drawing {
  readonly #audit: Audit;
  readonly #options: LeakGraphOptions;
  readonly #limit: number;
  readonly #rows: { name: string; roots: string[]; slots: string[] }[] = [];
  readonly #nodes = new Map<string, GraphNode>();
  readonly #edges: GraphEdge[] = [];
  /** For each row that leaves slots out, the dots that stand for them, by the class of its slots. */
  readonly #dots = new Map<SlotClass, string>();

  constructor(audit: Audit, options: LeakGraphOptions) {
    this.#audit = audit;
    this.#options = options;
    this.#limit = Math.max(1, options.limit ?? 24);
  }

  graph(): LeakGraph {
    const { title = 'Who owns each slot' } = this.#options;
    this.#owned();
    this.#lost();
    this.#links();
    return {
      title,
      equation: equation(this.#audit),
      rows: this.#rows.filter(({ roots, slots }) => roots.length + slots.length > 0),
      nodes: [...this.#nodes.values()],
      edges: this.#edges.filter(({ from, to }) => this.#nodes.has(from) && this.#nodes.has(to)),
      notes: this.#notes(),
    };
  }

  /** The rows of the owners. What a row shows, a later one only points to. */
  #owned(): void {
    const { words, geometry } = this.#audit;
    const enough = this.#limit + 1;
    const rooted: [root: string, slot: number][] = [];
    const root = (id: string, text: string, slot: number): string => {
      this.#node({
        id,
        kind: 'root',
        lines: [text],
        title: slot === 0 ? `${text} names no slot.` : `${text} names slot ${slot}.`,
      });
      if (slot !== 0) rooted.push([id, slot]);
      return id;
    };
    const named = (address: number): number => geometry.link.index(words[address]);
    const { reachable, stranded, free, cached } = this.#audit;
    const names = rootNames(geometry);
    const kind = kindIn(geometry);
    const [first, ...others] = names;
    const end = (n: number): string => root(names[n].toLowerCase(), names[n], named(geometry.root(n)));
    if (hasBuckets(geometry)) {
      for (const [n, chain] of this.#audit.chains(enough).entries())
        if (chain.length > 0) this.#row(names[n], [end(n)], chain, 'reachable', chain.length, names[n]);
    } else {
      const ends = names.map((_, n) => end(n));
      this.#row(kind, ends, this.#audit.inside(enough), 'reachable', reachable - stranded, first);
    }
    this.#row('stranded', [], this.#audit.fromOtherRoots(enough), 'stranded', stranded, others.join(', '));
    const isRing = hasRing(geometry);
    const top = root('free', 'free list', isRing ? (this.#audit.freeList(1)[0] ?? 0) : named(FREE_TOP));
    this.#row('free list', [top], this.#audit.freeList(enough), 'free', free - cached, 'free list');
    for (const { thread, slots } of this.#audit.caches()) {
      const id = root(`t${thread}cache`, `T${thread} cache`, slots[0]);
      this.#row(`free, cache of T${thread}`, [id], slots, 'free', slots.length, `T${thread} cache`);
    }
    for (const { thread, list, slots } of this.#audit.retiredLists()) {
      const id = root(`t${thread}list${list}`, `T${thread} list ${list}`, slots[0]);
      this.#row(`retired, T${thread}`, [id], slots, 'retired', slots.length, `T${thread} list ${list}`);
    }
    for (const { thread, hazard, slot } of this.#audit.handOvers()) {
      const id = root(`t${thread}handover${hazard}`, `T${thread} hand-over ${hazard}`, slot);
      this.#row(`parked, T${thread}`, [id], [slot], 'parked', 1, `T${thread} hand-over ${hazard}`);
    }
    for (const { thread, n, slots } of this.#audit.chainsOfClaims()) {
      const id = root(`t${thread}claim${n}`, `T${thread} claim ${n}`, slots[0]);
      this.#row(`held by counts, T${thread}`, [id], slots, 'retired', slots.length, `T${thread} claim ${n}`);
    }
    const hands = [
      ...this.#audit.slotsInHand().map((hand) => ({ ...hand, is: 'hand' })),
      ...this.#audit.takenFromHandOvers().map((hand) => ({ ...hand, is: 'taking' })),
    ];
    for (const hand of hands) {
      const { thread, slot, counts, is } = hand;
      const who = whoHas(hand);
      // Before it takes a slot a thread writes down which: that is no claim yet.
      const id = root(`t${thread}${is}`, counts ? `${who} hand` : `${who} intends`, slot);
      this.#row(
        counts ? `in hand, ${who}` : `intent, ${who}`,
        [id],
        counts ? [slot] : [],
        'inHand',
        Number(counts),
        `${who} hand`,
      );
    }
    for (const { thread, slots, has } of this.#audit.chainsInHand()) {
      const id = root(
        `t${thread}chain`,
        has.length > 0 ? `T${thread} chain` : `T${thread} intends`,
        slots[0],
      );
      const name = has.length > 0 ? `chain in hand, T${thread}` : `intent, T${thread}`;
      this.#row(name, [id], [...has], 'inHand', has.length, `T${thread} chain`);
    }
    for (const [id, slot] of rooted)
      this.#edges.push({ from: id, to: this.#idOf(slot), kind: 'root', text: '' });
  }

  /** A row for every cut, which begins at the word that was cut, and one for the slots of which no cut is known. */
  #lost(): void {
    const known = new Map((this.#options.losses ?? []).map(({ slot, cut }) => [slot, cut]));
    const groups = grouped<number, Cut | null>(
      this.#audit.slotsOf('leaked'),
      (slot) => known.get(slot) ?? null,
    );
    const cuts = [...groups.keys()].filter((cut) => cut !== null);
    for (const [i, cut] of cuts.slice(0, this.#limit).entries()) {
      const by = `T${cut.thread} ${cut.label}, step ${cut.step}`;
      const title = `${cut.word} named slot ${cut.from} until T${cut.thread} changed it by ${cut.label} in step ${cut.step}.`;
      const word = this.#node({ id: `cut${i + 1}`, kind: 'cut', lines: [cut.word, by], title });
      const slots = groups.get(cut) ?? [];
      const order = this.#inOrder(cut.from, slots);
      this.#row('leaked', [word], order, 'leaked', order.length, `no word leads to it since ${by}`);
      this.#edges.push({ from: word, to: this.#idOf(order[0]), kind: 'cut', text: by });
    }
    const unexplained = [
      ...(groups.get(null) ?? []),
      ...cuts.slice(this.#limit).flatMap((cut) => groups.get(cut) ?? []),
    ];
    this.#row('leaked', [], unexplained, 'leaked', unexplained.length, 'no word leads to it');
  }

  /** The slots that one cut lost, as they hang together: from the one that was cut off along the next words, then the others. */
  #inOrder(first: number, slots: readonly number[]): number[] {
    const { words, geometry } = this.#audit;
    const left = new Set(slots);
    const order: number[] = [];
    let slot = first;
    while (left.delete(slot)) {
      order.push(slot);
      slot = geometry.link.index(words[geometry.slot(slot, S_NEXT)]);
    }
    return [...order, ...left];
  }

  /** A row of up to the limit, its first root's name being where the paths to its slots begin. */
  #row(
    name: string,
    roots: string[],
    slots: readonly number[],
    of: SlotClass,
    total: number,
    root: string,
  ): void {
    const places = slots.map((slot, place) => ({ slot, place }));
    const fresh = places.filter(({ slot }) => !this.#nodes.has(`slot${slot}`));
    const drawn = fresh
      .slice(0, this.#limit)
      .map(({ slot, place }) => this.#slot(slot, of, of === 'leaked' ? root : pathText(root, slots, place)));
    if (fresh.length > drawn.length) {
      const id = `more${this.#rows.length}`;
      const title = `${counted(total - drawn.length, 'more slot that is', 'more slots that are')} ${SAID[of]} ${plural(total - drawn.length, 'is', 'are')} not drawn.`;
      this.#dots.set(
        of,
        this.#node({ id, kind: 'more', lines: ['…', `${withCommas(total - drawn.length)} more`], title }),
      );
      drawn.push(id);
    }
    this.#rows.push({ name, roots, slots: drawn });
  }

  #slot(slot: number, of: SlotClass, path: string): string {
    const classes = this.#audit.classesOf(slot);
    const content = this.#content(slot, of);
    return this.#node({
      id: `slot${slot}`,
      kind: 'slot',
      lines: content === '' ? [String(slot)] : [String(slot), content],
      title: `Slot ${slot}: ${classes.map((each) => SAID[each]).join(', ')}; ${path}.`,
      slot,
      ownerClass: ownerClassOf(classes),
      classes,
    });
  }

  /** What the structure's slots hold; the value of any other slot means nothing. */
  #content(slot: number, of: SlotClass): string {
    const { words, geometry } = this.#audit;
    if (of === 'reachable' && this.#audit.inside(this.#audit.dummies).includes(slot)) return 'dummy';
    if (of !== 'reachable' && of !== 'stranded') return '';
    const value = showContent({ geometry, show: this.#options.show ?? String }, words, slot);
    return this.#audit.isDeleted(slot) ? `${value} deleted` : value;
  }

  /** The words that lead on from the slots that are drawn. What a slot names in hand, or on a list, or from a cut to another, is stale. */
  #links(): void {
    const { words, geometry, slots } = this.#audit;
    const rowOf = new Map(this.#rows.flatMap((row) => row.slots.map((id) => [id, row])));
    const lead = (from: GraphNode, to: number, kind: 'next' | 'limbo'): void => {
      if (to < 1 || to > slots) return;
      const id = this.#idOf(to);
      if (from.ownerClass === 'leaked' && rowOf.get(id) !== rowOf.get(from.id)) return;
      this.#edges.push({ from: from.id, to: id, kind, text: '' });
    };
    for (const { slot, classes, ...node } of this.#nodes.values()) {
      if (slot === null) continue;
      const { follows, chains } = this.#leads(slot, classes);
      const from = { slot, classes, ...node };
      if (follows) lead(from, geometry.link.index(words[geometry.slot(slot, S_NEXT)]), 'next');
      if (chains) lead(from, words[geometry.slot(slot, S_LIMBO)], 'limbo');
    }
  }

  /** Which words of a slot lead on: a slot in a magazine keeps the next word that it had. */
  #leads(slot: number, classes: readonly SlotClass[]): { follows: boolean; chains: boolean } {
    const cached = classes.includes('free') && this.#audit.geometry.cache !== 0;
    const inMagazine = (this.#audit.marks.claims[slot] & IN_MAGAZINE) !== 0;
    const ways = (['reachable', 'free', 'leaked'] as const).filter((each) => classes.includes(each));
    // In a ring no slot leads to the next one.
    const follows = ways.some((each) => each !== 'free' || !hasRing(this.#audit.geometry));
    const byCount = (this.#audit.marks.claims[slot] & BY_COUNT) !== 0;
    return {
      follows: (follows && !inMagazine) || byCount,
      chains: cached || (classes.includes('retired') && !byCount),
    };
  }

  #notes(): string[] {
    const { losses = [] } = this.#options;
    const held = this.#audit.heldBack(this.#limit + 1);
    const all = [...losses.map(({ note }) => note), ...held.map(({ note }) => note)];
    if (all.length <= this.#limit) return all;
    return [...all.slice(0, this.#limit), '… and more.'];
  }

  /** The node that shows a slot: its own, or the dots that stand for it. */
  #idOf(slot: number): string {
    const own = `slot${slot}`;
    if (this.#nodes.has(own)) return own;
    const classes = this.#audit.classesOf(slot);
    return [...this.#dots].find(([of]) => classes.includes(of))?.[1] ?? own;
  }

  #node(node: Pick<GraphNode, 'id' | 'kind' | 'lines' | 'title'> & Partial<GraphNode>): string {
    this.#nodes.set(node.id, { slot: null, ownerClass: null, classes: [], ...node });
    return node.id;
  }
}

function ownerClassOf(classes: readonly SlotClass[]): OwnerClass {
  if (classes.includes('conflict')) return 'conflict';
  const owners = ['reachable', 'inHand', 'retired', 'parked', 'free'] as const;
  return owners.find((owner) => classes.includes(owner)) ?? 'leaked';
}

/** The way from a root, its middle left out when it is long: `Head → 1 → 2 → … → 9`. */
function pathText(root: string, slots: readonly number[], place: number): string {
  const way = slots.slice(0, place + 1).map(String);
  const shown = way.length <= 6 ? way : [...way.slice(0, 3), '…', way[way.length - 1]];
  return [root, ...shown].join(' → ');
}
