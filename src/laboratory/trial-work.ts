import { UsageError } from '../errors.ts';
import { AtomicsMemory } from './atomics.ts';
import { lineIn, said } from '../host/own-fault.ts';
import { assemble } from './participant.ts';
import { boundOf, chooseScheme, needsOf } from './registry.ts';
import { attachWords, createBuffer, leastSlots, MAX_THREADS } from './shared.ts';

const THREADS = 2;
/** Slots beside those that the scheme needs, and pairs of operations: enough for a scheme to reclaim some. */
const SPARE_SLOTS = 4;
const PAIRS = 64;
/** A scheme that asks for more than that is not worked with. */
const MOST_SLOTS = 100_000;

/**
 * Loads a scheme and lets threads take turns at a queue with it. Throws a UsageError about a scheme that cannot even do that; what is
 * wrong with its file or its card is left to the thread that loads it for good.
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
  const slots = leastSlots(choice, THREADS) + SPARE_SLOTS;
  if (slots > MOST_SLOTS) return;
  next();
  const memory = new AtomicsMemory(attachWords(createBuffer({ slots, threads: THREADS }, choice)));
  const [first, second] = orTell(url, 'cannot be constructed', () =>
    Array.from({ length: THREADS }, (_, i) => assemble(memory, i + 1, choice.scheme)),
  );
  next();
  orTell(url, 'fails at once, with two threads that take turns at the queue', () => {
    for (let value = 0; value < PAIRS; value++) {
      first.structure.put(value);
      if (value % 2 === 0) second.structure.put(value);
      first.structure.isEmpty();
      second.structure.take();
      if (value % 3 === 0) first.structure.take();
    }
    for (const { scheme } of [first, second]) {
      scheme.collect();
      scheme.adopt();
      scheme.depart();
    }
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
