import type { Scheme } from '../../src/kernel/scheme.ts';
import { SegmentQueue } from '../../src/kernel/structures/segments.ts';

/** A queue of segments whose readers move Head on and leave Tail where it is. */
class OutrunTail extends SegmentQueue<Scheme> {
  protected override leaveBehind(_first: number, _next: number): void {}
}

export { OutrunTail as structure };
