import { UsageError } from '../../errors.ts';
import { withModelled } from '../globals.ts';
import type { Region } from '../declared-memory.ts';
import { platform } from '../platform.ts';
import type { CheckedProgram } from '../checked-program.ts';
import { makingBy } from '../running.ts';
import { answersLater, isThenable } from '../misuse.ts';
import type { AsyncWaitResult, Declared, Shared, WaitResult, Word } from '../types.ts';

const { Atomics: real } = platform;

type Element = number & bigint;

/** A word alone on real threads: each method is the function of `Atomics` itself. */
class LiveWord implements Word<Element> {
  readonly #array: Int32Array & BigInt64Array;

  constructor(array: object) {
    this.#array = array as Int32Array & BigInt64Array;
  }

  load(): Element {
    return real.load(this.#array, 0) as Element;
  }

  store(value: Element): Element {
    return real.store(this.#array, 0, value) as Element;
  }

  compareExchange(expected: Element, desired: Element): Element {
    return real.compareExchange(this.#array, 0, expected, desired) as Element;
  }

  exchange(value: Element): Element {
    return real.exchange(this.#array, 0, value) as Element;
  }

  add(value: Element): Element {
    return real.add(this.#array, 0, value) as Element;
  }

  sub(value: Element): Element {
    return real.sub(this.#array, 0, value) as Element;
  }

  and(value: Element): Element {
    return real.and(this.#array, 0, value) as Element;
  }

  or(value: Element): Element {
    return real.or(this.#array, 0, value) as Element;
  }

  xor(value: Element): Element {
    return real.xor(this.#array, 0, value) as Element;
  }

  wait(expected: Element, timeout?: number): WaitResult {
    return real.wait(this.#array, 0, expected, timeout);
  }

  waitAsync(expected: Element, timeout?: number): AsyncWaitResult {
    return real.waitAsync(this.#array, 0, expected, timeout) as AsyncWaitResult;
  }

  notify(count?: number): number {
    return real.notify(this.#array, 0, count);
  }

  get value(): Element {
    return (this.#array as Int32Array)[0] as Element;
  }

  set value(value: Element) {
    (this.#array as Int32Array)[0] = value;
  }
}

/** The declared memory by name, as code on real threads sees it. */
function liveWords(regions: readonly Region[], buffers: readonly SharedArrayBuffer[]): Shared<Declared> {
  const entries = regions.map(({ name, kind, isScalar }, i) => {
    if (kind === null) return [name, buffers[i]] as const;
    const array = new platform.arrays[kind.name as 'Int32Array'](buffers[i]);
    return [name, isScalar ? new LiveWord(array) : array] as const;
  });
  return Object.freeze(Object.fromEntries(entries)) as Shared<Declared>;
}

/** What makes the objects that a thread works with in a round: the declared words, or what `make` makes over the same buffers each time. */
export function liveObjects(program: CheckedProgram, buffers: readonly SharedArrayBuffer[]): () => unknown {
  const { check, memory, code } = program;
  const { make, words = {} } = check;
  const declared = Object.keys(words).length;
  const shared = liveWords(memory.regions.slice(0, declared), buffers);
  if (make === undefined) return () => shared;
  return () => {
    let next = declared;
    const again = (bytes: number): SharedArrayBuffer => {
      const buffer = buffers[next++];
      if (buffer?.byteLength === bytes) return buffer;
      throw new UsageError(
        `make is not deterministic: run again on a real thread, buffer ${next - declared} that it makes has ${bytes} bytes, and before ${buffer === undefined ? 'there was none' : `it had ${buffer.byteLength}`}.`,
      );
    };
    const made = withModelled(() => makingBy(again, () => make(shared)), code);
    if (isThenable(made)) throw answersLater('make', made);
    return made;
  };
}
