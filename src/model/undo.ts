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
