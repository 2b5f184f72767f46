import { counted, listed, plural } from '../../counted.ts';
import {
  ACTIVE,
  type Geometry,
  OP_NONE,
  R_CHAIN,
  R_HAND,
  R_OPERATION,
  R_STATUS,
  R_TAKES,
  RETIRED,
  COUNT_WORD,
  S_STATE,
} from '../../kernel/layout.ts';
import { claimsOfThreads, countedClaims, heldByCounts, type ThreadClaim } from './claims.ts';
import { claimsOnTheirWay } from './counts.ts';
import { type Holder, holderText } from '../../kernel/announcement.ts';
import { deadHolders, type HeldBack, holderOf } from './holder.ts';
import { BY_COUNT, IN_HAND } from './claim-bits.ts';
import { mark, type Marks } from './mark.ts';

/** A retired slot with the threads whose claims keep it from being freed. */
interface CountHeld {
  readonly slot: number;
  /** Its claims, whose they are. */
  readonly claims: number;
  /** What leads to it: claims of threads on this slot, or on one from which next words lead to it. */
  readonly holders: readonly ThreadClaim[];
  /** The slots from one that a thread has a claim on to this one; only this one where a thread holds it itself. */
  readonly chain: readonly number[];
}

/** The slots that were retired and have claims, by slot, up to `limit` of them. */
function heldByClaims(words: Int32Array, geometry: Geometry, limit: number): CountHeld[] {
  if (heldByCounts(words, geometry) === 0) return [];
  const marks = mark(words, geometry);
  const claims = realClaims(words, geometry, marks);
  const behind = namedByRetired(words, geometry, marks);
  const found: CountHeld[] = [];
  for (let slot = 1; slot <= geometry.slots && found.length < limit; slot++) {
    if ((marks.claims[slot] & BY_COUNT) === 0) continue;
    found.push({ slot, claims: countedClaims(words, geometry, slot), ...waysTo(slot, claims, behind) });
  }
  return found;
}

/** By slot the claims of threads on it. One that may be on its way is there if the count of the slot has one that nothing else accounts for. */
function realClaims(words: Int32Array, geometry: Geometry, marks: Marks): ReadonlyMap<number, ThreadClaim[]> {
  const left = claimsOnTheirWay(words, geometry, marks);
  const found = new Map<number, ThreadClaim[]>();
  const hands: readonly number[] = [R_HAND, R_TAKES, R_CHAIN];
  for (const claim of claimsOfThreads(words, geometry, marks.links)) {
    const { slot, thread, address, announced } = claim;
    const isHand = hands.includes(address - geometry.record(thread)) && (marks.claims[slot] & IN_HAND) !== 0;
    if (announced !== null || isHand || left[slot]-- > 0)
      found.set(slot, [...(found.get(slot) ?? []), claim]);
  }
  return found;
}

/** By slot those whose next words have a claim on it, of slots that are not in the structure. */
function namedByRetired(
  words: Int32Array,
  geometry: Geometry,
  { claims, links }: Marks,
): ReadonlyMap<number, number[]> {
  const found = new Map<number, number[]>();
  for (let slot = 1; slot <= geometry.slots; slot++) {
    const isRetired = words[geometry.slot(slot, S_STATE)] === RETIRED;
    const leads = isRetired || (claims[slot] & IN_HAND) !== 0;
    if (leads && links[slot] !== 0 && links[slot] !== slot)
      found.set(links[slot], [...(found.get(links[slot]) ?? []), slot]);
  }
  return found;
}

/** The claims that lead to a slot, and the shortest way from one. */
function waysTo(
  slot: number,
  claims: ReadonlyMap<number, ThreadClaim[]>,
  behind: ReadonlyMap<number, readonly number[]>,
): Pick<CountHeld, 'holders' | 'chain'> {
  const ways = new Map<number, readonly number[]>([[slot, [slot]]]);
  const holders: ThreadClaim[] = [];
  let chain: readonly number[] | null = null;
  for (const [at, way] of ways) {
    const here = claims.get(at) ?? [];
    holders.push(...here);
    if (here.length > 0) chain ??= way;
    for (const before of behind.get(at) ?? []) if (!ways.has(before)) ways.set(before, [before, ...way]);
  }
  return { holders, chain: chain ?? [slot] };
}

/** Who holds the slots back that were retired and have claims, by slot, up to `limit` of them. */
export function countsHolding(words: Int32Array, geometry: Geometry, limit: number): HeldBack[] {
  return heldByClaims(words, geometry, limit).map((held) => heldBackBy(held, words, geometry));
}

/** A slot that is on no list, and that claims keep from being freed. */
function heldBackBy(held: CountHeld, words: Int32Array, geometry: Geometry): HeldBack {
  const holders = held.holders.map(({ thread, address, announced }): Holder => {
    const claim = announced ?? 'on its way';
    return holderOf({ thread, address, name: `claim ${claim}`, claim }, words, geometry);
  });
  const note = countNote(held, holders.map(holderText)).replace(/\.$/, `${deadHolders(holders)}.`);
  const thread = holders[0]?.thread ?? 0;
  const through = held.chain.length > 1 ? held.chain[0] : null;
  return { slot: held.slot, thread, list: null, stamp: null, age: null, unit: null, through, holders, note };
}

