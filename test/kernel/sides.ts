import { assemble } from '../../src/laboratory/participant.ts';
import { schemes } from '../../src/laboratory/registry.ts';
import type { SchemeClass } from '../../src/laboratory/scheme-class.ts';
import { wordsOfCells } from '../../src/laboratory/edge.ts';
import type { StructureClass } from '../../src/laboratory/structure-class.ts';
import { cardOfStructure, compiledAs, rootsOf, usualStructure } from '../../src/laboratory/structures.ts';
import type { Scheme } from '../../src/kernel/scheme.ts';
import type { ChaseLev } from '../../src/kernel/structures/chase-lev.ts';
import type { MichaelList } from '../../src/kernel/structures/michael-list.ts';
import { format } from '../../src/kernel/format.ts';
import { Geometry, H_MAGIC, MAGIC } from '../../src/kernel/layout.ts';
import { ThreadRecord } from '../../src/kernel/record.ts';
import { join, takeUp } from '../../src/kernel/join.ts';
import { Slab } from '../../src/kernel/slab.ts';
import { constantsOf } from '../../src/engines/wasm/constants.ts';
import { LimitedMemory } from './laboratory.ts';

/** What `src/engines/wasm/entry.as.ts` exports: one thread's kernel. Truth comes back as a number. */
export interface Kernel {
  format(
    slots: number,
    stride: number,
    threads: number,
    tagBits: number,
    scheme: number,
    holds: number,
    param0: number,
    param1: number,
    cache: number,
    inUse: number,
  ): void;
  join(): number;
  takeUp(number: number): void;
  put(value: number): number;
  /** Of a set: takes this key. */
  take(key: number): number;
  result(): number;
  isEmpty(key: number): boolean | number;
  insert(key: number): number;
  remove(key: number): number;
  contains(key: number): boolean | number;
  /** Of a deque. */
  steal(): number;
  enter(): void;
  leave(): void;
  protect(step: number, k: number, source: number): number;
  mustRestart(): boolean | number;
  restart(): void;
  upgrade(first: number, second: number, third: number): boolean | number;
  born(slot: number): void;
  link(old: number, slot: number, owner: number): number;
  hold(slot: number): void;
  release(slot: number): void;
  retire(slot: number): void;
  collect(): void;
  idle(): void;
  adopt(): void;
  recover(
    dead: number,
    sole: boolean,
    soleMagazine?: boolean,
    soleInChain?: number,
    soleTaken?: boolean,
    claims?: number,
  ): void;
  depart(): void;
  allocate(): number;
  give(slot: number): void;
  load(address: number): number;
  store(address: number, value: number): void;
  cas(address: number, expected: number, desired: number): boolean | number;
  exchange(address: number, value: number): number;
  add(address: number, value: number): number;
  or(address: number, bits: number): number;
  peek(address: number): number;
  poke(address: number, value: number): void;
  bound(threads: number, param0: number, param1: number, inUse: number): number;
  needs(threads: number, param0: number, param1: number, inUse: number): number;
}

/** One way to run the kernel, over words of its own. */
export interface Side {
  readonly words: Int32Array;
  /** Thread 0 formats, and a second one registers; a thread from 1 is made after the buffer was formatted. */
  thread(number: number): Kernel;
}

const keyOf = (value: number): number => (value % 8) - 4;

/**
 * A set is given few keys, so that many are inside, and is asked for one beside whether it is empty. Out of a deque values are taken at both
 * ends.
 */
function keyed(kernel: Kernel, structure: StructureClass): Kernel {
  const { order } = cardOfStructure(structure);
  if (order === 'DEQUE')
    return { ...kernel, take: (value) => (value % 2 === 0 ? kernel.take(0) : kernel.steal()) };
  if (order !== 'SET') return kernel;
  return {
    ...kernel,
    put: (value) => kernel.insert(keyOf(value)),
    take: (value) => kernel.remove(keyOf(value)),
    isEmpty: (value) => 2 * Number(kernel.isEmpty(value)) + Number(kernel.contains(keyOf(value))),
  };
}

const PAGE = 65_536;
/** Room for the objects of one instance. */
const HEAP = 1024;

/** The kernel as AssemblyScript compiled it, over a WebAssembly.Memory that ends with the heaps of `instances` instances. */
export function compiledSide(
  module: WebAssembly.Module,
  totalWords: number,
  instances: number,
  structure: StructureClass = usualStructure,
): Side {
  // The same words on both sides: what is behind the laboratory's is not looked at.
  let heap = Math.ceil((4 * totalWords) / HEAP) * HEAP;
  const pages = Math.ceil((heap + instances * HEAP) / PAGE);
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
  return {
    words: new Int32Array(memory.buffer, 0, totalWords),
    thread: (number) => {
      if (heap + HEAP > pages * PAGE) throw new Error('there is no room for another instance');
      const own = heap;
      heap += HEAP;
      const kernelIn = (shared: LimitedMemory): Kernel => {
        const constants = constantsOf(new ThreadRecord(shared, new Geometry(shared), Math.max(number, 1)));
        const env = { memory, thread: number, heap: own };
        return new WebAssembly.Instance(module, { env, ...constants }).exports as Kernel;
      };
      const words = new LimitedMemory(new Int32Array(memory.buffer, 0, totalWords));
      if (words.peek(H_MAGIC) === MAGIC) return keyed(kernelIn(words), structure);
      // An instance that formats is given the sizes that a laboratory of these has.
      const formatAs = (...given: Parameters<Kernel['format']>): void => {
        // A module that is run for several structures lays out that of its own.
        if (compiledAs(structure) !== structure) {
          const scheme = schemes.find(({ NUMBER }) => NUMBER === given[4])!;
          const laidOut = interpretedSide(scheme, totalWords, structure);
          laidOut.thread(0).format(...given);
          words.words.set(laidOut.words);
          return;
        }
        const scratch = new LimitedMemory(new Int32Array(new SharedArrayBuffer(4 * totalWords)));
        formatted(scratch, structure, given);
        kernelIn(scratch).format(...given);
      };
      return { ...kernelIn(words), format: formatAs };
    },
  };
}

