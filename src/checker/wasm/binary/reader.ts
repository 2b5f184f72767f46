import { UsageError } from '../../../errors.ts';

const decoder = new TextDecoder('utf-8', { fatal: true });

/** Reads the bytes of a module one after the other. Every fault is a sentence with the place where it is, counted from the module's first byte. */
export class Reader {
  readonly bytes: Uint8Array;
  at: number;
  readonly end: number;

  constructor(bytes: Uint8Array, at: number = 0, end: number = bytes.length) {
    this.bytes = bytes;
    this.at = at;
    this.end = end;
  }

  get isAtEnd(): boolean {
    return this.at >= this.end;
  }

  fail(what: string, at: number = this.at): never {
    throw new UsageError(`The module is broken at byte ${at}: ${what}. Build it anew, and give it whole.`);
  }

  byte(): number {
    if (this.at >= this.end) this.fail('it ends in the middle');
    return this.bytes[this.at++];
  }

  /** Steps over bytes, and answers where they begin. */
  skip(count: number): number {
    const from = this.at;
    if (count > this.end - from) this.fail(`${count} bytes should follow, and there are ${this.end - from}`);
    this.at += count;
    return from;
  }

  take(count: number): Uint8Array {
    const from = this.skip(count);
    return this.bytes.subarray(from, from + count);
  }

  /** An unsigned number of up to 32 bits, in LEB128. */
  u32(): number {
    const from = this.at;
    let result = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.byte();
      if (shift === 28 && byte > 0x0f) this.fail('a number has more than 32 bits', from);
      result += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return result;
    }
  }

  /** A signed number of up to 64 bits, in LEB128. */
  signed(): bigint {
    const from = this.at;
    let result = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = this.byte();
      if (shift > 63n) this.fail('a number has more than 64 bits', from);
      result |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asIntN(Number(shift) + 7, result);
    }
  }

  name(): string {
    const from = this.at;
    try {
      return decoder.decode(this.take(this.u32()));
    } catch (error) {
      if (error instanceof UsageError) throw error;
      return this.fail('a name is no UTF-8', from);
    }
  }

  /** A part of these bytes that is read by itself, as a section; this one goes on behind it. */
  part(size: number): Reader {
    const from = this.skip(size);
    return new Reader(this.bytes, from, from + size);
  }
}
