import type { Scheme } from '../../src/kernel/scheme.ts';
import { ScqRing } from '../../src/kernel/structures/scq.ts';

/** A ring whose readers leave an entry as it is for which they are too early. */
class SilentReaders extends ScqRing<Scheme> {
  protected override tooEarly(entry: number): number {
    return entry;
  }
}

export { SilentReaders as structure };
