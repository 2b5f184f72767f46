const decoder = new TextDecoder();

/** Debug information is of no effect on a module: what is broken in it ends its reading, and nothing else. */
export class BrokenDwarf extends Error {}

/** Reads a section of debug information, the lowest byte of a number first. */
export class DwarfData {
  readonly bytes: Uint8Array;
  at: number;

  constructor(bytes: Uint8Array, at: number = 0) {
    this.bytes = bytes;
    this.at = at;
  }

  get isAtEnd(): boolean {
    return this.at >= this.bytes.length;
  }

  skip(count: number): void {
    this.at += count;
    if (this.at > this.bytes.length) throw new BrokenDwarf();
  }

  /** A number of up to 8 bytes; one of more than 53 bits is rounded. */
  unsigned(count: number): number {
    const from = this.at;
    this.skip(count);
    let value = 0;
    for (let i = count - 1; i >= 0; i--) value = value * 256 + this.bytes[from + i];
    return value;
  }

  signed(count: number): number {
    const value = this.unsigned(count);
    return value >= 2 ** (8 * count - 1) ? value - 2 ** (8 * count) : value;
  }

  uleb(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = this.unsigned(1);
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
  }

  sleb(): number {
    let value = 0;
    for (let scale = 1; ;) {
      const byte = this.unsigned(1);
      value += (byte & 127) * scale;
      scale *= 128;
      if (byte < 128) return (byte & 64) === 0 ? value : value - scale;
    }
  }

  text(): string {
    const end = this.bytes.indexOf(0, this.at);
    if (end < 0) throw new BrokenDwarf();
    const text = decoder.decode(this.bytes.subarray(this.at, end));
    this.at = end + 1;
    return text;
  }

  /** The length of what follows, and how many bytes an offset has there. */
  length(): { readonly end: number; readonly offset: number } {
    const short = this.unsigned(4);
    const [length, offset] = short === 0xffffffff ? [this.unsigned(8), 8] : [short, 4];
    const end = this.at + length;
    if (end > this.bytes.length) throw new BrokenDwarf();
    return { end, offset };
  }
}

/** The sections of a module's debug information, by name; empty where there is none. */
export type Sections = (name: string) => Uint8Array;
