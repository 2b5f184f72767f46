import { UsageError } from '../errors.ts';
import { AtomicsMemory } from './atomics.ts';
import { lineIn, said } from './own-fault.ts';
import { assemble } from './participant.ts';
import { boundOf, chooseScheme, needsOf } from './registry.ts';
import { attachWords, createBuffer, leastSlots, MAX_THREADS } from './shared.ts';

/** Slots beside those that the scheme needs, and pairs of operations: enough for a scheme to reclaim some. */
const SPARE_SLOTS = 4;
const PAIRS = 64;
/** A scheme that asks for more than that is not worked with. */
const MOST_SLOTS = 100_000;

/**
 * Loads a scheme and lets one thread work with it. Throws a UsageError about a scheme that cannot even do that; what is wrong with its
 * file or its card is left to the thread that loads it for good.
 *
 * @param next called when each of the stages begins
 */
export async function workAlone(url: string, next: () => void): Promise<void> {
  next();
  const choice = await chooseScheme(url);
  next();
  for (const threads of [1, 2, MAX_THREADS]) {
    boundOf(choice, threads);
    needsOf(choice, threads);
  }
  const slots = leastSlots(choice, 1) + SPARE_SLOTS;
  if (slots > MOST_SLOTS) return;
  next();
  const memory = new AtomicsMemory(attachWords(createBuffer({ slots, threads: 1 }, choice)));
  const { queue, scheme } = orTell(url, 'cannot be constructed', () => assemble(memory, 1, choice.scheme));
  next();
  orTell(url, 'fails at once, with one thread that enqueues and dequeues', () => {
    for (let value = 0; value < PAIRS; value++) {
      queue.enqueue(value);
      if (value % 2 === 0) queue.enqueue(value);
      queue.dequeue();
      queue.dequeue();
    }
    scheme.collect();
    scheme.adopt();
    scheme.depart();
  });
}

function orTell<T>(url: string, what: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw new Failed(`${what}: ${said(error)}${lineIn(error, url)}.`, { cause: error });
  }
}

/** What is said of a scheme that failed in its trial: the rest of a sentence. */
export class Failed extends UsageError {}
