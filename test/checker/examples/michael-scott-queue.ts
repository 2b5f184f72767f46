import { check, type Passed, type Shared } from '../../../src/checker/index.ts';

/** Node 1 is the dummy, node 2 behind it has the value 1, and node 3 is unused. Node 0 is none. */
const words = { head: 1, tail: 2, next: [0, 2, 0, 0], values: [0, 0, 1, 0] };
type Words = Shared<typeof words>;

const NODE = 0xff;

/** A queue of nodes that are used again (Michael and Scott 1996). With a tag, every change of a link makes another word of it. */
class Queue {
  readonly words: Words;
  readonly tagged: boolean;

  constructor(shared: Words, tagged: boolean) {
    this.words = shared;
    this.tagged = tagged;
  }

  /** What a link becomes when it names a node in place of what it named before. */
  named(node: number, before: number): number {
    return this.tagged ? node + (before & ~NODE) + NODE + 1 : node;
  }

  /** Appends a value, in a node that this thread alone has. */
  enqueue(node: number, value: number): void {
    const { tail, next, values } = this.words;
    Atomics.store(values, node, value);
    Atomics.store(next, node, this.named(0, Atomics.load(next, node)));
    while (true) {
      const last = tail.load();
      const link = Atomics.load(next, last & NODE);
      if (tail.load() !== last) continue;
      const isLast = (link & NODE) === 0;
      const linked = isLast ? this.named(node, link) : link;
      const isIn = isLast && Atomics.compareExchange(next, last & NODE, link, linked) === link;
      // Tail lags behind: by our node, or by another thread's, which is helped.
      if (isIn || !isLast) tail.compareExchange(last, this.named(linked & NODE, last));
      if (isIn) return;
    }
  }

  /** The oldest value and the node that is free now; two zeros if there is none. */
  dequeue(): readonly [value: number, node: number] {
    const { head, tail, next, values } = this.words;
    while (true) {
      const first = head.load();
      const last = tail.load();
      const link = Atomics.load(next, first & NODE);
      if (head.load() !== first) continue;
      if ((link & NODE) === 0) return [0, 0];
      if ((first & NODE) === (last & NODE)) {
        tail.compareExchange(last, this.named(link & NODE, last));
        continue;
      }
      // Before Head moves: afterwards another thread may use the node again.
      const value = Atomics.load(values, link & NODE);
      if (head.compareExchange(first, this.named(link & NODE, first)) === first) return [value, first & NODE];
    }
  }
}

/** One thread takes the value out; the other one does, and puts 2 in by the node that it has freed, and takes that out. */
function explore(tagged: boolean, replay?: string): Passed {
  return check({
    words,
    threads: [
      (shared) => [new Queue(shared, tagged).dequeue()[0]],
      (shared) => {
        const queue = new Queue(shared, tagged);
        const [first, node] = queue.dequeue();
        if (node === 0) return [];
        queue.enqueue(node, 2);
        return [first, queue.dequeue()[0]];
      },
    ],
    lockFree: true,
    finally: (_, results) => {
      const taken = results.flat().filter((value) => value !== 0);
      if (new Set(taken).size < taken.length) throw new Error(`${taken.join(' and ')} were taken out`);
    },
    ...(replay !== undefined && { replay }),
  });
}

export const tagged = (): Passed => explore(true);
export const untagged = (replay?: string): Passed => explore(false, replay);
