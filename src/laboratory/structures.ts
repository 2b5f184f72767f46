import { InternalError, UsageError } from '../errors.ts';
import { closest } from '../suggest.ts';
import { shownGiven } from '../visible.ts';
import { type Invariant, STRUCTURE_INVARIANTS } from '../kernel/invariants.ts';
import { FREE_LIST_RING, FREE_TOP, type Geometry, MIN_STRIDE, S_NEXT, S_VALUE } from '../kernel/layout.ts';
import type { CellCard, StructureCard, StructureOperation } from '../kernel/structure-card.ts';
import * as harrisList from '../kernel/structures/harris-list.ts';
import * as scotList from '../kernel/structures/scot-list.ts';
import * as indexRing from '../kernel/structures/index-ring.ts';
import { HEADS } from '../kernel/structures/index-ring.ts';
import * as orderedList from '../kernel/structures/ordered-list.ts';
import { FREE_LIST, freeRing, type RingView } from '../kernel/structures/ring-card.ts';
import * as michaelScott from '../kernel/structures/michael-scott.ts';
import * as chaseLev from '../kernel/structures/chase-lev.ts';
import * as hashSet from '../kernel/structures/hash-set.ts';
import * as michaelList from '../kernel/structures/michael-list.ts';
import * as scq from '../kernel/structures/scq.ts';
import * as segments from '../kernel/structures/segments.ts';
import * as shannRing from '../kernel/structures/shann-ring.ts';
import * as treiberStack from '../kernel/structures/treiber-stack.ts';
import * as vyukovRing from '../kernel/structures/vyukov-ring.ts';
import type { ModuleExports } from '../host/own-module.ts';
import type { StructureClass } from './structure-class.ts';

/** The files of the lab's structures, in the order in which they are shown: a structure is its file, named by its id, and a line here. */
const STRUCTURE_MODULES: readonly ModuleExports[] = [
  michaelScott,
  treiberStack,
  michaelList,
  harrisList,
  scotList,
  hashSet,
  segments,
  chaseLev,
  scq,
  vyukovRing,
  shannRing,
];

/** The files of what several structures have in common: a class that each of them extends, with its steps. */
const SHARED_MODULES: readonly (readonly [name: string, module: ModuleExports])[] = [
  ['ordered-list', orderedList],
];

/** The file of what a structure and a free list have in common, with its steps, and the structure. */
const [RING_NAME, RING_MODULE, RING_OF]: readonly [string, ModuleExports, string] = [
  'index-ring',
  indexRing,
  'scq',
];

/** A structure with what is known of it. */
export interface KnownStructure {
  readonly structure: StructureClass;
  readonly card: StructureCard;
}

const known = new Map<number, KnownStructure>();
/** The URLs of the modules of structures of the user's own, and these by their URLs. */
const urls = new Map<StructureClass, string>();
const byUrl = new Map<string, StructureClass>();
/** The operations of all structures. An operation of the same name does the same in all of them. */
const byName = new Map<string, NamedOperation>();

/** The class of a structure that a module exports; null if it exports none. */
function structureIn(module: ModuleExports): StructureClass | null {
  const found = Object.values(module).find((each) => typeof each === 'function' && 'DUMMIES' in each);
  return found === undefined ? null : (found as unknown as StructureClass);
}

/** Learns a structure by the number in its class, with its card. A subclass of a known one has its number, and its card. */
function learnStructure(structure: StructureClass, card: StructureCard): void {
  known.set(structure.NUMBER, { structure, card });
  for (const operation of card.operations)
    if (!byName.has(operation.name)) byName.set(operation.name, { ...operation, of: structure.KIND });
}

for (const module of STRUCTURE_MODULES) {
  const structure = structureIn(module);
  if (structure === null) continue;
  const other = known.get(structure.NUMBER)?.structure;
  if (other !== undefined)
    throw new InternalError(
      `The structures ${other.ID} and ${structure.ID} are both number ${structure.NUMBER}: give each its own.`,
    );
  learnStructure(structure, module['CARD'] as StructureCard);
}

