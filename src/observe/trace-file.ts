import { UsageError } from '../errors.ts';
import type { Trace, TraceEvent, TraceHeader, VerdictRecord } from './trace.ts';

/** A trace as versioned JSONL: its header, its events in order, and its verdict if there is one, a line each. */
export function printTrace({ header, events, verdict }: Trace): string {
  const records = [header, ...events, ...(verdict === null ? [] : [verdict])];
  return records.map((record) => `${JSON.stringify(record)}\n`).join('');
}

/**
 * Reads a trace back. Kinds that are not known are skipped, and a text that was cut off is readable up to the cut: its verdict is then
 * null. Throws a UsageError for a text that is no trace; `name` is what it is called there.
 */
export function parseTrace(text: string, name: string): Trace {
  const lines = text.split('\n');
  const header = headerOf(lines[0], name);
  const events: TraceEvent[] = [];
  for (const [i, line] of lines.entries()) {
    if (i === 0 || line.trim() === '') continue;
    const record = recordOf(line);
    if (record === null) {
      if (i === lines.length - 1) break;
      throw new UsageError(
        `Line ${i + 1} of ${name} is no JSON object: the trace is damaged; record it again.`,
      );
    }
    if (record.kind === 'verdict') return { header, events, verdict: record as unknown as VerdictRecord };
    const needs = EVENTS[record.kind];
    if (needs === undefined) continue;
    const missing = needs.find((field) => !(field in record));
    if (missing !== undefined) {
      throw new UsageError(
        `Line ${i + 1} of ${name} is a ${record.kind} without "${missing}": the trace is damaged; record it again.`,
      );
    }
    events.push(record as unknown as TraceEvent);
  }
  return { header, events, verdict: null };
}

/** What a line must have to be read, by kind. */
const EVENTS: Readonly<Record<string, readonly string[]>> = {
  invoke: ['step', 'thread', 'op', 'name'],
  step: ['step', 'thread', 'op', 'label', 'access', 'address', 'before', 'after', 'writes', 'reads'],
  return: ['step', 'thread', 'op', 'name', 'outcome'],
  stop: ['step', 'thread', 'reason', 'writes'],
};

const HEADER: readonly (keyof TraceHeader)[] = ['subject', 'scheme', 'slots', 'threads', 'words', 'initial'];

/** Far more words than the largest slab has: a header that asks for more is damaged. */
const MOST_WORDS = 2 ** 26;

function headerOf(line: string, name: string): TraceHeader {
  const record = recordOf(line);
  if (record?.kind !== 'trace') {
    throw new UsageError(
      `${name} is no trace of lockfree-lab: its first line is not one of {"kind":"trace", ...}; give a file that the lab wrote.`,
    );
  }
  if (record['v'] !== 1) {
    throw new UsageError(
      `${name} is a trace of version ${String(record['v'])}, and this lockfree-lab reads version 1: use the release that made it.`,
    );
  }
  const { words, initial } = record as unknown as TraceHeader;
  const isWhole =
    HEADER.every((field) => field in record) &&
    Number.isInteger(words) &&
    words > 0 &&
    words <= MOST_WORDS &&
    Array.isArray(initial);
  if (!isWhole) throw new UsageError(`The first line of ${name} is damaged: record the trace again.`);
  return record as unknown as TraceHeader;
}

type JsonRecord = Readonly<Record<string, unknown>> & { readonly kind: string };

function recordOf(line: string): JsonRecord | null {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return null;
  }
  return typeof value === 'object' && value !== null && 'kind' in value && typeof value.kind === 'string'
    ? (value as JsonRecord)
    : null;
}
