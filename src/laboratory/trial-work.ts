import { UsageError } from '../errors.ts';
import { lineIn, said } from '../host/own-fault.ts';
import { AtomicsMemory } from './atomics.ts';
import { operationsOf } from './operations.ts';
import { assemble, structureNamed } from './participant.ts';
import type { Participant } from './participant-view.ts';
import { boundOf, chooseScheme, needsOf } from './registry.ts';
import { attachWords, createBuffer, leastSlots, MAX_THREADS } from './shared.ts';
import { cardOfStructure } from './structures.ts';
import type { TriedKind } from './trial.ts';

const THREADS = 2;
/** Slots beside those that are needed, and pairs of operations: enough for a scheme to reclaim some. */
const SPARE_SLOTS = 4;
const PAIRS = 64;
/** A scheme that asks for more than that is not worked with. */
const MOST_SLOTS = 100_000;

/**
 * Loads a scheme or a structure and lets threads take turns with it. Throws a UsageError about one that cannot even do that; what is wrong
 * with its file or its card is left to the thread that loads it for good.
 *
 * @param next called when each of the stages begins
 */
export const TRIALS: Readonly<Record<TriedKind, (url: string, next: () => void) => Promise<void>>> = {
  scheme: tryScheme,
  structure: tryStructure,
};

async function tryScheme(url: string, next: () => void): Promise<void> {
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
      scheme.offline();
      scheme.depart();
    }
  });
}

/** Of threads that take turns each finds the structure as it was before, whatever the scheme: this one frees at once. */
const PLAIN_SCHEME = 'naive';

async function tryStructure(url: string, next: () => void): Promise<void> {
  next();
  const structure = await structureNamed(url);
  const choice = await chooseScheme(PLAIN_SCHEME);
  const slots = leastSlots(choice, THREADS, 0, structure) + SPARE_SLOTS;
  if (slots > MOST_SLOTS) return;
  next();
  const [first, second] = orTell(url, 'cannot be constructed', () => {
    const memory = new AtomicsMemory(
      attachWords(createBuffer({ slots, threads: THREADS, structure }, choice)),
    );
    return Array.from({ length: THREADS }, (_, i) => assemble(memory, i + 1, choice.scheme));
  });
  next();
  const card = cardOfStructure(structure);
  const bodies = operationsOf(card);
  const does = (what: string, value: number, participant: Participant): void => {
    for (const { name, does: kind, by } of card.operations)
      if (kind === what) bodies[name](by === 'owner' ? first : participant, value % (card.keys ?? Infinity));
  };
  orTell(url, 'fails at once, with two threads that take turns at it', () => {
    for (let value = 0; value < PAIRS; value++) {
      const [one, other] = value % 2 === 0 ? [first, second] : [second, first];
      does('put', value, one);
      does('ask', value, other);
      does('take', value, other);
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

/** What is said of what failed in its trial: the rest of a sentence. */
export class Failed extends UsageError {}
