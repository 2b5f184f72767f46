import { UsageError } from '../../errors.ts';
import type { Region } from '../declared-memory.ts';
import type { ElementKind, Value } from '../kinds.ts';
import type { AccessTarget, Arithmetic } from '../memory-access.ts';
import { platform } from '../platform.ts';
import type { ThreadWords } from '../thread-words.ts';
import type { EngineMemory } from './engine.ts';
import type { ModelFunction } from './binary/imports.ts';
import type { DataSegment } from './binary/module.ts';
import { Heap } from './heap.ts';
import type { MemoryOwner, MemoryPlan } from './memory-plan.ts';
import { NO_STEP, NO_HEAP, NO_OTHERS, Trap } from './trap.ts';
import { KIND_OF_BYTES } from './variables.ts';

/** The numbers by which a rewritten module says which arithmetic; the last is an exchange. */
const CHANGES: readonly (Arithmetic | 'exchange')[] = ['add', 'sub', 'and', 'or', 'xor', 'exchange'];
const WAIT_RESULTS: readonly string[] = ['ok', 'not-equal', 'timed-out'];
const NANOSECONDS = 1e6;
const MOST_THREADS = 31;

/**
 * The functions by which a rewritten module reaches memory that is not the thread's own. While the module is set up all of it is: then only those
 * are called that go to no single place.
 */
export class InstanceMemory {
  /** The thread's words while it runs; null while the module is set up. */
  words: ThreadWords | null = null;
  /** Told when an address of the thread's own is stored where others can see it. */
  onOwnAddress: () => void = () => {};
  /** Why the thread is over. */
  trap: Trap | null = null;
  readonly #owner: MemoryOwner;
  readonly #plan: MemoryPlan;
  readonly #memory: EngineMemory;
  readonly #segments: readonly DataSegment[];
  readonly #heap: Heap | null;
  readonly #dropped = new Set<number>();
  /** Segments that are dropped at the start of a run. */
  #droppedAtFirst: readonly number[] = [];
  /** By kind and address where accesses go. */
  #targets: Map<number, AccessTarget>[] = [];
  #region: Region | null = null;
  #targetsOf: ThreadWords | null = null;

  constructor(owner: MemoryOwner, plan: MemoryPlan, memory: EngineMemory, segments: readonly DataSegment[]) {
    this.#owner = owner;
    this.#plan = plan;
    this.#memory = memory;
    this.#segments = segments;
    for (const [i, { isActive }] of segments.entries()) if (isActive) this.#dropped.add(i);
    const { heap } = plan;
    const access = {
      number: owner.number + 1,
      read: (at: number) => this.#life(at),
      write: (at: number, word: number) => this.#setLife(at, word),
    };
    this.#heap = heap === null ? null : new Heap(heap, access);
  }

  /** What was dropped until now is so at the start of every run. */
  settle(): void {
    this.#droppedAtFirst = [...this.#dropped];
  }

  /** The thread's code is run from its beginning. */
  begin(words: ThreadWords, region: Region): void {
    this.words = words;
    this.trap = null;
    this.#heap?.begin();
    if (words !== this.#targetsOf) {
      this.#targetsOf = words;
      this.#region = region;
      this.#targets = [];
    }
    if (this.#dropped.size === this.#droppedAtFirst.length) return;
    this.#dropped.clear();
    for (const each of this.#droppedAtFirst) this.#dropped.add(each);
  }

  get #bytes(): Uint8Array {
    return new platform.arrays.Uint8Array(this.#memory.buffer);
  }

  /** Ends the thread as WebAssembly does, whatever its code catches. */
  #end(why: string): never {
    this.trap ??= new Trap(why);
    throw this.trap;
  }

  #isOwn(address: number): boolean {
    return address >= this.#owner.low && address < this.#owner.high;
  }

  /** Where an access goes that is not to the thread's own memory. */
  #at(given: number, bytes: 1 | 2 | 4 | 8, isAtomic = false): AccessTarget {
    if (this.trap !== null) throw this.trap;
    const address = given >>> 0;
    if (this.#heap?.holds(address) === true) this.#inHeap((heap) => heap.assertAlive(address, bytes));
    return this.#targetAt(address, bytes, isAtomic);
  }

