import { answersLater, isThenable } from './misuse.ts';
import { UsageError } from '../errors.ts';
import { bufferView } from './buffers.ts';
import { withModelled } from './globals.ts';
import type { ElementKind } from './kinds.ts';
import type { DeclaredMemory, Region } from './declared-memory.ts';
import type { MemoryAccess } from './memory-access.ts';
import { platform } from './platform.ts';
import { makingBy, runAlone } from './running.ts';
import { Scratch } from './scratch.ts';
import { thrownText } from './text.ts';
import type { ThreadWords } from './thread-words.ts';
import type { Declared, Shared } from './types.ts';
import { arrayView } from './views.ts';
import { WordView } from './word-view.ts';

/** The declared memory by name, as code sees it. */
export function sharedBy(memory: MemoryAccess, regions: readonly Region[]): Shared<Declared> {
  const entries = regions.map((region) => {
    if (region.isScalar) return [region.name, new WordView(memory, region)] as const;
    const buffer = bufferView(memory, region);
    if (region.kind === null) return [region.name, buffer] as const;
    const { kind, before } = region;
    return [region.name, arrayView({ memory, region }, buffer, kind, 0, before.length / kind.bytes)] as const;
  });
  return Object.freeze(Object.fromEntries(entries)) as Shared<Declared>;
}

type Make = (shared: Shared<Declared>) => unknown;

/** The objects that a user's `make` makes: for each thread, and for judgements. */
export class MadeObjects {
  readonly #make: Make;
  /** How many of the regions were declared; the others are those that `make` makes, in order. */
  readonly #declared: number;
  readonly #regions: readonly Region[];

  /** Makes them once, to see which buffers there are and what they begin with. */
  constructor(memory: DeclaredMemory, make: Make, code: readonly unknown[]) {
    this.#make = make;
    this.#declared = memory.regions.length;
    this.#regions = memory.regions;
    const scratch = new Scratch(refuse);
    withModelled(() => {
      this.#run(scratch, (bytes, most) => {
        const taken = new Set(memory.regions.map(({ name }) => name));
        let number = memory.regions.length - this.#declared + 1;
        while (taken.has(`buffer${number}`)) number++;
        return scratch.bufferOf(
          memory.addBuffer(`buffer${number}`, new platform.arrays.Uint8Array(bytes), most),
        );
      });
    }, code);
    for (const region of memory.regions) {
      region.bytes.set(new platform.arrays.Uint8Array(scratch.bufferOf(region)));
    }
  }

  /** For the code of a thread, each time that it is run. */
  forThread(words: ThreadWords): () => unknown {
    const declared = sharedBy(words, this.#regions.slice(0, this.#declared));
    return () => {
      let next = this.#declared;
      const again = (bytes: number): object => {
        const region = this.#regions[next++];
        if (region?.before.length === bytes) return bufferView(words, region);
        return words.refuse(
          `make is not deterministic: run again, buffer ${next - this.#declared} that it makes has ${bytes} bytes, and before ${region === undefined ? 'there was none' : `it had ${region.before.length}`}.`,
        );
      };
      return words.making(again, () => this.#make(declared));
    };
  }

  /** Over a copy of the memory, with the bytes of each region. */
  over(bytes: readonly Uint8Array[]): unknown {
    const scratch = new Scratch(refuse);
    let next = this.#declared;
    const made = this.#run(scratch, () => scratch.bufferOf(this.#regions[next++]));
    for (const [i, region] of this.#regions.entries()) {
      new platform.arrays.Uint8Array(scratch.bufferOf(region)).set(bytes[i]);
    }
    return made;
  }

  /** Outside a thread, where all memory is the platform's own. */
  #run(scratch: Scratch, newShared: (bytes: number, most: number | null) => object): unknown {
    const entries = this.#regions.slice(0, this.#declared).map((region) => {
      const { name, kind, isScalar } = region;
      if (isScalar) return [name, new WordView(scratch, region)] as const;
      const buffer = scratch.bufferOf(region);
      return [name, kind === null ? buffer : realArray(kind, buffer)] as const;
    });
    try {
      const shared = Object.fromEntries(entries) as Shared<Declared>;
      const made = runAlone('make', () => makingBy(newShared, () => this.#make(shared)));
      if (isThenable(made)) throw answersLater('make', made);
      return made;
    } catch (error) {
      if (error instanceof UsageError) throw error;
      throw new UsageError(`make throws ${thrownText(error)}: let it make what the threads work with.`, {
        cause: error,
      });
    }
  }
}

function realArray({ name }: ElementKind, buffer: SharedArrayBuffer): object {
  return new platform.arrays[name as 'Int32Array'](buffer);
}

function refuse(why: string): never {
  throw new UsageError(why);
}
