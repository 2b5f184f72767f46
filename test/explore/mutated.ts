import type { StructureClass } from '../../src/laboratory/structure-class.ts';
import type { Random } from '../../src/random.ts';
import type { Variant } from '../../src/laboratory/variant.ts';
import { FREE, FREE_TOP, HELD, LINKED, S_NEXT, S_STATE, S_VALUE } from '../../src/kernel/layout.ts';
import { HEAD, TAIL } from '../../src/kernel/structures/michael-scott.ts';
import { Memory } from '../../src/kernel/memory.ts';
import { MichaelScottQueue } from '../../src/kernel/structures/michael-scott.ts';
import { Slab } from '../../src/kernel/slab.ts';
import type { OperationBody } from '../../src/laboratory/operations.ts';
import { stepOf } from '../../src/laboratory/labels.ts';

/** What becomes of a step that writes: `forced` writes whatever is there, `skipped` does not write and says that it did. */
export type Change = 'forced' | 'skipped';

/** By label, what becomes of the step. */
export type Mutation = Readonly<Record<string, Change>>;

const WRITERS = ['A3', 'F2', 'F3', 'E3', 'E9', 'E13', 'E17', 'D10', 'D13'] as const;

/** The kernel's memory, some of whose steps are broken. */
class MutatedMemory extends Memory {
  readonly #memory: Memory;
  readonly #changes: ReadonlyMap<number, Change>;

  constructor(memory: Memory, changes: ReadonlyMap<number, Change>) {
    super();
    this.#memory = memory;
    this.#changes = changes;
  }

  load(step: number, address: number): number {
    return this.#memory.load(step, address);
  }

  store(step: number, address: number, value: number): void {
    if (this.#changes.get(step) === 'skipped') this.#memory.load(step, address);
    else this.#memory.store(step, address, value);
  }

  cas(step: number, address: number, expected: number, desired: number): boolean {
    const change = this.#changes.get(step);
    if (change === undefined) return this.#memory.cas(step, address, expected, desired);
    if (change === 'forced') this.#memory.store(step, address, desired);
    else this.#memory.load(step, address);
    return true;
  }

  exchange(step: number, address: number, value: number): number {
    return this.#memory.exchange(step, address, value);
  }

  add(step: number, address: number, value: number): number {
    return this.#memory.add(step, address, value);
  }

  or(step: number, address: number, bits: number): number {
    return this.#memory.or(step, address, bits);
  }

  peek(address: number): number {
    return this.#memory.peek(address);
  }

  poke(address: number, value: number): void {
    this.#memory.poke(address, value);
  }
}

/** The queue and the slab with these steps changed. */
export function mutated(mutation: Mutation): Variant {
  const changes = new Map(Object.entries(mutation).map(([label, change]) => [stepOf(label), change]));
  const queue = class extends MichaelScottQueue<never> {
    constructor(...[memory, ...rest]: ConstructorParameters<typeof MichaelScottQueue<never>>) {
      super(new MutatedMemory(memory, changes), ...rest);
    }
  };
  const slab = class extends Slab {
    constructor(...[memory, ...rest]: ConstructorParameters<typeof Slab>) {
      super(new MutatedMemory(memory, changes), ...rest);
    }
  };
  return { structure: queue as unknown as StructureClass, slab };
}

/** One or two steps changed, each in some way. */
export function randomMutation(random: Random): Mutation {
  const one = (): [string, Change] => [
    WRITERS[random.below(WRITERS.length)]!,
    random.below(3) === 0 ? 'skipped' : 'forced',
  ];
  return Object.fromEntries(random.below(2) === 0 ? [one()] : [one(), one()]);
}

/** A step of its own: it stores, whatever is there. */
const Z1 = 192;

/** A store, by the name of the root or the slot whose next word it writes, and a state that is written plainly after it. */
interface Store {
  readonly to: 'Head' | 'Tail' | 'top' | number;
  readonly names: number;
  /** True if it is the value of the slot that is written. */
  readonly isValue?: boolean;
  readonly plain?: readonly [slot: number, state: number];
}

/**
 * Stores that, made one after the other, take slots from the free list, link them, swing Tail, move Head and free what it leaves, as the
 * kernel does; what is done in two operations at a time is in any order that is right.
 */
function rightStores(random: Random, initial: number, slots: number, many: number): Store[] {
  const queue = Array.from({ length: initial + 1 }, (_, i) => i + 1);
  const free = Array.from({ length: slots - queue.length }, (_, i) => queue.length + 1 + i);
  let tail = queue.at(-1)!;
  const taken: number[] = [];
  const ready: number[] = [];
  const left: number[] = [];
  const chained: number[] = [];
  const stores: Store[] = [];
  while (stores.length < many) {
    const lags = tail !== queue.at(-1);
    switch (random.below(8)) {
      case 0:
        if (free.length === 0) break;
        taken.push(free.shift()!);
        stores.push({ to: 'top', names: free[0] ?? 0, plain: [taken.at(-1)!, HELD] });
        break;
      case 1:
        if (taken.length === 0) break;
        ready.push(taken.shift()!);
        stores.push({ to: ready.at(-1)!, names: 0, plain: [ready.at(-1)!, LINKED] });
        break;
      case 2:
        if (ready.length === 0 || lags) break;
        stores.push({ to: queue.at(-1)!, names: ready[0]! });
        queue.push(ready.shift()!);
        break;
      case 3:
        if (!lags) break;
        tail = queue.at(-1)!;
        stores.push({ to: 'Tail', names: tail });
        break;
      case 4:
        if (queue.length < 2 || tail === queue[0]) break;
        left.push(queue.shift()!);
        stores.push({ to: 'Head', names: queue[0]!, plain: [left.at(-1)!, FREE] });
        break;
      case 5:
        if (ready.length > 0) stores.push({ to: ready[0]!, names: 90, isValue: true });
        break;
      case 6:
        if (left.length === 0 || chained.length > 0) break;
        chained.push(left.shift()!);
        stores.push({ to: chained[0]!, names: free[0] ?? 0 });
        break;
      default:
        // Another slot may have been taken since it was chained: then it is chained anew.
        if (chained.length === 0 || stores.at(-1)!.to !== chained[0]) break;
        free.unshift(chained.pop()!);
        stores.push({ to: 'top', names: free[0]! });
    }
    if (chained.length > 0 && stores.at(-1)!.to === 'top') left.push(chained.pop()!);
  }
  return stores;
}

/** Operations that make such stores, some each: the first one those that come first. One after the other they do it right. */
export function writersOf(random: Random, threads: number, initial: number, slots: number): OperationBody[] {
  const stores = rightStores(random, initial, slots, threads + 1 + random.below(5));
  const ends = Array.from({ length: threads - 1 }, () => 1 + random.below(stores.length - 1)).toSorted(
    (a, b) => a - b,
  );
  return Array.from({ length: threads }, (_, i) => {
    const own = stores.slice(ends[i - 1] ?? 0, ends[i]);
    return ({ memory, geometry }) => {
      const roots = { Head: HEAD, Tail: TAIL, top: FREE_TOP };
      for (const { to, names, isValue, plain } of own) {
        const word = isValue === true ? S_VALUE : S_NEXT;
        memory.store(Z1, typeof to === 'number' ? geometry.slot(to, word) : roots[to], names);
        if (plain) memory.poke(geometry.slot(plain[0], S_STATE), plain[1]);
      }
      return { outcome: 'done' };
    };
  });
}
