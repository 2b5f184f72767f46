import { WaitsForever } from './misuse.ts';
import type { Value } from './kinds.ts';
import type { Region } from './declared-memory.ts';
import type { Arithmetic, AccessTarget, MemoryAccess } from './memory-access.ts';
import { platform } from './platform.ts';
import type { WaitResult } from './types.ts';

const { Atomics: real } = platform;

/**
 * Memory as `make` sees it while it makes the objects of a thread: what was declared, before anything was done to it. What it writes here
 * it wrote the first time as well, which is in the words at the start.
 */
export class Scratch implements MemoryAccess {
  readonly #buffers = new Map<Region, SharedArrayBuffer>();
  readonly #refuse: (why: string) => never;

  constructor(refuse: (why: string) => never) {
    this.#refuse = refuse;
  }

  bufferOf(region: Region): SharedArrayBuffer {
    let buffer = this.#buffers.get(region);
    if (buffer === undefined) {
      buffer = new platform.SharedArrayBuffer(region.before.length);
      new platform.arrays.Uint8Array(buffer).set(region.before);
      this.#buffers.set(region, buffer);
    }
    return buffer;
  }

  #arrayAt({ region, start, kind }: AccessTarget): Int32Array {
    const arrayClass = platform.arrays[kind.name as 'Int32Array'];
    return new arrayClass(this.bufferOf(region), start, 1);
  }

  load(at: AccessTarget): Value {
    return real.load(this.#arrayAt(at), 0);
  }

  store(at: AccessTarget, value: Value): Value {
    return real.store(this.#arrayAt(at), 0, value as number);
  }

  compareExchange(at: AccessTarget, expected: Value, desired: Value): Value {
    return real.compareExchange(this.#arrayAt(at), 0, expected as number, desired as number);
  }

  exchange(at: AccessTarget, value: Value): Value {
    return real.exchange(this.#arrayAt(at), 0, value as number);
  }

  change(access: Arithmetic, at: AccessTarget, value: Value): Value {
    return real[access](this.#arrayAt(at), 0, value as number);
  }

  wait(at: AccessTarget, expected: Value): WaitResult {
    if (this.load(at) !== expected) return 'not-equal';
    return this.refuse(new WaitsForever('make').message);
  }

  waitAsync(): never {
    return this.#refuse(new WaitsForever('make').message);
  }

  notify(): number {
    return 0;
  }

  read({ region, start, kind }: AccessTarget): Value {
    const bytes = new platform.arrays.Uint8Array(this.bufferOf(region));
    return kind.decode(kind.fromBytes(bytes, start));
  }

  write({ region, start, kind }: AccessTarget, value: Value): void {
    const bytes = new platform.arrays.Uint8Array(this.bufferOf(region));
    kind.toBytes(kind.encode(value), bytes, start);
  }

  refuse(why: string): never {
    return this.#refuse(why);
  }
}
