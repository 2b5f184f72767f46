import { type ThreadMemory, SUSPEND } from '../model/thread-memory.ts';

/** What the body of a thread threw, in the place of its result. */
export class Threw {
  readonly error: unknown;
  /** What it did, as it is said between its name and what was thrown. */
  readonly how: string;

  constructor(error: unknown, how: string = 'throws') {
    this.error = error;
    this.how = how;
  }
}

/**
 * Runs a user's code. Whatever it throws is its result. It may also catch what suspends it or what refuses it, as a `catch` for all
 * errors does: what it does then is not heeded, and it is suspended or refused after all.
 */
export function runBody(memory: ThreadMemory, body: () => unknown): unknown {
  let result: unknown;
  try {
    result = body();
  } catch (error) {
    result = new Threw(error);
  }
  if (memory.fault) throw memory.fault;
  // To throw it again would take as long as the first throw.
  return memory.unwinding ? SUSPEND : result;
}
