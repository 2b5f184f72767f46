import { UsageError } from '../errors.ts';
import {
  ACTIVE,
  DEAD,
  Geometry,
  H_HOLDS,
  H_MAGIC,
  H_SCHEME,
  H_TAG_BITS,
  H_VERSION,
  INHERITING,
  LAYOUT_VERSION,
  LEFT,
  MAGIC,
  R_STATUS,
  SETTLED,
  statusIn,
  VACANT,
} from '../kernel/layout.ts';
import type { Memory } from '../kernel/memory.ts';
import { AtomicsMemory } from './atomics.ts';
import { titleOf } from './own-scheme.ts';
import { nameOfNumber, numberOf, valuesIn, type SchemeChoice, shownValue } from './registry.ts';
import type { SchemeClass } from './scheme-class.ts';
import type { StructureClass } from './structure-class.ts';
import { titleIn } from './structures.ts';

/** What a thread has to show before it takes part in a laboratory: the buffer's own scheme, and a record that nobody has. */
export interface TakeUp {
  /**
   * Take the record even though a thread has it, or had it when it crashed: for a worker that is started again in the place of one that
   * is gone for certain. Two live threads on one record clear each other's protections.
   */
  readonly takeUp?: boolean;
}

/**
 * The geometry of a laboratory that a thread is to take part in. Throws a UsageError if the memory holds none, or one of another scheme,
 * of another structure or, for a choice, of other parameters.
 */
export function checkAttached(
  memory: Memory,
  given: SchemeClass | SchemeChoice,
  structure?: StructureClass,
): Geometry {
  if (typeof (memory as Memory | null)?.peek !== 'function')
    throw new UsageError(
      'A thread takes part over a memory: give new AtomicsMemory(attachWords(buffer)), and not the buffer or its words.',
    );
  if (!isSchemeOrChoice(given))
    throw new UsageError(
      `A thread takes part under a scheme: give a scheme's class or what chooseScheme answers, and not ${String(given)}.`,
    );
  if (memory.peek(H_MAGIC) !== MAGIC || memory.peek(H_VERSION) !== LAYOUT_VERSION) {
    throw new UsageError(
      'This memory is no laboratory of this lockfree-lab: give the words that attachWords answers for a buffer of createBuffer.',
    );
  }
  const scheme = 'scheme' in given ? given.scheme : given;
  const number = memory.peek(H_SCHEME);
  if (number !== numberOf(scheme) || memory.peek(H_HOLDS) !== scheme.HOLDS) {
    throw new UsageError(
      `This laboratory is one of ${nameOfNumber(number)}, and not of ${titleOf(scheme)}: give the scheme that its buffer was made with.`,
    );
  }
  const geometry = new Geometry(memory);
  if (structure !== undefined && structure.NUMBER !== geometry.structure) {
    throw new UsageError(
      `This laboratory holds a ${titleIn(geometry)}, and not a ${structure.TITLE}: give the structure that its buffer was made for.`,
    );
  }
  if ('scheme' in given) checkParameters(geometry, memory.peek(H_TAG_BITS), given);
  return geometry;
}

function isSchemeOrChoice(given: unknown): given is SchemeClass | SchemeChoice {
  const scheme: unknown =
    typeof given === 'object' && given !== null && 'scheme' in given ? given.scheme : given;
  return typeof scheme === 'function' && 'HOLDS' in scheme;
}

function checkParameters(geometry: Geometry, tagBits: number, choice: SchemeChoice): void {
  const { scheme } = choice;
  const made = valuesIn(scheme, geometry);
  const pairs = [
    ...valuesIn(scheme, choice).map((each, n) => ({ ...each, made: made[n].given })),
    { name: 'bits', made: tagBits, given: scheme.TAGS ? (choice.tagBits ?? tagBits) : tagBits },
  ];
  for (const { name, made: before, given, ...rest } of pairs) {
    if (before === given) continue;
    const [was, is] = [before, given].map((value) => shownValue(rest, value));
    throw new UsageError(
      `This laboratory was made with ${scheme.ID}:${name}=${was}, and not with ${name}=${is}: give the choice that its buffer was made with.`,
    );
  }
}

/** Throws a UsageError if there is no record of that number. */
export function checkThread(geometry: Geometry, thread: number): void {
  if (Number.isInteger(thread) && thread >= 1 && thread <= geometry.threads) return;
  throw new UsageError(
    `There is no record for thread ${thread}: this laboratory has ${geometry.threads === 1 ? 'that of thread 1 alone' : `those of threads 1 to ${geometry.threads}`}; let joinLaboratory find one, or make it with more threads.`,
  );
}

/**
 * Takes the record of a number for the calling thread, and takes part by `work`; if that throws, the record is as it was. Throws a
 * UsageError if another thread has it.
 */
export function withRecord<T>(
  memory: Memory,
  geometry: Geometry,
  thread: number,
  { takeUp }: TakeUp,
  work: () => T,
): T {
  checkThread(geometry, thread);
  const status = geometry.record(thread) + R_STATUS;
  const before = memory.peek(status);
  if (takeUp !== true) claim(memory, thread, status);
  try {
    return work();
  } catch (error) {
    memory.poke(status, before);
    throw error;
  }
}

function claim(memory: Memory, thread: number, status: number): void {
  const seen = memory.peek(status);
  // A record that was left is taken up with its lists: they are the new thread's own from now on.
  const isFree = seen === VACANT || seen === LEFT;
  // Of two threads that ask at once, one has it. Under control one thread moves at a time.
  const isOurs =
    isFree &&
    (!(memory instanceof AtomicsMemory) ||
      Atomics.compareExchange(memory.words, status, seen, ACTIVE) === seen);
  if (isOurs) return;
  throw new UsageError(
    `The record of thread ${thread} ${WHY[statusIn(memory.peek(status))] ?? 'is damaged'}: take another number, let joinLaboratory find one, or give { takeUp: true } if that thread is gone for certain.`,
  );
}

const WHY: Readonly<Record<number, string>> = {
  [ACTIVE]: 'is in use',
  [DEAD]: 'is that of a thread that was terminated, and waits for an heir (adopt)',
  [INHERITING]: 'is being taken over by an heir',
  [SETTLED]: 'is that of a thread that was terminated, and may have a slot in hand (recover)',
};