const fileNamed = (name: string): string => `src/kernel/structures/${name}.ts`;

/** The same files and those that they share, with their paths from the root of the repository. */
export const STRUCTURE_FILES: readonly { readonly module: ModuleExports; readonly file: string }[] = [
  ...STRUCTURE_MODULES.map((module) => ({ module, file: fileNamed(structureIn(module)?.ID ?? '') })),
  ...SHARED_MODULES.map(([name, module]) => ({ module, file: fileNamed(name) })),
  { module: RING_MODULE, file: fileNamed(RING_NAME) },
];

/** Where the steps of a free list are made that is a ring. */
export const RING_FILE: string = fileNamed(RING_NAME);

/** Where the steps of a structure are made: in its own file, or by its URL, and in those that it shares with others. */
export function filesOfStructure({ ID }: Pick<StructureClass, 'ID'>): string[] {
  const of = [...structures, ...urls.keys()].find((each) => each.ID === ID);
  const own = (of && urls.get(of)) ?? fileNamed(ID);
  // Those of the classes that it extends.
  const shared = STRUCTURE_FILES.filter(({ module }) =>
    Object.values(module).some((each) => typeof each === 'function' && of?.prototype instanceof each),
  );
  const ring = of?.ID === RING_OF ? [RING_FILE] : [];
  return [own, ...shared.map(({ file }) => file), ...ring];
}

/** The structures of the lab, in the order in which they are shown. */
export const structures: readonly StructureClass[] = [...known.values()].map(({ structure }) => structure);

/** Learns a structure of the user's own, which has been checked, by its number and by the URL of its module. */
export function learnOwnStructure(structure: StructureClass, card: StructureCard, url: string): void {
  learnStructure(structure, card);
  urls.set(structure, url);
  byUrl.set(url, structure);
}

/** The URL of the module of a structure of the user's own; null of one of the lab's. */
export function urlOfStructure(structure: StructureClass): string | null {
  return urls.get(structure) ?? null;
}

/** The structures of the user's own that are known. */
export function ownStructures(): readonly StructureClass[] {
  return [...urls.keys()];
}

/** The name by which a program finds a structure: its id, or the URL of its module. */
export function nameOfStructure(structure: StructureClass): string {
  return urlOfStructure(structure) ?? structure.ID;
}

/** The structure that a number stands for; undefined if none is known. */
export function structureOfNumber(number: number): StructureClass | undefined {
  return known.get(number)?.structure;
}

/** The structure that is meant where none is named. */
export const usualStructure: StructureClass = structures[0];

/**
 * A structure of the lab by its id, one of the user's own by the URL of its module, which has been loaded, or the usual one. Throws a
 * UsageError if there is none of that name.
 */
export function structureById(id: string | undefined): StructureClass {
  if (id === undefined) return usualStructure;
  const found = structures.find(({ ID }) => ID === id) ?? byUrl.get(id);
  if (found !== undefined) return found;
  const ids = structures.map(({ ID }) => ID);
  throw new UsageError(
    `There is no structure ${shownGiven(id)}${typeof id === 'string' ? closest(id, ids) : ''}; the structures are ${ids.join(', ')}, or give the path of a file with your own, such as ./mine.js.`,
  );
}

/** What is known of a structure's class. */
export function cardOfStructure({ NUMBER }: StructureClass): StructureCard {
  return known.get(NUMBER)?.card ?? NOTHING_KNOWN;
}

/** The structure by whose modules one is run in the engine `wasm`: itself, or another one that has the same methods. */
export function compiledAs(structure: StructureClass): StructureClass {
  const { compiledAs: id } = cardOfStructure(structure);
  return id === undefined ? structure : structureById(id);
}

/** What is known of the structure of a laboratory. */
export function structureOf({ structure }: Pick<Geometry, 'structure'>): KnownStructure | null {
  return known.get(structure) ?? null;
}

