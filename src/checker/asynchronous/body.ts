import type { ThreadMemory } from '../../model/thread-memory.ts';
import { isThenable } from '../misuse.ts';
import type { ThreadWords } from '../thread-words.ts';
import { EventLoop } from './event-loop.ts';

/** Runs code that may be asynchronous, with an event loop of its own, to the end of both. */
export function runWithLoop(
  words: ThreadWords,
  memory: ThreadMemory,
  body: () => unknown,
  atEnd: () => void,
): unknown {
  return new EventLoop(words, memory).run(body, atEnd);
}

/**
 * Runs a call of an operation and says when it has answered: at once, or when its promise is fulfilled. Histories know one call of a thread
 * at a time.
 */
export class Calling {
  readonly #words: ThreadWords;
  #now: string | null = null;

  constructor(words: ThreadWords) {
    this.#words = words;
  }

  /** The code of the thread is run from the beginning. */
  begin(): void {
    this.#now = null;
  }

  run(name: string, call: () => unknown, answered: (response: unknown) => unknown): unknown {
    if (this.#now !== null)
      this.#words.refuse(
        `T${this.#words.number} calls ${name} while its call of ${this.#now} has not answered: let it await each call, since a history knows one call of a thread at a time.`,
      );
    this.#now = name;
    const ends = (response: unknown): unknown => {
      this.#now = null;
      return answered(response);
    };
    const came = call();
    return isThenable(came) ? Promise.resolve(came).then(ends) : ends(came);
  }
}

/** The calls of a thread that is a list of them, each after the one before has answered. */
export async function oneAfterTheOther<C>(
  calls: readonly C[],
  call: (each: C) => unknown,
): Promise<readonly unknown[]> {
  const answers: unknown[] = [];
  for (const each of calls) answers.push(await call(each));
  return answers;
}
