import type { ElementKind } from './kinds.ts';

/** Bytes of a region that are kept in one word of the model. No access goes to a part of them. */
export interface MemoryCell {
  readonly start: number;
  readonly kind: ElementKind;
}

/** So many elements of a view are given words at once, where it is first used. */
const BLOCK = 16;

/** An access to the bytes of a region that has no cells for them as they stand: they are made, and what is explored starts over. */
export class NoCells extends Error {
  readonly region: number;
  readonly start: number;
  readonly kind: ElementKind;
  /** The bytes of the view that is used. */
  readonly view: readonly [from: number, to: number];

  constructor(region: number, start: number, kind: ElementKind, view: readonly [from: number, to: number]) {
    super(`Region ${region} has no cells for ${kind.name} at byte ${start}.`);
    this.region = region;
    this.start = start;
    this.kind = kind;
    this.view = view;
  }
}

/**
 * How the bytes of a region are divided into cells. A buffer has none at first: they are made as accesses ask for them, so that the model
 * has no more words than are used. Where accesses of several sizes meet, the cells are bytes, so that two accesses depend on each other
 * exactly if the bytes that they touch overlap.
 */
export class Cells {
  /** By byte. */
  readonly #cells = new Map<number, MemoryCell>();
  readonly #byte: ElementKind;

  /** @param byte the kind of cells where sizes are mixed */
  constructor(byte: ElementKind) {
    this.#byte = byte;
  }

  /** In the order of their bytes. */
  inOrder(): MemoryCell[] {
    return [...new Set(this.#cells.values())].toSorted((a, b) => a.start - b.start);
  }

  /** The cell that begins with a byte; null if none does. */
  startingAt(start: number): MemoryCell | null {
    const cell = this.#cells.get(start);
    return cell?.start === start ? cell : null;
  }

  /** Sees to it that the bytes of an element are whole cells, and gives cells to those beside it in its view. */
  make(
    start: number,
    kind: ElementKind,
    [from, to]: readonly [number, number] = [start, start + kind.bytes],
  ): void {
    const end = start + kind.bytes;
    if (this.#isFree(start, end)) this.#put({ start, kind });
    else {
      for (let at = start; at < end; at++) {
        const cell = this.#cells.get(at);
        if (cell === undefined) this.#put({ start: at, kind: this.#byte });
        else if (cell.start < start || cell.start + cell.kind.bytes > end) this.#split(cell);
      }
    }
    for (let i = -BLOCK; i <= BLOCK; i++) {
      const at = start + i * kind.bytes;
      if (at >= from && at + kind.bytes <= to && this.#isFree(at, at + kind.bytes))
        this.#put({ start: at, kind });
    }
  }

  #isFree(from: number, to: number): boolean {
    for (let at = from; at < to; at++) if (this.#cells.has(at)) return false;
    return true;
  }

  #put(cell: MemoryCell): void {
    for (let i = 0; i < cell.kind.bytes; i++) this.#cells.set(cell.start + i, cell);
  }

  #split({ start, kind }: MemoryCell): void {
    for (let i = 0; i < kind.bytes; i++) this.#put({ start: start + i, kind: this.#byte });
  }
}