/** The card of a laboratory's structure; one that says nothing if it is not known here. */
export function structureCard(geometry: Pick<Geometry, 'structure'>): StructureCard {
  return structureOf(geometry)?.card ?? NOTHING_KNOWN;
}

/** True of a laboratory whose free list is a ring. */
export function hasRing({ freeList }: Pick<Geometry, 'freeList'>): boolean {
  return freeList === FREE_LIST_RING;
}

/** True of a word of the free list that threads meet at: its top; or the positions and entries of a ring. */
export function isOfFreeList(geometry: Geometry, address: number): boolean {
  if (!hasRing(geometry)) return address === FREE_TOP;
  const cell = address - geometry.cell(0);
  return cell >= 0 && cell < geometry.cells;
}

/** The free list of a laboratory that has a ring in its place. */
export function ringIn(words: Int32Array, geometry: Geometry): RingView {
  return freeRing((n) => words[geometry.cell(n)], geometry.slots);
}

/** The number of the entry of such a free list that has an address; -1 if none has. */
export function ringEntryAt(geometry: Geometry, address: number): number {
  if (!hasRing(geometry)) return -1;
  const entry = address - geometry.cell(HEADS);
  return entry >= 0 && entry < geometry.cells - HEADS ? entry : -1;
}

/** The slot that an entry of it names; 0 if it names none. */
export function slotInEntry({ cells }: Pick<Geometry, 'cells'>, content: number): number {
  const none = cells - HEADS - 1;
  return (content & none) === none ? 0 : content & none;
}

/** What is known of a free list that is a ring; null of a stack. */
export function ringCard(geometry: Pick<Geometry, 'freeList'>): StructureCard | null {
  return hasRing(geometry) ? FREE_LIST : null;
}

/** What is in the array of a laboratory: the cells of its structure, or its free list; undefined where it has none. */
export function arrayCard(geometry: Pick<Geometry, 'structure' | 'freeList'>): CellCard | undefined {
  return (ringCard(geometry) ?? structureCard(geometry)).cells;
}

/** Of a structure that was not loaded: a snapshot of a user's own may be looked at without it. */
const NOTHING_KNOWN: StructureCard = { operations: [], order: 'FIFO', roots: [], invariants: [] };

/** The most values that a structure holds, whatever its slots; no bound where they decide. */
export function mostInside(structure: StructureClass): number {
  const { capacity } = cardOfStructure(structure);
  return typeof capacity === 'number' ? capacity : Infinity;
}

/** How many of the first slots inside hold no value: where a slot has cells, each may hold some. */
export function dummiesIn(geometry: Pick<Geometry, 'structure'>): number {
  const { structure = null, card } = structureOf(geometry) ?? { card: NOTHING_KNOWN };
  return card.segments === undefined ? (structure?.DUMMIES ?? 0) : 0;
}

/** The slots that a structure with these values uses, in slots of so many words. */
export function slotsOfValues(structure: StructureClass, values: number, stride: number): number {
  const { cells, segments: own } = cardOfStructure(structure);
  if (cells !== undefined) return structure.DUMMIES;
  if (own === undefined) return structure.DUMMIES + values;
  return Math.max(structure.DUMMIES, Math.ceil(values / own.count(stride)));
}

/** What is in words of slots when a structure begins with these values inside, beside what `begin` of its class writes. */
export function firstWords(
  structure: StructureClass,
  values: readonly number[],
  stride: number,
): readonly (readonly [slot: number, word: number, content: number])[] {
  const { cells, segments: own } = cardOfStructure(structure);
  if (cells !== undefined || values.length === 0) return [];
  return own?.begins(values, stride) ?? values.map((value, i) => [structure.DUMMIES + 1 + i, S_VALUE, value]);
}

/** The words of a slot of a structure where nothing else is said. */
export function usualStride({ STRIDE = MIN_STRIDE }: Pick<StructureClass, 'STRIDE'>): number {
  return STRIDE;
}

