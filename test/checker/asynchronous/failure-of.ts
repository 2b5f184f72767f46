import { CheckFailure, type Passed } from '../../../src/checker/index.ts';

/** The failure of an asynchronous check. */
export async function failureOf(run: () => Promise<Passed>): Promise<CheckFailure> {
  try {
    await run();
  } catch (error) {
    if (error instanceof CheckFailure) return error;
    throw error;
  }
  throw new Error('The check passed.');
}
