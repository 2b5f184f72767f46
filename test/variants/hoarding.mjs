import { LIST_COUNT } from '../../dist/src/kernel/layout.js';
import { Tagged } from '../../dist/src/kernel/schemes/tagged.js';

/** What is counted for each slot that is kept, by the parameter `counts`: nothing, the slot, or one off. */
const FOR_EACH = [0, 1, -1];

/** Tagged pointers that promise to free each slot at once, and keep up to `keeps` slots of each thread on its list. */
export class Hoarding extends Tagged {
  static NUMBER = 0;
  static ID = 'hoarding';
  static TITLE = 'hoarding';
  static PARAMS = 'keeps=3000:0:65535,counts=1:0:2';

  static needs(threads, keeps) {
    return 2 + threads * (keeps + 1);
  }

  keep(slot) {
    const each = FOR_EACH[this.geometry.param1];
    this.record.unreclaimed(each);
    this.push(this.list(0), slot, this.now());
    if (this.memory.peek(this.list(0) + LIST_COUNT) <= this.geometry.param0) return;
    const oldest = this.pop(this.list(0));
    this.record.unreclaimed(-each);
    this.slab.give(oldest);
  }
}
