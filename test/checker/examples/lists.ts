import { check, type Passed, type Shared } from '../../../src/checker/index.ts';

/** How a search passes nodes that are deleted: after Michael (SPAA 2002), Harris (DISC 2001), or arXiv 2504.06254. */
type Walk = 'michael' | 'harris' | 'scot';

const MARK = 1;
const HAZARDS = 4;

/**
 * The set of 1 and 2: node n has the key n, and node 0 is none. A link is twice a node, and 1 more if the node that holds it is deleted;
 * link 0 is the head.
 */
const words = {
  link: new Int32Array([2, 4, 0]),
  hazards: new Int32Array(2 * HAZARDS),
  freed: new Int32Array(3),
};

/** The link from which a search for a key goes out, told whether it starts over. */
type Head = (key: number, again: boolean) => number;

interface Place {
  /** The link before the place, and what it was. */
  readonly before: number;
  readonly here: number;
  readonly next: number;
}

/** A sorted list under hazard pointers, as one of two threads uses it. */
class List {
  readonly #words: Shared<typeof words>;
  readonly #me: number;
  readonly #walk: Walk;
  readonly #head: Head;

  constructor(shared: Shared<typeof words>, me: 0 | 1, walk: Walk, head: Head = () => 0) {
    this.#words = shared;
    this.#me = me;
    this.#walk = walk;
    this.#head = head;
  }

  contains(key: number): boolean {
    return this.#find(key).here >> 1 === key;
  }

  remove(key: number): boolean {
    for (;;) {
      const { before, here, next } = this.#find(key);
      const node = here >> 1;
      if (node !== key) return false;
      if (!this.#swap(node, next, next | MARK)) continue;
      if (this.#swap(before, here, next)) this.#retire(node);
      else this.#find(key);
      return true;
    }
  }

  #find(key: number): Place {
    for (let again = false; ; again = true) {
      const place = this.#walk === 'michael' ? this.#michael(key, again) : this.#chains(key);
      if (place !== null) return place;
    }
  }

  /** Null if it has to start over. */
  #michael(key: number, again: boolean): Place | null {
    let before = this.#head(key, again);
    let here = this.#protect(0, before);
    for (let k = 1; ; k = (k + 1) % 3) {
      const node = here >> 1;
      const next = node === 0 ? 0 : this.#protect(k, node);
      if (Atomics.load(this.#words.link, before) !== here) return null;
      if ((next & MARK) !== 0) {
        if (this.#swap(before, here, next - MARK)) this.#retire(node);
        return null;
      }
      if (node === 0 || node >= key) return { before, here, next };
      [before, here] = [node, next];
    }
  }

  /** The same with searches that pass deleted nodes, and cut off all of them before their place. */
  #chains(key: number): Place | null {
    let [before, first] = [0, this.#protect(0, 0)];
    let here = first;
    // Which hazards are those of the node before, of the first one behind it, and of this one.
    let [kBefore, kFirst, k] = [0, 0, 0];
    let deleted: number[] = [];
    for (;;) {
      const node = here >> 1;
      const free = [0, 1, 2, 3].find((n) => ![kBefore, kFirst, k].includes(n))!;
      const next = node === 0 ? 0 : this.#protect(free, node);
      const isMarked = (next & MARK) !== 0;
      if (isMarked && this.#walk === 'scot' && Atomics.load(this.#words.link, before) !== first) return null;
      if (!isMarked && (node === 0 || node >= key)) {
        if (deleted.length === 0) return { before, here, next };
        if (this.#swap(before, first, here & ~MARK)) for (const each of deleted) this.#retire(each);
        return null;
      }
      if (isMarked) deleted.push(node);
      else [before, first, kBefore, kFirst, deleted] = [node, next, k, free, []];
      [here, k] = [next, free];
    }
  }

  /** Reads a link, and announces the node that it names. */
  #protect(k: number, from: number): number {
    const { link, hazards, freed } = this.#words;
    for (;;) {
      if (Atomics.load(freed, from) !== 0) throw new Error(`node ${from} is read after it was freed`);
      const seen = Atomics.load(link, from);
      Atomics.store(hazards, this.#me * HAZARDS + k, seen >> 1);
      if (Atomics.load(link, from) === seen) return seen;
    }
  }

  #swap(from: number, before: number, after: number): boolean {
    return Atomics.compareExchange(this.#words.link, from, before, after) === before;
  }

  /** Frees a node unless the other thread announces it. Hazards linger, so that a node which is announced may stay forever. */
  #retire(node: number): void {
    const others = (1 - this.#me) * HAZARDS;
    for (let k = 0; k < HAZARDS; k++) if (Atomics.load(this.#words.hazards, others + k) === node) return;
    Atomics.store(this.#words.freed, node, 1);
  }
}

/** One thread looks for a key behind the two that the other one removes. */
function explore(walk: Walk, replay?: string): Passed {
  return check({
    words,
    threads: [
      (shared) => new List(shared, 0, walk).contains(3),
      (shared) => {
        const list = new List(shared, 1, walk);
        return [list.remove(1), list.remove(2)];
      },
    ],
    lockFree: true,
    finally: ({ link }, [has, removed]) => {
      if (has !== false || String(removed) !== 'true,true' || link[0] !== 0)
        throw new Error(`contains ${String(has)}, removed ${String(removed)}, head ${link[0]}`);
    },
    ...(replay !== undefined && { replay }),
  });
}

/** The set of 1, 2 and 3 in two buckets: link 0 is the head of the even keys, and link 4 that of the odd ones. */
const buckets = {
  link: new Int32Array([4, 6, 0, 0, 2]),
  hazards: new Int32Array(2 * HAZARDS),
  freed: new Int32Array(5),
};

const bucket: Head = (key) => (key % 2 === 0 ? 0 : 4);

/** One thread takes a key out, and the other one the key before it in the same bucket. The key in the other bucket stays. */
function exploreBuckets(head: Head, replay?: string): Passed {
  return check({
    words: buckets,
    threads: [
      (shared) => new List(shared, 0, 'michael', head).remove(3),
      (shared) => new List(shared, 1, 'michael', head).remove(1),
    ],
    lockFree: true,
    finally: ({ link }, removed) => {
      if (String(removed) !== 'true,true' || link[0] !== 4 || link[4] !== 0)
        throw new Error(`removed ${String(removed)}, heads ${link[0]} and ${link[4]}`);
    },
    ...(replay !== undefined && { replay }),
  });
}

export const hashSet = (): Passed => exploreBuckets(bucket);
/** A search that starts over does so in the bucket of the even keys. */
export const hashSetElsewhere = (replay?: string): Passed =>
  exploreBuckets((key, again) => (again ? 0 : bucket(key, again)), replay);

export const michael = (): Passed => explore('michael');
export const scot = (): Passed => explore('scot');
export const harris = (replay?: string): Passed => explore('harris', replay);
