import { wordAfterAccess } from '../engines/effect.ts';
import { type Custom, plainlyWrites, type Request, type Wide } from '../model/request.ts';
import { arithmeticAfter, type ElementKind } from './kinds.ts';

/** Where an access goes: some bytes of a region, and how they are read. */
export interface Element {
  readonly kind: ElementKind;
  /** Of its first cell. */
  readonly address: number;
  /** The addresses of its cells. */
  readonly cells: readonly number[];
  /** How its steps are made, if not as those of a word that is kept as this kind of element. */
  readonly custom: Mixed | null;
  /** How arithmetic is done. */
  readonly arithmetic: Custom | null;
  /** `Atomics.wait`. */
  readonly fallAsleep: Custom;
}

/** The accesses whose outcome depends on how elements of the kind wrap. */
const ARITHMETIC: ReadonlySet<Request['access']> = new Set(['add', 'sub', 'and', 'or', 'xor']);

/** An element that is not what its cells are kept as: of another type, or made of several cells. Its steps work on all of them as one. */
export class Mixed implements Custom, Wide {
  readonly wide: Wide = this;
  readonly addresses: readonly number[];
  readonly kind: ElementKind;
  /** As people call it: `memory.int32[2]`. */
  readonly name: string;
  /** What it holds as people read it. */
  readonly show: (word: number) => string;
  readonly #kinds: readonly ElementKind[];
  readonly #bytes: Uint8Array;
  readonly #sleep: Custom | null;

  /**
   * @param show how a word of the kind is read
   * @param cells their addresses and kinds
   * @param sleep what else is done by `Atomics.wait`, if it is that
   */
  constructor(
    name: string,
    kind: ElementKind,
    show: (word: number) => string,
    cells: readonly (readonly [number, ElementKind])[],
    bytes: Uint8Array,
    sleep: Custom | null,
  ) {
    this.name = name;
    this.show = show;
    this.kind = kind;
    this.addresses = cells.map(([address]) => address);
    this.#kinds = cells.map(([, each]) => each);
    this.#bytes = bytes;
    this.#sleep = sleep;
  }

  join(words: Int32Array): number {
    return this.joined(this.addresses.map((address) => words[address]));
  }

  /** The number for what the cells hold, in order. */
  joined(words: readonly number[]): number {
    let at = 0;
    for (const [i, kind] of this.#kinds.entries()) {
      kind.toBytes(words[i], this.#bytes, at);
      at += kind.bytes;
    }
    return this.kind.fromBytes(this.#bytes, 0);
  }

  split(whole: number): readonly number[] {
    this.kind.toBytes(whole, this.#bytes, 0);
    let at = 0;
    return this.#kinds.map((kind) => {
      const word = kind.fromBytes(this.#bytes, at);
      at += kind.bytes;
      return word;
    });
  }

  after(request: Request, before: number): number {
    const { access, first } = request;
    return ARITHMETIC.has(access)
      ? arithmeticAfter(this.kind, access, before, first)
      : wordAfterAccess(request, before);
  }

  writes(request: Request, before: number): boolean {
    return plainlyWrites(request, before);
  }

  alsoWrites(request: Request, before: number): readonly number[] {
    return this.#sleep?.alsoWrites(request, before) ?? [];
  }

  mayWrite(request: Request, before: number): readonly number[] {
    return this.#sleep?.mayWrite(request, before) ?? [];
  }

  writeOthers(
    request: Request,
    before: number,
    words: Int32Array,
    write: (address: number, value: number) => void,
  ): void {
    this.#sleep?.writeOthers(request, before, words, write);
  }
}
