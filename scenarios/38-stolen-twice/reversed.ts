import { ABORT } from '../../src/kernel/structure.ts';
import { C_STRUCTURE, LINE, OP_TAKE } from '../../src/kernel/layout.ts';
import type { Scheme } from '../../src/kernel/scheme.ts';
import { ChaseLev, WS10, WS11, WS8, WS9 } from '../../src/kernel/structures/chase-lev.ts';

/** A deque whose thieves read Bottom first and Top second: the two are from different moments, and what was between them may be gone. */
class HastyThieves extends ChaseLev<Scheme> {
  override steal(): number {
    const { memory, geometry } = this;
    const [top, bottom] = [geometry.cell(0), geometry.cell(LINE)];
    this.begin(OP_TAKE);
    const b = memory.load(WS9, bottom);
    const t = memory.load(WS8, top);
    if (((b - t) | 0) <= 0) return this.nothing();
    const value = memory.load(WS10, this.at(t));
    if (memory.cas(WS11, top, t, (t + 1) | 0)) return this.delivers(value);
    this.record.count(C_STRUCTURE + 1);
    this.end();
    return ABORT;
  }
}

export { HastyThieves as structure };
