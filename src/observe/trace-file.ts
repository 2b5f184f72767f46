import { UsageError } from '../errors.ts';
import type { Trace, TraceEvent, TraceHeader, VerdictRecord } from './trace.ts';

const EVENTS: ReadonlySet<string> = new Set(['invoke', 'step', 'return', 'stop']);

/** A trace as JSONL: the header, the events, the verdict; one JSON object a line. */
export function printTrace({ header, events, verdict }: Trace): string {
  return [header, ...events, ...(verdict ? [verdict] : [])]
    .map((line) => `${JSON.stringify(line)}\n`)
    .join('');
}

/**
 * Reads JSONL back. Lines of unknown kinds are skipped, so that later versions may add some; a file that was cut off is readable up to
 * the cut.
 *
 * @param name how the file is called in messages
 * @throws UsageError if it does not begin with the header of a trace of version 1
 */
export function parseTrace(text: string, name: string): Trace {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const header = objectOf(lines[0] ?? '') as Partial<TraceHeader> | null;
  if (header === null || header.kind !== 'trace') {
    throw new UsageError(
      `${name} is no trace: its first line should be {"kind":"trace","v":1,…}; make one with --trace FILE.`,
    );
  }
  if (header.v !== 1) {
    throw new UsageError(
      `${name} is a trace of version ${String(header.v)}, and this lockfree-lab reads version 1.`,
    );
  }
  const missing = (['words', 'initial', 'slots', 'threads', 'scheme', 'subject'] as const).filter(
    (key) => !(key in header),
  );
  if (missing.length > 0) {
    throw new UsageError(
      `The header of ${name} lacks ${missing.join(', ')}: the file is damaged; record it again with --trace FILE.`,
    );
  }
  const events: TraceEvent[] = [];
  let verdict: VerdictRecord | null = null;
  for (const line of lines.slice(1)) {
    const record = objectOf(line);
    // What follows a line that cannot be read has lost its place.
    if (record === null) break;
    if (EVENTS.has(String(record.kind))) events.push(record as unknown as TraceEvent);
    else if (record.kind === 'verdict') verdict = record as unknown as VerdictRecord;
  }
  return { header: header as TraceHeader, events, verdict };
}

function objectOf(line: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
