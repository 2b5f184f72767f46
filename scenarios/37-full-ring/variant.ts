import type { Scheme } from '../../src/kernel/scheme.ts';
import { IndexRing } from '../../src/kernel/structures/index-ring.ts';
import { ScqRing } from '../../src/kernel/structures/scq.ts';

/** A ring of indices whose readers leave an entry as it is for which they are too early. */
class SilentReaders extends IndexRing {
  protected override tooEarly(content: number): number {
    return content;
  }
}

function silent({ memory, record, heads, first, pairBits, entries, patience }: IndexRing): IndexRing {
  return new SilentReaders(memory, record, heads, first, pairBits, entries, patience);
}

/** A queue of two such rings. */
class SilentRing extends ScqRing<Scheme> {
  constructor(...parts: ConstructorParameters<typeof ScqRing<Scheme>>) {
    super(...parts);
    [this.filled, this.emptied] = [silent(this.filled), silent(this.emptied)];
  }
}

export { SilentRing as structure };