/** Formats but for what the structure and the scheme begin with. */
function formatted(
  memory: LimitedMemory,
  structure: StructureClass,
  given: Parameters<Kernel['format']>,
): void {
  const { NUMBER, PROTECTIONS, MARK_BITS } = structure;
  const [slots, stride, threads, tagBits, own, holds, param0, param1, cache, inUse] = given;
  const sizes = [slots, stride, threads, tagBits] as const;
  const [roots, cells] = [rootsOf(structure, slots), wordsOfCells(structure, { slots, threads })];
  const parameters = [own, holds, param0, param1, cache] as const;
  format(memory, ...sizes, ...parameters, NUMBER, roots, cells, PROTECTIONS, MARK_BITS, inUse);
}

/** What the scheme says of an operation in progress: whether it has to start over, and whether it may write. */
export function startsOver(kernel: Kernel): number[] {
  return [kernel.mustRestart(), kernel.upgrade(0, 0, 0)].map(Number);
}

/** The kernel as TypeScript, on JavaScript's atomics. */
export function interpretedSide(
  scheme: SchemeClass,
  totalWords: number,
  structure: StructureClass = usualStructure,
): Side {
  const memory = new LimitedMemory(new Int32Array(new SharedArrayBuffer(4 * totalWords)));
  return {
    words: memory.words,
    thread: (number) => {
      const registrar = {
        format: (...given: Parameters<Kernel['format']>) => {
          const inUse = given[9];
          formatted(memory, structure, given);
          const geometry = new Geometry(memory);
          structure.begin(memory, geometry, inUse, []);
          const first = new ThreadRecord(memory, geometry, 1);
          new scheme(memory, geometry, first, new Slab(memory, geometry, first)).begin(inUse);
          memory.poke(H_MAGIC, MAGIC);
        },
        join: () => join(memory, new Geometry(memory)),
        takeUp: (record: number) => takeUp(memory, new Geometry(memory), record),
        load: (address: number) => memory.load(0, address),
        store: (address: number, value: number) => memory.store(0, address, value),
        cas: (address: number, expected: number, desired: number) =>
          memory.cas(0, address, expected, desired),
        exchange: (address: number, value: number) => memory.exchange(0, address, value),
        add: (address: number, value: number) => memory.add(0, address, value),
        or: (address: number, bits: number) => memory.or(0, address, bits),
        peek: (address: number) => memory.peek(address),
        poke: (address: number, value: number) => memory.poke(address, value),
        bound: (threads: number, param0: number, param1: number, inUse: number) =>
          scheme.bound(threads, param0, param1, structure.PROTECTIONS, inUse),
        needs: (threads: number, param0: number, param1: number, inUse: number) =>
          scheme.needs(threads, param0, param1, structure.PROTECTIONS, inUse),
      };
      if (number === 0) return registrar as Partial<Kernel> as Kernel;
      const { structure: holds, slab, scheme: own } = assemble(memory, number, scheme);
      const kernel: Kernel = {
        ...registrar,
        put: (value) => holds.put(value),
        take: () => holds.take(),
        result: () => holds.result(),
        isEmpty: () => holds.isEmpty(),
        insert: (key) => (holds as MichaelList<Scheme>).insert(key),
        remove: (key) => (holds as MichaelList<Scheme>).remove(key),
        contains: (key) => (holds as MichaelList<Scheme>).contains(key),
        steal: () => (holds as ChaseLev<Scheme>).steal(),
        enter: () => own.enter(),
        leave: () => own.leave(),
        protect: (step, k, source) => own.protect(step, k, source),
        mustRestart: () => own.mustRestart(),
        restart: () => own.restart(),
        upgrade: (first, second, third) => own.upgrade(first, second, third),
        born: (slot) => own.born(slot),
        link: (old, slot, owner) => own.link(old, slot, owner),
        hold: (slot) => own.hold(slot),
        release: (slot) => own.release(slot),
        retire: (slot) => own.retire(slot),
        collect: () => own.collect(),
        idle: () => own.idle(),
        adopt: () => own.adopt(),
        recover: (dead, sole, soleMagazine, soleInChain, soleTaken, claims) =>
          own.recover(dead, sole, soleMagazine, soleInChain, soleTaken, claims),
        depart: () => own.depart(),
        allocate: () => slab.take(),
        give: (slot) => slab.give(slot),
      };
      return keyed(kernel, structure);
    },
  };
}