/**
 * The words that lead to these keys in a set whose roots are buckets, by their addresses, beside what `begin` of its class writes: the slots from 1
 * on have the keys, which ascend. None of a structure without buckets.
 */
export function bucketWords(
  structure: StructureClass,
  keys: readonly number[],
  geometry: Geometry,
): readonly (readonly [address: number, content: number])[] {
  const { buckets } = cardOfStructure(structure);
  if (buckets === undefined) return [];
  const last = Array.from({ length: geometry.roots }, (_, n) => geometry.root(n));
  const words = new Map(last.map((address) => [address, 0]));
  for (const [i, key] of keys.entries()) {
    const bucket = buckets(key, geometry.roots);
    words.set(last[bucket], i + 1);
    last[bucket] = geometry.slot(i + 1, S_NEXT);
    words.set(last[bucket], 0);
  }
  return [...words];
}

/** The invariants that a structure has as one of linked nodes: none without roots, and nothing about values where a node has cells. */
export function nodeInvariants(structure: StructureClass): readonly Invariant[] {
  if (structure.ROOTS === 0) return [];
  const hasCells = cardOfStructure(structure).segments !== undefined;
  return STRUCTURE_INVARIANTS.filter(({ about }) => !hasCells || !about.includes('value'));
}

/** What a laboratory holds, in a word: `queue`. */
export function kindIn(geometry: Pick<Geometry, 'structure'>): string {
  return structureOf(geometry)?.structure.KIND ?? 'structure';
}

/** The name of a root, numbered from 0: `Head`; of a bucket `Bucket0`. */
export function rootName(geometry: Pick<Geometry, 'structure'>, n: number): string {
  const { roots, buckets } = structureCard(geometry);
  return buckets === undefined ? (roots[n]?.name ?? `Root${n}`) : `${roots[0].name}${n}`;
}

/** How many of the first roots lead to what is inside: the first alone, or all of them where they are buckets. */
export function leadingRoots(geometry: Pick<Geometry, 'structure' | 'roots'>): number {
  return hasBuckets(geometry) ? geometry.roots : Math.min(1, geometry.roots);
}

/** True of a laboratory whose roots are buckets. */
export function hasBuckets(geometry: Pick<Geometry, 'structure'>): boolean {
  return structureCard(geometry).buckets !== undefined;
}

/** What leads, or led, to a node inside, in a sentence: `Head`, `its bucket`. */
export function whatLeads(geometry: Pick<Geometry, 'structure'>): string {
  return hasBuckets(geometry) ? 'its bucket' : rootName(geometry, 0);
}

/** The roots of a structure in a slab of so many slots. */
export function rootsOf(structure: Pick<StructureClass, 'ROOTS' | 'rootsFor'>, slots: number): number {
  return structure.rootsFor?.(slots) ?? structure.ROOTS;
}

/** What a laboratory holds, by its title: `Michael-Scott queue`. */
export function titleIn(geometry: Pick<Geometry, 'structure'>): string {
  return structureOf(geometry)?.structure.TITLE ?? `structure with the number ${geometry.structure}`;
}

/** The names of the roots of a laboratory's structure, in their order. */
export function rootNames(geometry: Geometry): string[] {
  return Array.from({ length: geometry.roots }, (_, n) => rootName(geometry, n));
}

/** Any root of a structure, in a sentence: `Head or Tail`, `a bucket`. */
export function anyRoot(geometry: Pick<Geometry, 'structure'>): string {
  const { roots, buckets } = structureCard(geometry);
  return buckets === undefined ? roots.map(({ name }) => name).join(' or ') : 'a bucket';
}

/** The slots that its roots name, in the same order; 0 for null. */
export function rootSlots(geometry: Geometry, words: Int32Array): number[] {
  return Array.from({ length: geometry.roots }, (_, n) => geometry.link.index(words[geometry.root(n)]));
}

/** True of a node whose own mark says that it is deleted: it may still be inside, and holds no value. */
export function isDeleted(words: Int32Array, geometry: Geometry, slot: number): boolean {
  return marksDeleted(geometry) && geometry.link.marked(words[geometry.slot(slot, S_NEXT)]) !== 0;
}

