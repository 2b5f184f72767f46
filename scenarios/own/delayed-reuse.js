/* delayed-reuse.ts without its types. scheme:begin (made by npm run refresh) */
import { ABA_POSSIBLE, layout, Scheme } from 'lockfree-lab';
const [YOUNG, OLD] = [0, 1];
/**
 * Idea: a slot that was retired waits until its thread has retired some more, and is freed then, though other threads may still name it. That makes
 * ABA seldom; it does not stop it. An example of a scheme in a file of its own: npx lockfree-lab run aba-dequeue --scheme ./delayed-reuse.ts
 */
export class DelayedReuse extends Scheme {
  // The card: what the scheme is, and what it claims. The laboratory holds the claims against what happens.
  static NUMBER = 0;
  static ID = 'delayed-reuse';
  static TITLE = 'delayed reuse';
  static IDEA = 'A retired slot is freed when its thread has retired some more.';
  static PAPER = 'what a programmer tries first';
  static ABA = ABA_POSSIBLE;
  /** A thread may read a slot that was freed; what it read is then used all the same, which is the fault of this scheme. */
  static STALE_READS = true;
  static RECLAIMS = true;
  static SURVIVES_STALL = true;
  static SURVIVES_DEATH = true;
  static PROGRESS = 'lock-free';
  static HOLDS = layout.HOLDS_NOTHING;
  static TAGS = false;
  /** One parameter: name=default:least:most. Given as in delayed-reuse.ts:delay=8, it is `geometry.param0` below. */
  static PARAMS = 'delay=4:1:1024';
  static BOUND = '2 x delay x threads';
  static bound(threads, delay) {
    return 2 * delay * threads;
  }
  /** The dummy node, a slot in hand for each thread, and what all of them keep. */
  static needs(threads, delay) {
    return 1 + threads + DelayedReuse.bound(threads, delay);
  }
  /** What it does not say, Scheme has: nothing is announced, a word is read as it is, and what is retired is kept. */
  collect() {
    this.adopt();
    this.free(this.list(OLD));
    this.free(this.list(YOUNG));
  }
  /** The slot joins the young ones. When there are enough of them, the old ones are freed and the young ones are old. */
  keep(slot) {
    const young = this.list(YOUNG);
    const old = this.list(OLD);
    this.record.unreclaimed(1);
    this.push(young, slot, this.now());
    if (this.memory.peek(young + layout.LIST_COUNT) < this.geometry.param0) return;
    this.free(old);
    for (let next = this.pop(young); next !== 0; next = this.pop(young)) this.push(old, next, this.now());
  }
  free(list) {
    for (let slot = this.pop(list); slot !== 0; slot = this.pop(list)) this.reclaim(slot);
  }
}
/* scheme:end */
