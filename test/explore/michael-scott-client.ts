import { type PlainBody, bodyCode, type SharedWords } from './plain-body.ts';
import type { Model } from '../../src/model/machine.ts';

/**
 * The client of the golden table, of exactly its shape: the queue of Michael and Scott 1996 with all re-checks (E7, D5), nodes by index
 * out of a pool of each thread, no allocator. The lab's own queue makes more steps; this one is what GenMC and Nidhugg were given.
 */
export interface ClientOptions {
  /** A dequeued node goes back to the pool of its thread at once. */
  readonly reuse?: boolean;
  /** Pointer words carry a count. */
  readonly counted?: boolean;
  /** Values are words of their own that are stored and loaded; else a dequeue delivers the index of the node. */
  readonly values?: boolean;
}

const NODES = 24;
const [HEAD, TAIL] = [0, 1];
const next = (node: number): number => 2 + node;
const value = (node: number): number => 2 + NODES + node;

export const FIRST_VALUE = 50;

/** A program as in the table, `[A] d | d e d`. */
export function client(program: string, options: ClientOptions = {}): Model {
  const match = /^(?:\[([^\]]*)\])?(.*)$/.exec(program);
  const prefill = (match?.[1] ?? '').split(/\s+/).filter((item) => item !== '').length;
  const words = new Int32Array(2 + 2 * NODES);
  words[HEAD] = 1;
  words[TAIL] = 1 + prefill;
  for (let i = 0; i < prefill; i++) {
    words[next(1 + i)] = 2 + i;
    words[value(2 + i)] = FIRST_VALUE + i;
  }
  const threads = (match?.[2] ?? '').split('|').map((part, thread) => {
    const operations = part.trim().split(/\s+/);
    return bodyCode(body(operations, thread, prefill, options));
  });
  return { words, threads };
}

function body(
  operations: readonly string[],
  thread: number,
  prefill: number,
  options: ClientOptions,
): PlainBody {
  const counted = options.counted === true;
  const index = (word: number): number => (counted ? word & 0xffff : word);
  const bumped = (node: number, old: number): number => (counted ? (((old >>> 16) + 1) << 16) | node : node);

  const enqueue = (words: SharedWords, node: number, item: number): void => {
    if (options.values === true) words.store(value(node), item);
    words.store(next(node), counted ? bumped(0, words.load(next(node))) : 0);
    while (true) {
      const tail = words.load(TAIL);
      const after = words.load(next(index(tail)));
      if (words.load(TAIL) !== tail) continue;
      if (index(after) === 0) {
        if (words.cas(next(index(tail)), after, bumped(node, after))) {
          words.cas(TAIL, tail, bumped(node, tail));
          return;
        }
      } else words.cas(TAIL, tail, bumped(index(after), tail));
    }
  };

  const dequeue = (words: SharedWords, pool: number[]): number => {
    while (true) {
      const head = words.load(HEAD);
      const tail = words.load(TAIL);
      const after = words.load(next(index(head)));
      if (words.load(HEAD) !== head) continue;
      if (index(head) === index(tail)) {
        if (index(after) === 0) return 0;
        words.cas(TAIL, tail, bumped(index(after), tail));
      } else {
        const item = options.values === true ? words.load(value(index(after))) : index(after);
        if (words.cas(HEAD, head, bumped(index(after), head))) {
          if (options.reuse === true) pool.push(index(head));
          return item;
        }
      }
    }
  };

  return (words) => {
    const pool: number[] = [];
    let fresh = prefill + 2 + thread * 4;
    let enqueued = 0;
    const results: number[] = [];
    for (const operation of operations) {
      if (operation === 'e') {
        const node = pool.pop() ?? fresh++;
        const item = options.values === true ? 100 + thread * 10 + enqueued++ : node;
        words.invoke('enqueue', item);
        enqueue(words, node, item);
        words.answer('ok');
        results.push(item);
      } else {
        words.invoke('dequeue');
        const item = dequeue(words, pool);
        words.answer(item === 0 ? 'empty' : 'value', item);
        results.push(item);
      }
    }
    return results;
  };
}