  #targetAt(address: number, bytes: 1 | 2 | 4 | 8, isAtomic = false): AccessTarget {
    const known = this.#targets[bytes]?.get(address);
    if (known !== undefined) return known;
    if (isAtomic) this.#assertAligned(address, bytes);
    if (address + bytes > this.#plan.shared || address < this.#plan.null) this.#refuse(address, bytes);
    const region = this.#region as Region;
    const kind = region.kinds.get(KIND_OF_BYTES[bytes]) as ElementKind;
    const target = { region, start: address, kind, from: address, to: address + bytes, element: null };
    (this.#targets[bytes] ??= new Map<number, AccessTarget>()).set(address, target);
    return target;
  }

  /** A word that says of allocated memory whether it is. */
  #life(at: number): number {
    if (this.words !== null) return this.words.read(this.#targetAt(at, 4)) as number;
    return new platform.DataView(this.#memory.buffer).getInt32(at, true);
  }

  #setLife(at: number, word: number): void {
    if (this.words !== null) this.words.write(this.#targetAt(at, 4), word);
    else new platform.DataView(this.#memory.buffer).setInt32(at, word, true);
  }

  /** What is wrong with how allocated memory is used ends the thread, whatever its code catches. */
  #inHeap<T>(use: (heap: Heap) => T): T {
    if (this.trap !== null) throw this.trap;
    if (this.#heap === null) throw new UsageError(NO_HEAP);
    try {
      return use(this.#heap);
    } catch (error) {
      if (error instanceof Trap) this.trap ??= error;
      throw error;
    }
  }

  /** Which addresses a thread is given depends on its number. */
  #allocate(size: number, align: number, isCleared: boolean): number {
    if (this.words !== null) this.onOwnAddress();
    const address = this.#inHeap((heap) => heap.allocate(size, align));
    if (isCleared) this.#fill(address, 0, size);
    return address;
  }

  #resize(address: number, size: number, align: number): number {
    if (address === 0) return this.#allocate(size, align, false);
    const before = this.#inHeap((heap) => heap.sizeOf(address));
    const moved = this.#allocate(size, align, false);
    this.#copy(moved, address, Math.min(before, size));
    this.#inHeap((heap) => heap.release(address));
    return moved;
  }

  #assertAligned(address: number, bytes: number): void {
    if (address % bytes !== 0)
      this.#end(`an atomic access of ${bytes} bytes at address ${address}, which is no multiple of ${bytes}`);
  }

  #refuse(address: number, bytes: number): never {
    const { shared, own, gap, null: first } = this.#plan;
    if (this.words === null) this.#end('memory access out of bounds');
    if (address < first)
      this.#end(`an access of ${bytes} bytes at address ${address}, where no variable is: a null pointer`);
    if (address < shared || address >= shared + MOST_THREADS * own) this.#end('memory access out of bounds');
    const name = `T${this.#owner.number + 1}`;
    const isInGap = (address - shared) % own < gap;
    if (isInGap) this.#end(`stack overflow: ${name} has come to the end of its own memory, see stackBytes`);
    const other = Math.floor((address - shared - gap) / own);
    return this.words.refuse(
      `${name} goes to address ${address}, which is on the stack of T${other + 1}: what threads share must be static, or on the heap.`,
    );
  }

