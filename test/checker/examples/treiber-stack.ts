import { check, type Passed, type Shared } from '../../../src/checker/index.ts';

/** Three nodes, 3 on top of 2 on top of 1. Node 0 is none. */
const words = { top: 3, next: [0, 0, 1, 2] };

const NODE = 0xff;

/** A stack of nodes that are used again (Treiber 1986). With a tag, every change of `top` makes another word of it. */
function makeStack(
  { top, next }: Shared<typeof words>,
  tagged: boolean,
): { push(node: number): void; pop(): number } {
  const named = (node: number, before: number): number =>
    tagged ? node + (before & ~NODE) + NODE + 1 : node;
  return {
    push: (node) => {
      while (true) {
        const before = top.load();
        Atomics.store(next, node, before & NODE);
        if (top.compareExchange(before, named(node, before)) === before) return;
      }
    },
    pop: () => {
      while (true) {
        const before = top.load();
        if ((before & NODE) === 0) return 0;
        const below = Atomics.load(next, before & NODE);
        if (top.compareExchange(before, named(below, before)) === before) return before & NODE;
      }
    },
  };
}

/** One thread pops; the other one pops two nodes and puts the first of them back. No node may then be in two places. */
function explore(tagged: boolean, replay?: string): Passed {
  return check({
    words,
    threads: [
      (shared) => [makeStack(shared, tagged).pop()],
      (shared) => {
        const stack = makeStack(shared, tagged);
        const [first, second] = [stack.pop(), stack.pop()];
        if (first !== 0) stack.push(first);
        return [second];
      },
    ],
    lockFree: true,
    finally: ({ top, next }, results) => {
      const nodes = results.flat().filter((node) => node !== 0);
      for (let node = top & NODE; node !== 0; node = next[node]!) {
        if (nodes.includes(node)) throw new Error(`node ${node} is in two places`);
        nodes.push(node);
      }
    },
    ...(replay !== undefined && { replay }),
  });
}

export const tagged = (): Passed => explore(true);
export const untagged = (replay?: string): Passed => explore(false, replay);
