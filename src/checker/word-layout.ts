import { EventWords, type Room } from './asynchronous/event-words.ts';
import type { decisionsOf } from './chance.ts';
import type { DeclaredMemory, Region } from './declared-memory.ts';
import { type Element, Mixed } from './element.ts';
import { Interned } from './interned.ts';
import type { ElementKind, Value } from './kinds.ts';
import { platform } from './platform.ts';
import { makeWaiting, type Sleepers, type Waiting } from './waiting.ts';

const { Int32Array: Words, Uint8Array: Bytes } = platform.arrays;

/** Where a cell is. */
interface Placed {
  readonly region: Region;
  readonly start: number;
  readonly kind: ElementKind;
}

/** Bytes of a region. */
export interface ByteRange {
  readonly region: number;
  readonly start: number;
  readonly end: number;
}

/**
 * Where everything is: first the words of all cells, one region after the other; then for each of them one with the list of threads that
 * sleep on it; then one for each thread that is 1 while it sleeps; then the clock, in milliseconds since the start; then one for each
 * thread that is 1 once it was started, and one that is 1 once it has ended; then those of event loops.
 */
export class WordLayout {
  readonly regions: readonly Region[];
  /** The words at the start. */
  readonly words: Int32Array;
  /** What stands in the words with lists. Number 0 is the empty list. */
  readonly lists: Interned<Sleepers> = new Interned<Sleepers>((list) => list.join());
  readonly waiting: Waiting;
  /** How that is called which threads do as one step. */
  readonly names: Interned<string> = new Interned<string>((name) => name);
  /** The words by which event loops hear of each other. */
  readonly events: EventWords;
  readonly clock: number;
  /** How choices are told. */
  readonly decisions: ReturnType<typeof decisionsOf>;
  readonly #threads: number;
  readonly #cells: readonly Placed[];
  /** Of each region the first word, if its cells are its elements; else -1. */
  readonly #bases: readonly number[];
  /** By region and first byte the address of a cell. */
  readonly #addresses: readonly ReadonlyMap<number, number>[];
  readonly #elements: readonly Map<number, Element>[];
  readonly #scratch = new Bytes(8);
  readonly #images = new Map<Region, Uint8Array>();

