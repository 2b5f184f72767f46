import { Trap } from './trap.ts';
import type { Variable } from './variables.ts';

/** Blocks begin at multiples of this, and between two there is one of it that belongs to none. */
const GRAIN = 16;
/** The word of a grain holds how many of its bytes are a block's, and then who has allocated or freed it, 0 for what was done in set-up. */
const BYTES = 0x1f;
const FIRST = 0x20;
const FREED = 0x40;
const BY = 8;
const MOST_THREADS = 31;

/** Where the memory lies that is allocated, by the module's addresses. */
export interface HeapPlan {
  readonly base: number;
  /** What the calls of the set-up may allocate, and behind it what each thread may. */
  readonly setUp: number;
  readonly thread: number;
  /** Where the words are that say of each grain what it is. */
  readonly lives: number;
  readonly end: number;
}

/** A plan from an address on. */
export function planHeap(base: number, threads: number, heapBytes: number): HeapPlan {
  const thread = Math.ceil(heapBytes / GRAIN) * GRAIN;
  const setUp = 4 * thread;
  const lives = base + setUp + threads * thread;
  return { base, setUp, thread, lives, end: lives + ((lives - base) / GRAIN) * 4 };
}

/** How a heap reads and writes the words of lives, and who it belongs to: 0 for the set-up. */
export interface HeapAccess {
  readonly number: number;
  read(address: number): number;
  write(address: number, word: number): void;
}

/** What is wrong with what a module does to allocated memory. */
class MemoryError extends Trap {
  override readonly name: string = 'MemoryError';
}

/**
 * What a thread allocates and frees. Each thread gives out addresses of a range of its own, so that they are the same whatever the
 * others do; what it frees it gives out again, the last first, as allocators with caches do, and so a pointer may come back to a
 * structure: ABA. The lives of blocks are words of memory that threads share. An access reads those of its bytes, and so it races with a
 * `free` that nothing orders with it.
 */
export class Heap {
  readonly #plan: HeapPlan;
  readonly #access: HeapAccess;
  #next = 0;
  /** By the number of grains the blocks that were freed, the last at the end. */
  readonly #free = new Map<number, number[]>();

  constructor(plan: HeapPlan, access: HeapAccess) {
    this.#plan = plan;
    this.#access = access;
  }

  /** The thread's code is run from its beginning. */
  begin(): void {
    this.#next = 0;
    this.#free.clear();
  }

  holds(address: number): boolean {
    return address >= this.#plan.base && address < this.#plan.end;
  }

  #lifeAt(address: number): number {
    return this.#plan.lives + 4 * Math.floor((address - this.#plan.base) / GRAIN);
  }

  /** The address of a new block; 0 if there is no room. */
  allocate(size: number, align: number): number {
    const grains = Math.max(1, Math.ceil(size / GRAIN));
    const address = this.#again(grains, align) ?? this.#unused(grains, align);
    if (address === 0) return 0;
    for (let i = 0; i < grains; i++) {
      const bytes = Math.min(GRAIN, size - i * GRAIN);
      const word = bytes | (i === 0 ? FIRST : 0) | (this.#access.number << BY);
      this.#access.write(this.#lifeAt(address + i * GRAIN), word);
    }
    return address;
  }

  #again(grains: number, align: number): number | null {
    const blocks = this.#free.get(grains) ?? [];
    const at = blocks.findLastIndex((address) => address % align === 0);
    return at < 0 ? null : blocks.splice(at, 1)[0];
  }

  #unused(grains: number, align: number): number {
    const { base, setUp, thread } = this.#plan;
    const { number } = this.#access;
    const from = number === 0 ? base : base + setUp + (number - 1) * thread;
    const most = number === 0 ? setUp : thread;
    const at = Math.ceil((from + this.#next) / align) * align;
    const next = at - from + (grains + 1) * GRAIN;
    if (next > most)
      throw new MemoryError(
        `${this.#who(number)} allocates more than ${most} bytes in all: give more by heapBytes`,
      );
    this.#next = next;
    return at;
  }

  /** How many bytes a block has. */
  sizeOf(address: number): number {
    let size = 0;
    for (const life of this.#livesFrom(address, 'resizes')) size += life & BYTES;
    return size;
  }

  release(address: number): void {
    let grains = 0;
    for (const life of this.#livesFrom(address, 'frees')) {
      this.#access.write(
        this.#lifeAt(address + grains * GRAIN),
        (life & FIRST) | FREED | (this.#access.number << BY),
      );
      grains++;
    }
    this.#free.set(grains, [...(this.#free.get(grains) ?? []), address]);
  }

  /** The words of a block, from its first on. */
  #livesFrom(address: number, does: string): number[] {
    const isIn = address >= this.#plan.base && address < this.#plan.lives && address % GRAIN === 0;
    const first = isIn ? this.#access.read(this.#lifeAt(address)) : 0;
    const who = this.#who(this.#access.number);
    if ((first & FREED) !== 0 && (first & FIRST) !== 0)
      throw new MemoryError(
        `double free: ${who} ${does} the block at ${address} again, which ${this.#who(first >> BY)} has freed`,
      );
    if ((first & FIRST) === 0)
      throw new MemoryError(`${who} ${does} ${address}, where no block begins that was allocated`);
    const lives = [first];
    for (let at = address + GRAIN; at < this.#plan.lives; at += GRAIN) {
      const life = this.#access.read(this.#lifeAt(at));
      if ((life & BYTES) === 0 || (life & FIRST) !== 0) break;
      lives.push(life);
    }
    return lives;
  }

  #who(number: number): string {
    return number === 0 ? 'the set-up' : `T${number}`;
  }

  /** Throws if an access is not to a block that is allocated now. */
  assertAlive(address: number, bytes: number): void {
    const last = address + bytes - 1;
    for (let at = address; at <= last; at = Math.floor(at / GRAIN + 1) * GRAIN) {
      const life = at < this.#plan.lives ? this.#access.read(this.#lifeAt(at)) : 0;
      const who = this.#who(this.#access.number);
      if ((life & FREED) !== 0)
        throw new MemoryError(
          `use after free: ${who} goes to ${bytes} bytes at ${address}, in a block that ${this.#who(life >> BY)} has freed`,
        );
      const end = Math.min(last, Math.floor(at / GRAIN) * GRAIN + GRAIN - 1) % GRAIN;
      if (end >= (life & BYTES))
        throw new MemoryError(
          `${who} goes to ${bytes} bytes at ${address}, which are not all in an allocated block`,
        );
    }
  }
}

