/** Bad input: the message is one sentence that says what is wrong, with the value, and the way out. No stack trace is shown. */
export class UsageError extends Error {
  override readonly name: string = 'UsageError';
}

/** The name of a fault of the lab itself, which an error keeps when it is posted. */
export const INTERNAL_ERROR = 'InternalError';

/** A fault of the lab itself. */
export class InternalError extends Error {
  override readonly name: string = INTERNAL_ERROR;

  constructor(message: string) {
    super(`${message} This is a fault of lockfree-lab, not of your input.`);
  }
}
