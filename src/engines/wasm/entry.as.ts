// One thread's kernel as a module. `chosen` is the scheme's file, and `held` the structure's: the compiler is given them under these names
// (see compile.ts).
// The objects are made from the buffer's header when the instance starts and never again. An instance for thread 0 only formats, or,
// if it was started after that, registers.
import { Chosen } from './chosen';
import { Held } from './held';
import { putMany as putBatch, takeMany as takeBatch } from '../../kernel/batch.ts';
import { format as formatBuffer } from '../../kernel/format.ts';
import { Geometry, H_MAGIC, MAGIC } from '../../kernel/layout.ts';
import { Memory } from '../../kernel/memory.ts';
import { ThreadRecord } from '../../kernel/record.ts';
import { join as joinBuffer, takeUp as takeUpRecord } from '../../kernel/join.ts';
import { Slab } from '../../kernel/slab.ts';

@external("env", "thread") declare const thread: i32;

const memory = new Memory();
const geometry = new Geometry(memory);
const record = new ThreadRecord(memory, geometry, thread);
const slab = new Slab(memory, geometry, record);
const scheme = new Chosen(memory, geometry, record, slab);
const structure = new Held<Chosen>(memory, geometry, record, slab, scheme);

export function format(
  slots: i32, stride: i32, threads: i32, tagBits: i32, scheme: i32, holds: i32, param0: i32, param1: i32, cache: i32,
  inUse: i32,
): void {
  formatBuffer(
    memory, slots, stride, threads, tagBits, scheme, holds, param0, param1, cache, Held.NUMBER,
    Held.ROOTS,
    isDefined(Held.cellsFor) ? Held.cellsFor(slots, threads) : Held.CELLS,
    Held.PROTECTIONS, Held.MARK_BITS, inUse,
  );
  const laid = new Geometry(memory);
  Held.begin(memory, laid, inUse);
  const first = new ThreadRecord(memory, laid, 1);
  new Chosen(memory, laid, first, new Slab(memory, laid, first)).begin(inUse);
  memory.poke(H_MAGIC, MAGIC);
}
export function join(): i32 { return joinBuffer(memory, geometry); }
export function takeUp(number: i32): void { takeUpRecord(memory, geometry, number); }

// What a set has, by keys, and what any other structure has: of the two the ones that are not there do nothing.
export function insert(key: i32): i32 { return isDefined(structure.insert) ? structure.insert(key) : 0; }
export function remove(key: i32): i32 { return isDefined(structure.remove) ? structure.remove(key) : 0; }
export function contains(key: i32): bool { return isDefined(structure.contains) ? structure.contains(key) : false; }
// What a deque of one owner has beside the two at the owner's end.
export function steal(): i32 { return isDefined(structure.steal) ? structure.steal() : 0; }
export function put(value: i32): i32 { return isDefined(structure.insert) ? 0 : structure.put(value); }
export function take(): i32 { return structure.take(); }
export function result(): i32 { return structure.result(); }
export function isEmpty(): bool { return structure.isEmpty(); }
export function putMany(at: i32, count: i32): i32 { return isDefined(structure.insert) ? 0 : putBatch<Chosen>(structure, memory, at, count); }
export function takeMany(at: i32, count: i32): i32 { return isDefined(structure.insert) ? 0 : takeBatch<Chosen>(structure, memory, at, count); }
// Of a structure that has chains: many by one step. Of any other what is not there does nothing.
export function putChain(at: i32, count: i32): i32 { return isDefined(structure.enqueueChain) ? structure.enqueueChain(memory, at, count) : 0; }
export function takeChain(at: i32, count: i32): i32 { return isDefined(structure.dequeueChain) ? structure.dequeueChain(memory, at, count) : 0; }

export function enter(): void { scheme.enter(); }
export function leave(): void { scheme.leave(); }
export function protect(step: i32, k: i32, source: i32): i32 { return scheme.protect(step, k, source); }
export function mustRestart(): bool { return scheme.mustRestart(); }
export function restart(): void { scheme.restart(); }
export function upgrade(first: i32, second: i32, third: i32): bool { return scheme.upgrade(first, second, third); }
export function born(slot: i32): void { scheme.born(slot); }
export function link(old: i32, slot: i32, owner: i32): i32 { return scheme.link(old, slot, owner); }
export function hold(slot: i32): void { scheme.hold(slot); }
export function release(slot: i32): void { scheme.release(slot); }
export function retire(slot: i32): void { scheme.retire(slot); }
export function collect(): void { scheme.collect(); }
export function idle(): void { scheme.idle(); }
export function offline(): void { scheme.offline(); }
export function adopt(): void { scheme.adopt(); }
export function recover(
  dead: i32, sole: bool, soleMagazine: bool, soleInChain: i32, soleTaken: bool, claims: i32,
): void {
  scheme.recover(dead, sole, soleMagazine, soleInChain, soleTaken, claims);
}
export function depart(): void { scheme.depart(); }

export function allocate(): i32 { return slab.take(); }
export function give(slot: i32): void { slab.give(slot); }

// The memory itself.
export function load(address: i32): i32 { return memory.load(0, address); }
export function store(address: i32, value: i32): void { memory.store(0, address, value); }
export function cas(address: i32, expected: i32, desired: i32): bool { return memory.cas(0, address, expected, desired); }
export function exchange(address: i32, value: i32): i32 { return memory.exchange(0, address, value); }
export function add(address: i32, value: i32): i32 { return memory.add(0, address, value); }
export function or(address: i32, bits: i32): i32 { return memory.or(0, address, bits); }
export function peek(address: i32): i32 { return memory.peek(address); }
export function poke(address: i32, value: i32): void { memory.poke(address, value); }

/** Which scheme this is, and which structure, as a laboratory's header says it. */
export function schemeNumber(): i32 { return Chosen.NUMBER; }
export function structureNumber(): i32 { return Held.NUMBER; }
export function bound(threads: i32, param0: i32, param1: i32, inUse: i32): i32 {
  return Chosen.bound(threads, param0, param1, Held.PROTECTIONS, inUse);
}
export function needs(threads: i32, param0: i32, param1: i32, inUse: i32): i32 {
  return Chosen.needs(threads, param0, param1, Held.PROTECTIONS, inUse);
}