  #thread(): ThreadWords {
    if (this.trap !== null) throw this.trap;
    if (this.words === null) throw new UsageError(NO_OTHERS);
    return this.words;
  }

  /** What is stored may be an address of the thread's own memory, which differs from thread to thread. */
  #stored(value: Value): Value {
    if (this.#isOwn(Number(value) >>> 0)) this.onOwnAddress();
    return value;
  }

  /** What a rewritten module imports. */
  functions(): Readonly<Record<ModelFunction, (...given: never[]) => unknown>> {
    const sized = Object.fromEntries(
      ([1, 2, 4, 8] as const).flatMap((bytes) => Object.entries(this.#ofSize(bytes))),
    ) as Pick<Record<ModelFunction, (...given: never[]) => unknown>, SizedFunction>;
    return {
      ...sized,
      wait32: (at: number, expected: number, time: bigint) => this.#wait(at, 4, expected, time),
      wait64: (at: number, expected: bigint, time: bigint) => this.#wait(at, 8, expected, time),
      notify: (at: number, count: number) => this.#notify(at, count),
      copy: (to: number, from: number, bytes: number) => this.#copy(to >>> 0, from >>> 0, bytes >>> 0),
      fill: (to: number, value: number, bytes: number) => this.#fill(to >>> 0, value & 255, bytes >>> 0),
      init: (to: number, from: number, bytes: number, segment: number) =>
        this.#init(to >>> 0, from >>> 0, bytes >>> 0, segment),
      allocate: (size: number, align: number, isCleared: number) =>
        this.#allocate(size >>> 0, align >>> 0, isCleared === 1),
      resize: (address: number, size: number, align: number) =>
        this.#resize(address >>> 0, size >>> 0, align >>> 0),
      release: (address: number) => {
        if (address !== 0) this.#inHeap((heap) => heap.release(address >>> 0));
      },
      drop: (segment: number) => void this.#dropped.add(segment),
      size: () =>
        (this.words === null ? this.#memory.buffer.byteLength : this.#plan.shared) / this.#plan.page,
      grow: (pages: number) => this.#grow(pages >>> 0),
      outside: (at: number, bytes: number) =>
        void (this.trap ??= new Trap(
          `memory access out of bounds: ${bytes} bytes behind address ${at >>> 0}`,
        )),
      exhausted: () => void (this.trap ??= new Trap(NO_STEP)),
    };
  }

  #ofSize(bytes: 1 | 2 | 4 | 8): Readonly<Record<string, (...given: never[]) => unknown>> {
    const size = 8 * bytes;
    // As many bytes as there are of a value that has come as 32 bits.
    const fit =
      bytes < 4 ? (value: Value): Value => Number(value) & (2 ** size - 1) : (value: Value): Value => value;
    return {
      [`load${size}`]: (at: number) => this.#thread().read(this.#at(at, bytes)),
      [`store${size}`]: (at: number, value: Value) =>
        this.#thread().write(this.#at(at, bytes), fit(this.#stored(value))),
      [`atomicLoad${size}`]: (at: number) => this.#thread().load(this.#at(at, bytes, true)),
      [`atomicStore${size}`]: (at: number, value: Value) =>
        void this.#thread().store(this.#at(at, bytes, true), fit(this.#stored(value))),
      [`change${size}`]: (at: number, change: number, value: Value) => {
        const target = this.#at(at, bytes, true);
        const fitted = fit(this.#stored(value));
        const access = CHANGES[change];
        const words = this.#thread();
        return access === 'exchange' ? words.exchange(target, fitted) : words.change(access, target, fitted);
      },
      [`cas${size}`]: (at: number, expected: Value, desired: Value) =>
        this.#thread().compareExchange(this.#at(at, bytes, true), fit(expected), fit(this.#stored(desired))),
    };
  }

  #wait(at: number, bytes: 4 | 8, expected: Value, time: bigint): number {
    const words = this.#thread();
    const timeout = time < 0n ? Infinity : Number(time) / NANOSECONDS;
    if (this.#isOwn(at >>> 0)) return timeout === Infinity ? words.sleepAlone() : 2;
    return WAIT_RESULTS.indexOf(words.wait(this.#at(at, bytes, true), expected, timeout));
  }

  /** Those are woken that wait for the bytes at an address, however many these are. */
  #notify(given: number, count: number): number {
    const at = given >>> 0;
    this.#assertAligned(at, 4);
    if (this.words === null || this.#isOwn(at)) {
      this.#assertWithin(at, 4, this.#memory.buffer.byteLength);
      return 0;
    }
    const isWide = this.#region?.cells.startingAt(at)?.kind.bytes === 8;
    return this.#thread().notify(this.#at(at, isWide ? 8 : 4), count >>> 0);
  }

  /** Bytes are copied as whole words where there are such, so that what is a word stays one. */
  #copy(to: number, from: number, bytes: number): void {
    if (this.words === null) {
      this.#assertWithin(Math.max(to, from), bytes, this.#memory.buffer.byteLength);
      this.#bytes.copyWithin(to, from, from + bytes);
      return;
    }
    const parts = [...this.#parts(bytes, to, from)];
    const values = parts.map(([at, size]) => this.#read(from + at, size));
    for (const [i, [at, size]] of parts.entries()) this.#write(to + at, size, values[i]);
  }

  #fill(to: number, value: number, bytes: number): void {
    if (this.words === null) {
      this.#assertWithin(to, bytes, this.#memory.buffer.byteLength);
      this.#bytes.fill(value, to, to + bytes);
      return;
    }
    for (const [at, size] of this.#parts(bytes, to)) {
      const whole = [...Array(size).keys()].reduce((all, i) => all | (BigInt(value) << BigInt(8 * i)), 0n);
      this.#write(to + at, size, size === 8 ? BigInt.asIntN(64, whole) : Number(whole));
    }
  }

  #init(to: number, from: number, bytes: number, segment: number): void {
    const content = this.#dropped.has(segment)
      ? new platform.arrays.Uint8Array(0)
      : this.#segments[segment].bytes;
    this.#assertWithin(from, bytes, content.length);
    if (this.words === null) {
      this.#assertWithin(to, bytes, this.#memory.buffer.byteLength);
      this.#bytes.set(content.subarray(from, from + bytes), to);
      return;
    }
    for (let i = 0; i < bytes; i++) this.#write(to + i, 1, content[from + i]);
  }

  #assertWithin(at: number, bytes: number, end: number): void {
    if (at + bytes > end) this.#end('memory access out of bounds');
  }

  /** Some bytes in parts of 1, 2, 4 or 8: as they are kept at one of the places, or else as large as fits them all. */
  *#parts(bytes: number, ...places: readonly number[]): Iterable<readonly [at: number, size: 1 | 2 | 4 | 8]> {
    for (let at = 0; at < bytes;) {
      const kept = places.map((place) => this.#region?.cells.startingAt(place + at)?.kind.bytes ?? 0);
      const largest = Math.max(...kept);
      const natural = [4, 2, 1].find(
        (size) => places.every((place) => (place + at) % size === 0) && at + size <= bytes,
      );
      const size = (largest > 0 && at + largest <= bytes ? largest : (natural ?? 1)) as 1 | 2 | 4 | 8;
      yield [at, size];
      at += size;
    }
  }

  #read(address: number, bytes: 1 | 2 | 4 | 8): Value {
    if (!this.#isOwn(address)) return this.#thread().read(this.#at(address, bytes));
    const view = new platform.DataView(this.#memory.buffer);
    if (bytes === 8) return view.getBigInt64(address, true);
    if (bytes === 4) return view.getInt32(address, true);
    return bytes === 2 ? view.getUint16(address, true) : view.getUint8(address);
  }

  #write(address: number, bytes: 1 | 2 | 4 | 8, value: Value): void {
    if (!this.#isOwn(address)) {
      this.#thread().write(this.#at(address, bytes), value);
      return;
    }
    const view = new platform.DataView(this.#memory.buffer);
    if (bytes === 8) view.setBigInt64(address, value as bigint, true);
    else if (bytes === 4) view.setInt32(address, value as number, true);
    else if (bytes === 2) view.setUint16(address, value as number, true);
    else view.setUint8(address, value as number);
  }

  #grow(pages: number): number {
    if (pages === 0)
      return (this.words === null ? this.#memory.buffer.byteLength : this.#plan.shared) / this.#plan.page;
    if (this.words !== null)
      return this.words.refuse(
        `T${this.#owner.number + 1} makes memory larger by ${pages} pages, which is not modelled: let the module have enough from the start, as by -Wl,--initial-memory=1048576, or let a call of setup make it larger.`,
      );
    try {
      return this.#memory.grow(pages);
    } catch {
      return -1;
    }
  }
}

type SizedFunction =
  Extract<ModelFunction, `${string}${8 | 16 | 32 | 64}`> extends infer Name
    ? Exclude<Name, `wait${number}`>
    : never;
