/** Words as they were, to be put back on the way back. */
export class Undo {
  readonly #addresses: number[] = [];
  readonly #words: number[] = [];

  get length(): number {
    return this.#addresses.length;
  }

  /** Call before a word is written. */
  note(address: number, before: number): void {
    this.#addresses.push(address);
    this.#words.push(before);
  }

  /** True if every word is as it was when the length was `mark`. */
  isRestored(words: Int32Array, mark: number): boolean {
    for (let i = mark; i < this.#addresses.length; i++) {
      const address = this.#addresses[i];
      // What a word was is said by its first note.
      if (this.#addresses.indexOf(address, mark) === i && words[address] !== this.#words[i]) return false;
    }
    return true;
  }

  /** Puts back what was noted between two lengths, and notes in `aside` what that overwrites. */
  restore(words: Int32Array, from: number, to: number, aside: Undo): void {
    for (let i = to - 1; i >= from; i--) {
      const address = this.#addresses[i];
      aside.note(address, words[address]);
      words[address] = this.#words[i];
    }
  }

  /** What a word was at the first note of it between two lengths; `without` if there is none. */
  firstOf(address: number, from: number, to: number, without: number): number {
    for (let i = from; i < to; i++) if (this.#addresses[i] === address) return this.#words[i];
    return without;
  }

  /** Nothing can be put back any more. */
  clear(): void {
    this.#addresses.length = 0;
    this.#words.length = 0;
  }

  /** Puts back everything noted since the length was `mark`. */
  rewind(words: Int32Array, mark: number): void {
    while (this.#addresses.length > mark) {
      words[this.#addresses.pop() as number] = this.#words.pop() as number;
    }
  }
}