/** What the threads allocate, and the words that say of each 16 bytes of it what they are, as stories tell of them. */
export function heapVariables({ base, lives, end }: HeapPlan): Variable[] {
  const names = new Map<bigint, string>();
  for (let number = 0; number <= MOST_THREADS; number++) {
    const by = number === 0 ? 'set-up' : `T${number}`;
    for (const first of [0, FIRST]) {
      names.set(BigInt(first | FREED | (number << BY)), `freed-by-${by}`);
      for (let bytes = 0; bytes <= GRAIN; bytes++)
        names.set(BigInt(bytes | first | (number << BY)), `${bytes}-bytes-of-${by}`);
    }
  }
  names.set(0n, 'unused');
  const life = { kind: 'enum', bytes: 4, isSigned: true, names } as const;
  return [
    { name: 'heap', address: base, type: { kind: 'bytes', bytes: lives - base } },
    {
      name: 'lives',
      address: lives,
      type: { kind: 'array', bytes: end - lives, of: life, count: (end - lives) / 4 },
    },
  ];
}

/** A block that is allocated where an execution ends. */
interface Block {
  readonly address: number;
  readonly bytes: number;
  /** Who has allocated it: 0 for the set-up. */
  readonly by: number;
}

/**
 * The blocks that are allocated and that nothing leads to: no word of the module's own memory, no result, and no block to which something
 * leads. A word leads to a block if it could be an address in it.
 */
function leaksIn(memory: DataView, plan: HeapPlan, results: readonly unknown[]): readonly Block[] {
  const blocks = blocksIn(memory, plan);
  if (blocks.length === 0) return [];
  const led = new Set<Block>();
  const left: Block[] = [];
  const follow = (value: unknown): void => {
    if (typeof value !== 'number' || value >>> 0 < plan.base || value >>> 0 >= plan.lives) return;
    const block = blocks.findLast(({ address }) => address <= value >>> 0);
    if (block === undefined || value >>> 0 > block.address + block.bytes || led.has(block)) return;
    led.add(block);
    left.push(block);
  };
  for (const result of results.flat(2)) follow(result);
  const words = (from: number, to: number): void => {
    for (let at = from; at + 4 <= to; at += 4) follow(memory.getUint32(at, true));
  };
  words(0, plan.base);
  words(plan.end, memory.byteLength);
  for (let block = left.pop(); block !== undefined; block = left.pop())
    words(block.address, block.address + block.bytes);
  return blocks.filter((block) => !led.has(block));
}

/** Throws if blocks are allocated where an execution ends to which nothing leads. */
export function assertNoLeak(memory: DataView, plan: HeapPlan, results: readonly unknown[]): void {
  const [first, ...others] = leaksIn(memory, plan, results);
  if (first === undefined) return;
  const more = others.length === 0 ? '' : `, one of ${others.length + 1} such blocks`;
  const who = first.by === 0 ? 'the set-up' : `T${first.by}`;
  throw new MemoryError(
    `leak: nobody has freed the block of ${first.bytes} bytes at ${first.address} that ${who} has allocated${more}, and nothing leads to it any more; leaks: 'allow' lets that be`,
  );
}

function blocksIn(memory: DataView, { base, lives }: HeapPlan): Block[] {
  const blocks: { address: number; bytes: number; by: number }[] = [];
  for (let at = base; at < lives; at += GRAIN) {
    const life = memory.getInt32(lives + ((at - base) / GRAIN) * 4, true);
    if ((life & FREED) !== 0 || life === 0) continue;
    if ((life & FIRST) !== 0) blocks.push({ address: at, bytes: life & BYTES, by: life >> BY });
    else (blocks.at(-1) as { bytes: number }).bytes += life & BYTES;
  }
  return blocks;
}