  constructor(
    { regions }: DeclaredMemory,
    threads: number,
    decisions: ReturnType<typeof decisionsOf>,
    room: Room,
  ) {
    this.decisions = decisions;
    this.#threads = threads;
    this.regions = regions.slice();
    const cells: Placed[] = [];
    this.#addresses = regions.map((region) => {
      const addresses = new Map<number, number>();
      for (const { start, kind } of region.cells.inOrder()) {
        addresses.set(start, cells.push({ region, start, kind }) - 1);
      }
      return addresses;
    });
    this.#cells = cells;
    this.#bases = this.#addresses.map((addresses, i) => {
      const { kind, before } = regions[i];
      const isWhole =
        kind !== null && [...addresses.values()].every((address) => cells[address].kind === kind);
      return isWhole && addresses.size * kind.bytes === before.length ? (addresses.get(0) ?? -1) : -1;
    });
    this.#elements = regions.map(() => new Map<number, Element>());
    this.lists.numberOf([]);
    this.clock = 2 * cells.length + threads;
    this.events = new EventWords(room, this.clock + 1 + 2 * threads);
    this.words = new Words(this.clock + 1 + 2 * threads + this.events.size);
    for (const [address, { region, start, kind }] of cells.entries())
      this.words[address] = kind.fromBytes(region.bytes, start);
    this.waiting = makeWaiting(this);
  }

  /** True if some element is made of several words: then atomic accesses may be of different sizes. */
  isMixed = false;

  /** How many words there are with what threads share. */
  get size(): number {
    return this.#cells.length;
  }

  /** Where the list of those is that sleep on a word. */
  listOf(address: number): number {
    return this.size + address;
  }

  /** The word that a list is about. */
  ofList(list: number): number {
    return list - this.size;
  }

  /** The word that is 1 while a thread sleeps. */
  sleeperOf(thread: number): number {
    return 2 * this.size + thread;
  }

  /** The word that is 1 once a thread was started by another. */
  startOf(thread: number): number {
    return this.clock + 1 + thread;
  }

  /** The word that is 1 once such a thread has ended. */
  endOf(thread: number): number {
    return this.startOf(thread) + this.#threads;
  }

  /** The thread of which a word tells the start or the end; null if it is another word. */
  lifeAt(address: number): { readonly thread: number; readonly isEnd: boolean } | null {
    const number = address - this.startOf(0);
    if (number < 0 || number >= 2 * this.#threads) return null;
    return { thread: number % this.#threads, isEnd: number >= this.#threads };
  }

  threadOf(sleeper: number): number {
    return this.events.threadOf(sleeper) ?? sleeper - 2 * this.size;
  }

  /** The element of a region that begins with a byte; null if its bytes are no whole cells. */
  elementAt({ index }: Region, start: number, kind: ElementKind): Element | null {
    const key = 64 * start + kind.id;
    const known = this.#elements[index].get(key);
    if (known !== undefined) return known;
    const made = this.#makeElement(index, start, kind);
    if (made !== null) this.#elements[index].set(key, made);
    return made;
  }

  #makeElement(index: number, start: number, kind: ElementKind): Element | null {
    const found: [address: number, kind: ElementKind][] = [];
    for (let at = start; at < start + kind.bytes;) {
      const address = this.#addresses[index].get(at);
      if (address === undefined) return null;
      const cell = this.#cells[address];
      at += cell.kind.bytes;
      if (at > start + kind.bytes) return null;
      found.push([address, cell.kind]);
    }
    const cells = found.map(([address]) => address);
    const [[address, home]] = found;
    const { fallAsleep } = this.waiting;
    if (home === kind) return { kind, address, cells, custom: null, arithmetic: kind.arithmetic, fallAsleep };
    const name = nameOfElement(this.regions[index], start, kind);
    const show = (word: number): string => showAt(this.regions[index], start, kind, word);
    const mixed = (sleep: typeof fallAsleep | null): Mixed =>
      new Mixed(name, kind, show, found, this.#scratch, sleep);
    const custom = mixed(null);
    this.isMixed ||= cells.length > 1;
    return { kind, address, cells, custom, arithmetic: custom, fallAsleep: mixed(fallAsleep) };
  }

  regionAt(address: number): Region {
    return this.#cells[address].region;
  }

  /** All cells of a region. */
  cellsOf({ index }: Region): number[] {
    return [...this.#addresses[index].values()];
  }

  /** A word as people call it: `next`, `ring[2]`, `memory.int32[1]`. */
  nameOf(address: number): string {
    if (address === this.clock) return 'the clock';
    if (this.events.has(address)) return this.events.nameOf(address);
    const life = this.lifeAt(address);
    if (life !== null) return `the ${life.isEnd ? 'end' : 'start'} of T${life.thread + 1}`;
    const { region, start, kind } = this.#cells[address];
    return nameOfElement(region, start, kind);
  }

  /** What has a name: an array or a word alone, by its first element, or an element of a buffer. */
  named(
    name: string,
  ): { readonly region: Region; readonly start: number; readonly kind: ElementKind } | null {
    for (const region of this.regions) {
      const { kind, kinds, before, labels } = region;
      const labelled = labels?.named(name);
      if (labelled) return { region, start: labelled.start, kind: kinds.get(labelled.kind) as ElementKind };
      if (kind !== null && region.name === name && before.length > 0) return { region, start: 0, kind };
      if (kind !== null || !name.startsWith(`${region.name}.`)) continue;
      for (const each of kinds.values()) {
        const [, index, byte] = /(?:\[(\d+)\]|@(\d+))$/.exec(name) ?? [];
        const start = byte === undefined ? Number(index) * each.bytes : Number(byte);
        const isWithin = start + each.bytes <= before.length;
        if (isWithin && nameOfElement(region, start, each) === name) return { region, start, kind: each };
      }
    }
    return null;
  }

  /** A word's content as people read it. */
  show(address: number, word: number): string {
    if (address === this.clock) return `at ${word} ms`;
    if (this.events.has(address)) return this.events.show(address, word);
    if (address > this.clock) return word === 0 ? 'still to come' : 'over';
    const { region, start, kind } = this.#cells[address];
    return showAt(region, start, kind, word);
  }

  decode(address: number, word: number): Value {
    return this.#cells[address].kind.decode(word);
  }

  /** The bytes that cells hold. */
  rangesOf(addresses: Iterable<number>): ByteRange[] {
    return Array.from(addresses, (address) => {
      const { region, start, kind } = this.#cells[address];
      return { region: region.index, start, end: start + kind.bytes };
    });
  }

  /** The cells that have bytes in one of the ranges. */
  within(ranges: readonly ByteRange[]): Set<number> {
    const found = new Set<number>();
    for (const [address, { region, start, kind }] of this.#cells.entries()) {
      const overlaps = (range: ByteRange): boolean =>
        range.region === region.index && range.start < start + kind.bytes && start < range.end;
      if (ranges.some(overlaps)) found.add(address);
    }
    return found;
  }

  /** The bytes of a region, the words being as they are. */
  bytesOf(region: Region, words: Int32Array): Uint8Array {
    const bytes = region.bytes.slice();
    for (const [start, address] of this.#addresses[region.index]) {
      this.#cells[address].kind.toBytes(words[address], bytes, start);
    }
    return bytes;
  }

  /** The same, in an array that is another one after the next call: its other bytes are never written. */
  #imageOf(region: Region, words: Int32Array): Uint8Array {
    const image = this.#images.get(region) ?? region.bytes.slice();
    this.#images.set(region, image);
    for (const [start, address] of this.#addresses[region.index])
      this.#cells[address].kind.toBytes(words[address], image, start);
    return image;
  }

  /** A region's elements of a kind, as words of that kind. */
  elementsOf(region: Region, kind: ElementKind, words: Int32Array): number[] {
    const { index, bytes, kind: declared } = region;
    const length = Math.floor(bytes.length / kind.bytes);
    const base = kind === declared ? this.#bases[index] : -1;
    if (base >= 0) return Array.from({ length }, (_, i) => words[base + i]);
    const now = this.bytesOf(region, words);
    return Array.from({ length }, (_, i) => kind.fromBytes(now, i * kind.bytes));
  }

  /** All that the words hold, by name. Arrays and buffers are copies; of a buffer with labels it is what these say. */
  valuesOf(words: Int32Array): Record<string, unknown> {
    const values: Record<string, unknown> = {};
    for (const region of this.regions) {
      const { name, kind, isScalar, labels } = region;
      if (labels !== null) {
        values[name] = labels.valuesOf(this.#imageOf(region, words));
        continue;
      }
      if (kind === null) {
        const buffer = new platform.SharedArrayBuffer(region.bytes.length);
        new Bytes(buffer).set(this.bytesOf(region, words));
        values[name] = buffer;
        continue;
      }
      const elements = this.elementsOf(region, kind, words).map((word) => kind.decode(word));
      values[name] = isScalar ? elements[0] : kind.arrayOf(elements);
    }
    return values;
  }
}

/** An element as people call it. One of a buffer is told by its type and its index in a view of the whole buffer: `memory.int32[1]`. */
function nameOfElement(
  { name, kind: declared, isScalar, labels }: Region,
  start: number,
  kind: ElementKind,
): string {
  if (labels !== null) return labels.nameOf(start, kind);
  if (isScalar) return name;
  if (kind === declared) return `${name}[${start / kind.bytes}]`;
  const type = kind.name.replace('Array', '').replace('BE', 'be').toLowerCase();
  return start % kind.bytes === 0 ? `${name}.${type}[${start / kind.bytes}]` : `${name}.${type}@${start}`;
}

function showAt({ labels }: Region, start: number, kind: ElementKind, word: number): string {
  return labels === null ? showElement(kind, word) : labels.show(start, kind, kind.decode(word));
}

/** What a word of a kind holds as people read it. */
export function showElement(kind: ElementKind, word: number): string {
  const value = kind.decode(word);
  if (typeof value === 'bigint') return `${value}n`;
  return Object.is(value, -0) ? '-0' : String(value);
}
