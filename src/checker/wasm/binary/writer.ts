const encoder = new TextEncoder();

/** An unsigned number in LEB128. */
export function unsigned(value: number): number[] {
  const bytes: number[] = [];
  let left = value;
  do {
    const byte = left % 128;
    left = Math.floor(left / 128);
    bytes.push(left > 0 ? byte | 0x80 : byte);
  } while (left > 0);
  return bytes;
}

/** A signed number of 32 bits in LEB128. */
export function signed(value: number): number[] {
  const bytes: number[] = [];
  for (let left = value | 0; ;) {
    const byte = left & 0x7f;
    left >>= 7;
    const isLast = (left === 0 && (byte & 0x40) === 0) || (left === -1 && (byte & 0x40) !== 0);
    bytes.push(isLast ? byte : byte | 0x80);
    if (isLast) return bytes;
  }
}

export function nameBytes(value: string): number[] {
  const bytes = encoder.encode(value);
  return [...unsigned(bytes.length), ...bytes];
}

/** Bytes that grow. */
export class Writer {
  #bytes: Uint8Array = new Uint8Array(256);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#size);
  }

  put(more: ArrayLike<number>): void {
    const size = this.#size + more.length;
    if (size > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(size, 2 * this.#bytes.length));
      grown.set(this.bytes);
      this.#bytes = grown;
    }
    this.#bytes.set(more, this.#size);
    this.#size = size;
  }

  /** Bytes with their number before them. Answers where they begin. */
  sized(bytes: ArrayLike<number>): number {
    this.put(unsigned(bytes.length));
    const from = this.#size;
    this.put(bytes);
    return from;
  }

  /** A section. Answers where its content begins. */
  section(id: number, content: ArrayLike<number>): number {
    this.put([id]);
    return this.sized(content);
  }
}
