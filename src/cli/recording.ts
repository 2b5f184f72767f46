import { readFileSync } from 'node:fs';
import { UsageError } from '../errors.ts';
import { parseTrace } from '../observe/trace-file.ts';
import type { Trace } from '../observe/trace.ts';

/**
 * Reads a trace that somebody hands in, and looks at every field that is used later, so that a damaged one is refused here. Throws a
 * UsageError.
 */
export function readTrace(path: string): Trace {
  const trace = parseTrace(textOf(path), path);
  const { words, initial, scheme, subject } = trace.header;
  const isWhole =
    isCount(words) &&
    words > 0 &&
    words <= MOST_WORDS &&
    Array.isArray(initial) &&
    initial.every((each) => isWrite(each)) &&
    typeof scheme === 'string' &&
    typeof subject === 'string';
  if (!isWhole) throw damaged(path, 'its header cannot be');
  for (const [i, event] of trace.events.entries()) {
    const fields = FIELDS[event.kind];
    const wrong = Object.keys(fields).find((name) => !fields[name]((event as unknown as Fields)[name]));
    if (wrong !== undefined) throw damaged(path, `event ${i + 1}, a ${event.kind}, has no proper "${wrong}"`);
  }
  return trace;
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new UsageError(`The trace ${path} cannot be read (${code ?? message}): give the path of a file.`, {
      cause: error,
    });
  }
}

function damaged(path: string, what: string): UsageError {
  return new UsageError(`The trace ${path} is damaged (${what}): record it again with run --trace FILE.`);
}

/** More words than the largest slab has. */
const MOST_WORDS = 2 ** 26;

type Fields = Readonly<Record<string, unknown>>;
type Check = (value: unknown) => boolean;

const isText: Check = (value) => typeof value === 'string';
const isWord: Check = (value) => Number.isInteger(value);

function isCount(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 0;
}

function isWrite(value: unknown): boolean {
  return Array.isArray(value) && value.length === 2 && value.every((each) => isWord(each));
}

const isWrites: Check = (value) => Array.isArray(value) && value.every((each) => isWrite(each));
const place = { step: isCount, thread: isCount };

/** What each kind of event must have. */
const FIELDS: Readonly<Record<Trace['events'][number]['kind'], Readonly<Record<string, Check>>>> = {
  invoke: { ...place, op: isCount, name: isText },
  step: {
    ...place,
    op: isCount,
    label: isText,
    access: isText,
    address: isWord,
    before: isWord,
    after: isWord,
    writes: isWrites,
    reads: Array.isArray,
  },
  return: { ...place, op: isCount, name: isText, outcome: isText },
  stop: { ...place, reason: isText, writes: isWrites },
};
