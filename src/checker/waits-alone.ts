import { UsageError } from '../errors.ts';

/** Code that no thread runs beside would wait forever. */
export class WaitsAlone extends UsageError {
  constructor(what: string) {
    super(`${what} waits for a word, and no thread runs that could write it: let it look without waiting.`);
  }
}