/** What a claim of a thread holds back. */
export interface ClaimedChain {
  readonly thread: number;
  /** The number of the claim, from 0. */
  readonly n: number;
  readonly slots: readonly number[];
}

/** The retired slots that each announced word of a thread leads to, along the next words. Words that lead to none are left out. */
export function claimedChains(
  words: Int32Array,
  geometry: Geometry,
  { claims, links }: Marks,
): ClaimedChain[] {
  return claimsOfThreads(words, geometry, links).flatMap(({ thread, slot, announced }) => {
    const slots: number[] = [];
    for (let at = slot; ((claims[at] ?? 0) & BY_COUNT) !== 0 && !slots.includes(at); at = links[at])
      slots.push(at);
    return announced === null || slots.length === 0 ? [] : [{ thread, n: announced, slots }];
  });
}

/** Who holds a slot back as a sentence. */
function countNote({ slot, claims, holders }: CountHeld, names: readonly string[]): string {
  const has = `Slot ${slot} is retired and has ${counted(claims, 'claim')}`;
  if (holders.length === 0) return `${has}: it waits for the thread that is at it.`;
  const claimed = [...new Set(holders.map((holder) => holder.slot))];
  const parts = claimed.map((at) => {
    const who = [...new Set(names.filter((_, i) => holders[i].slot === at))];
    return `${listed(who)} ${plural(who.length, 'holds', 'hold')} ${at === slot ? 'it back' : `slot ${at}`}`;
  });
  const others = claimed.filter((at) => at !== slot).length;
  const lead =
    others > 1 ? ', from each of which next words lead to it' : ', from which next words lead to it';
  return `${has}: ${parts.join(', and ')}${others === 0 ? '' : lead}.`;
}

/**
 * Why nobody will free a slot that was retired: what its claims are that no thread leads to. Null of any other slot.
 */
export function unendedClaims(
  words: Int32Array,
  geometry: Geometry,
  marks: Marks,
  slot: number,
  inside: readonly number[] = threadsInside(words, geometry),
): string | null {
  if (words[geometry.slot(slot, S_STATE)] !== RETIRED) return null;
  const word = words[geometry.slot(slot, COUNT_WORD)];
  if (word < 0)
    return `its count is ${word}: claims were given up that it did not have, and no thread finds the last one ended`;
  if (word === 0)
    return 'it was retired and has no claim left, and the thread that ended the last one should have freed it';
  if ((word & 1) !== 0)
    return 'its count says that a thread was retiring or freeing it, and it is in no hand';
  const count = countedClaims(words, geometry, slot);
  const left = claimsOnTheirWay(words, geometry, marks)[slot];
  const has = `it was retired with ${counted(count, 'claim')} left`;
  if (left > 0) {
    const whose =
      left === count
        ? plural(count, 'which is', 'which are')
        : `${left} of which ${plural(left, 'is', 'are')}`;
    const it = plural(left, 'it', 'them');
    const then =
      inside.length === 0
        ? `what had ${it} should have given ${it} up`
        : `only a thread inside an operation can still have ${it} and give ${it} up, and ${listed(inside.map((thread) => `T${thread}`))} ${plural(inside.length, 'has', 'have')} begun one`;
    return `${has}, ${whose} accounted for by no word and by no thread's record: ${then}`;
  }
  const circle = circleOf(slot, marks.links);
  if (circle !== null) {
    const others =
      circle.length === 1 ? 'it names itself' : `the slots ${circle.join(', ')} name each other in a circle`;
    return `${has}, and no thread leads to it: ${others}, so that no count of them comes to 0`;
  }
  return `${has}, by the next word of a slot that is leaked itself`;
}

/**
 * The threads that are alive and have begun an operation: only they can have what no record speaks of.
 *
 * @param inside those that a recording knows to be; left out, as the words say, by which an operation is begun before its first step
 */
export function threadsInside(
  words: Int32Array,
  geometry: Geometry,
  inside: ReadonlySet<number> | null = null,
): number[] {
  return Array.from({ length: geometry.threads }, (_, i) => i + 1).filter((thread) => {
    const record = geometry.record(thread);
    return (
      words[record + R_STATUS] === ACTIVE &&
      words[record + R_OPERATION] !== OP_NONE &&
      inside?.has(thread) !== false
    );
  });
}

/** The slots of the circle of next words that a slot is on or is named from, ascending; null if there is none. */
function circleOf(slot: number, links: Int32Array): number[] | null {
  const seen: number[] = [];
  for (let at = slot; at !== 0; at = links[at]) {
    if (at === slot && seen.length > 0) return seen.toSorted((a, b) => a - b);
    if (seen.includes(at)) return null;
    seen.push(at);
  }
  return null;
}
