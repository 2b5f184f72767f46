import { Words } from '../platform-array.ts';
/** Room for so many rows at first. */
const FIRST_CAPACITY = 1024;

/**
 * Rows of whole numbers, all of one width, each kept once and numbered from 0 in the order of their coming. Found by a hash and
 * compared in full, so equal numbers mean equal rows. Takes 4 bytes for each number, and 8 to 16 for each row.
 */
export class Rows {
  readonly width: number;
  #rows: Int32Array;
  /** A hash table with open addressing, at most half full: the number of a row and 1, or 0. */
  #places: Int32Array;
  #size = 0;

  constructor(width: number) {
    this.width = width;
    this.#rows = new Words(FIRST_CAPACITY * width);
    this.#places = new Words(2 * FIRST_CAPACITY);
  }

  get size(): number {
    return this.#size;
  }

  /** The number of a row, which is added if it is new: then it is the former `size`. */
  add(row: ArrayLike<number>): number {
    let place = this.#placeOf(row);
    const known = this.#places[place];
    if (known !== 0) return known - 1;
    if ((this.#size + 1) * 2 > this.#places.length) {
      this.#grow();
      place = this.#placeOf(row);
    }
    const at = this.#size * this.width;
    for (let i = 0; i < this.width; i++) this.#rows[at + i] = row[i];
    this.#places[place] = ++this.#size;
    return this.#size - 1;
  }

  clear(): void {
    this.#rows = new Words(FIRST_CAPACITY * this.width);
    this.#places = new Words(2 * FIRST_CAPACITY);
    this.#size = 0;
  }

  /** Where the row stands in the hash table, or the free place where it would. */
  #placeOf(row: ArrayLike<number>): number {
    const { width } = this;
    const mask = this.#places.length - 1;
    for (let place = hashOf(row, 0, width) & mask; ; place = (place + 1) & mask) {
      const known = this.#places[place];
      if (known === 0) return place;
      const at = (known - 1) * width;
      let i = 0;
      while (i < width && this.#rows[at + i] === row[i]) i++;
      if (i === width) return place;
    }
  }

  #grow(): void {
    const { width } = this;
    const rows = new Words(2 * this.#rows.length);
    rows.set(this.#rows);
    this.#rows = rows;
    const places = new Words(2 * this.#places.length);
    const mask = places.length - 1;
    for (let number = 0; number < this.#size; number++) {
      let place = hashOf(rows, number * width, width) & mask;
      while (places[place] !== 0) place = (place + 1) & mask;
      places[place] = number + 1;
    }
    this.#places = places;
  }
}

/** FNV-1a over 32-bit numbers, and the finalizer of MurmurHash3, since the low bits are what counts. */
function hashOf(row: ArrayLike<number>, from: number, width: number): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < width; i++) hash = Math.imul(hash ^ row[from + i], 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