/** True if marks say in a laboratory that nodes are deleted. */
export function marksDeleted(geometry: Pick<Geometry, 'structure'>): boolean {
  return structureCard(geometry).marks === 'deleted';
}

/** The number of the root that has an address; -1 if it is that of none. */
export function rootAt(geometry: Geometry, address: number): number {
  for (let n = 0; n < geometry.roots; n++) if (geometry.root(n) === address) return n;
  return -1;
}

interface NamedOperation extends StructureOperation {
  /** What has it, in a word: `queue`. */
  readonly of: string;
}

/** What is known of an operation, by its name, in whichever structure has it; undefined if none has. */
export function structureOperation(name: string): NamedOperation | undefined {
  return byName.get(name);
}

/** True of an operation that puts a value in, and of one that takes one out. */
export function puts(name: string): boolean {
  return byName.get(name)?.does === 'put';
}

export function takes(name: string): boolean {
  return byName.get(name)?.does === 'take';
}

/** True of an operation that is given a value: what it puts in, or the key that it is about. */
export function isGivenValue(name: string): boolean {
  const operation = byName.get(name);
  return operation?.does === 'put' || operation?.keyed === true;
}

/** What an operation of a structure did, in a sentence: `enqueued`. */
export function pastOf({ operations }: StructureCard, name: string): string {
  return operations.find((operation) => operation.name === name)?.past ?? name;
}

/** What the structure of a card is, in a word: `queue`. */
export function kindOf(card: StructureCard): string {
  return [...known.values()].find((each) => each.card === card)?.structure.KIND ?? 'structure';
}

/** The name of the operation of a card that does so. */
export function operationThat(card: StructureCard, does: StructureOperation['does']): string {
  return card.operations.find((operation) => operation.does === does)?.name ?? does;
}

/** What a thread of a free run calls that puts in, takes out or asks: of a deque the owner calls other operations than its thieves. */
export function nameOfCall(card: StructureCard, does: StructureOperation['does'], thread: number): string {
  return (does === 'ask' ? null : calledBy(card, does, thread)) ?? operationThat(card, does);
}

/**
 * The operation of a deque that a thread of a free run calls to put in, or to take out: the first thread is the owner of one that has an
 * owner, and calls what only an owner may where there is such an operation. Null if the thread may call none.
 */
export function calledBy({ operations }: StructureCard, does: 'put' | 'take', thread: number): string | null {
  const those = operations.filter((each) => each.does === does && (each.by === undefined || thread === 1));
  return (those.find(({ by }) => by === 'owner') ?? those[0])?.name ?? null;
}

/** A batch of an operation: `enqueueMany`. */
export function batchName(name: string): string {
  return `${name}Many`;
}

/** True of a laboratory in which one step may put in, or take out, many values. */
export function hasChains({ chain }: Pick<Geometry, 'chain'>): boolean {
  return chain > 1;
}

/** A chain of an operation, which is a batch that has one step for all: `enqueueChain`. */
export function chainName(name: string): string {
  return `${name}Chain`;
}

/** True of the name of a chain. */
export function isChain(name: string): boolean {
  return inBatch(name) !== undefined && name.endsWith('Chain');
}

/** The operation that a batch or a chain of this name makes many times; undefined if the name is of neither. */
export function inBatch(name: string): NamedOperation | undefined {
  const [, one] = /^(.*)(?:Many|Chain)$/.exec(name) ?? [];
  return one === undefined ? undefined : byName.get(one);
}

/**
 * The slot that a word names; if it names none, the one that holds it, and 0 if none does. A damaged word may name one that there is not.
 */
export function slotAbout({ link, slotsBase, stride }: Geometry, address: number, word: number): number {
  const named = link.index(word);
  if (named !== 0 || address < slotsBase) return named;
  return Math.floor((address - slotsBase) / stride);
}
