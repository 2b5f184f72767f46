import { CheckFailure } from '../../src/checker/index.ts';

/** The failure of a check. */
export function failureOf(run: () => unknown): CheckFailure {
  try {
    run();
  } catch (error) {
    if (error instanceof CheckFailure) return error;
    throw error;
  }
  throw new Error('The check passed.');
}
