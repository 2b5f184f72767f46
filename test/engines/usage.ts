import { expect } from 'vitest';

/** The sentence of the UsageError that `action` ends with. */
export async function usageOf(action: () => unknown): Promise<string> {
  try {
    await action();
  } catch (error) {
    expect((error as Error).name, (error as Error).stack).toBe('UsageError');
    const { message } = error as Error;
    // One sentence, or two, with a value and a way out: a capital or a quotation at the start, a full stop at the end, no line breaks.
    expect(message).toMatch(/^["A-Z0-9-].*\.$/);
    return message;
  }
  throw new Error('it was accepted');
}
