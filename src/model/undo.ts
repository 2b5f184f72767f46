import { Words } from '../platform-array.ts';

/** Words as they were, to be put back on the way back. */
export class Undo {
  /** Address and word by turns. */
  #noted: Int32Array = new Words(128);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** Call before a word is written. */
  note(address: number, before: number): void {
    const at = 2 * this.#length++;
    if (at === this.#noted.length) {
      const grown = new Words(2 * at);
      grown.set(this.#noted);
      this.#noted = grown;
    }
    this.#noted[at] = address;
    this.#noted[at + 1] = before;
  }

  /** True if every word is as it was when the length was `mark`. */
  isRestored(words: Int32Array, mark: number): boolean {
    const noted = this.#noted;
    for (let i = mark; i < this.#length; i++) {
      const address = noted[2 * i];
      // What a word was is said by its first note.
      if (this.firstOf(address, mark, this.#length, 0) !== words[address]) return false;
    }
    return true;
  }

  /** Puts back what was noted between two lengths, and notes in `aside` what that overwrites. */
  restore(words: Int32Array, from: number, to: number, aside: Undo): void {
    const noted = this.#noted;
    for (let i = to - 1; i >= from; i--) {
      const address = noted[2 * i];
      aside.note(address, words[address]);
      words[address] = noted[2 * i + 1];
    }
  }

  /** What a word was at the first note of it between two lengths; `without` if there is none. */
  firstOf(address: number, from: number, to: number, without: number): number {
    const noted = this.#noted;
    for (let i = from; i < to; i++) if (noted[2 * i] === address) return noted[2 * i + 1];
    return without;
  }

  /** Nothing can be put back any more. */
  clear(): void {
    this.#length = 0;
  }

  /** Puts back everything noted since the length was `mark`. */
  rewind(words: Int32Array, mark: number): void {
    const noted = this.#noted;
    let left = this.#length;
    while (left > mark) {
      left--;
      words[noted[2 * left]] = noted[2 * left + 1];
    }
    this.#length = left;
  }
}
