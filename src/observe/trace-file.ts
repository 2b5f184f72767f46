import * as v from 'valibot';
import { ACCESSES } from '../engines/controlled.ts';
import { MAX_CELLS, MAX_STRIDE } from '../laboratory/edge.ts';
import { MAX_ROOTS, MAX_THREADS } from '../laboratory/shared.ts';
import { puts, usualStructure } from '../laboratory/structures.ts';
import { UsageError } from '../errors.ts';
import { MIN_STRIDE, totalWords } from '../kernel/layout.ts';
import { MAX_INDEX_BITS } from '../kernel/words.ts';
import { visible } from '../visible.ts';
import { count, misfit, parseVisible, type Schema, word } from './members.ts';
import { type LinesFault, sealedLines, unsealedLines } from './seal.ts';
import { lastStep } from './steps-back.ts';
import {
  type Trace,
  type TraceEvent,
  type TraceHeader,
  TRACE_VERSION,
  TRACE_VERSIONS,
  type VerdictRecord,
} from './trace.ts';

/** A trace as JSON lines: the header, the events, the verdict, and a last line with their number and a hash. */
export function printTrace({ header, events, verdict }: Trace): string {
  return sealedLines([header, ...events, ...(verdict ? [verdict] : [])].map((line) => JSON.stringify(line)));
}

/**
 * Reads a trace back.
 *
 * @param name how the file is called in messages
 * @throws UsageError with file and line, if it is no trace, or not whole and as it was written
 */
export function parseTrace(text: string, name: string): Trace {
  const { trace, cut } = parseTraceSoFar(text, name);
  if (cut !== null) throw new UsageError(cut);
  return trace;
}

/**
 * The same for a file that may have been cut short: what is there, and one sentence about it; null if it is whole. What has been cut
 * short has no verdict, and what is there may have been altered too.
 */
export function parseTraceSoFar(
  text: string,
  name: string,
): { readonly trace: Trace; readonly cut: string | null } {
  const { lines, fault } = unsealedLines(text);
  const header = headerOf(lines[0] ?? text, name);
  if (fault?.kind === 'altered') throw damaged(name, fault.line, fault.why);
  const records = lines.slice(1).map((line) => recordOf(line));
  const last = records.length - 1;
  const verdict = records[last]?.kind === 'verdict' ? records[last] : null;
  const events = verdict === null ? records : records.slice(0, -1);
  checkEvents(events, header, name);
  if (verdict !== null) check(VERDICT, verdict, { name, line: lines.length, what: 'the verdict' });
  const trace = {
    header,
    events: events as unknown as TraceEvent[],
    verdict: verdict as VerdictRecord | null,
  };
  return { trace, cut: fault && cutSentence(name, fault, trace) };
}

type Record = Readonly<{ [name: string]: unknown }>;

function headerOf(line: string, name: string): TraceHeader {
  const header = recordOf(line);
  if (header?.['kind'] !== 'trace') {
    throw new UsageError(
      `${visible(name)} is no trace: its first line should be {"kind":"trace","v":${TRACE_VERSION},…}; make one with --trace FILE.`,
    );
  }
  if (!TRACE_VERSIONS.includes(header['v'] as number)) {
    throw new UsageError(
      `${visible(name)} is a trace of version ${shown(header['v'])}, and this lockfree-lab reads the versions ${TRACE_VERSIONS.join(' and ')}: record it again with run --trace FILE.`,
    );
  }
  check(HEADER, header, { name, line: 1, what: 'the header' });
  const found = header as unknown as TraceHeader;
  const { slots, stride, threads, words } = found;
  const { roots = usualStructure.ROOTS, cells = usualStructure.CELLS } = found;
  if (totalWords(slots, stride, threads, roots, cells) !== words) {
    const sizes = `${slots} slots of ${stride} words, ${threads} records, ${roots} roots and ${cells} cells`;
    throw damaged(name, 1, `the header's ${sizes} do not make ${words} words`);
  }
  return found;
}

function recordOf(line: string): Record | null {
  try {
    const value = parseVisible(line);
    return typeof value === 'object' && value !== null ? (value as Record) : null;
  } catch {
    return null;
  }
}

interface Spot {
  readonly name: string;
  readonly line: number;
  /** What stands in the line. */
  readonly what: string;
}

function check(schema: Schema, value: unknown, { name, line, what }: Spot): void {
  const member = misfit(schema, value);
  if (member !== null) throw damaged(name, line, `${what} has no proper "${visible(member)}"`);
}

/** Every event has what its kind needs, and what it names is there; steps are numbered one after the other. */
function checkEvents(events: readonly (Record | null)[], header: TraceHeader, name: string): void {
  let steps = 0;
  for (const [i, event] of events.entries()) {
    const line = i + 2;
    const kind = event?.['kind'];
    if (event === null || typeof kind !== 'string' || !Object.hasOwn(EVENTS, kind)) {
      throw damaged(name, line, 'it is no event of a trace');
    }
    const what = `the ${kind}`;
    check(EVENTS[kind], event, { name, line, what });
    const { step, thread, address = 0 } = event as { step: number; thread: number; address?: number };
    if (kind === 'step') steps++;
    const isDue = kind === 'invoke' ? step === steps || step === steps + 1 : step === steps;
    if (!isDue)
      throw damaged(
        name,
        line,
        `${what} has the number ${step} and follows step ${steps - +(kind === 'step')}`,
      );
    if (thread > threadsOf(header))
      throw damaged(name, line, `${what} is of a thread ${thread} that there is not`);
    const far = [address, ...addressesOf(event)].find((each) => each >= header.words);
    if (far !== undefined) throw damaged(name, line, `${what} names the word ${far} of ${header.words}`);
  }
}

function threadsOf({ threads, records }: TraceHeader): number {
  return records?.length ?? threads;
}

function addressesOf(event: Record): number[] {
  const { reads = [], writes = [] } = event as { reads?: number[]; writes?: [number, number][] };
  return [...reads, ...writes.map(([address]) => address)];
}

function cutSentence(name: string, { line }: LinesFault, { events }: Trace): string {
  const step = lastStep(events)?.step ?? 0;
  const where = step === 0 ? 'before its first step' : `after step ${step}`;
  return `The trace ${visible(name)} is cut short ${where} (line ${line}): it cannot be judged as a whole; record it again with run --trace FILE.`;
}

function damaged(name: string, line: number, why: string): UsageError {
  return new UsageError(
    `The trace ${visible(name)} is damaged (line ${line}: ${why}): record it again with run --trace FILE.`,
  );
}

function shown(value: unknown): string {
  return visible(typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? 'none').slice(0, 40));
}

/** More words than the largest slab has. */
const MOST_WORDS = 2 ** 26;

const address = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(MOST_WORDS));
const writes = v.array(v.strictTuple([address, word]));
const numbered = { step: count, thread: v.pipe(count, v.minValue(1)) };
const operation = { ...numbered, op: count, name: v.string() };

const HEADER = v.looseObject({
  subject: v.string(),
  scheme: v.string(),
  mutant: v.optional(v.string()),
  variant: v.optional(v.string()),
  case: v.optional(v.string()),
  structure: v.optional(v.string()),
  roots: v.optional(v.pipe(count, v.maxValue(MAX_ROOTS))),
  cells: v.optional(v.pipe(count, v.maxValue(MAX_CELLS))),
  slots: v.pipe(count, v.maxValue(2 ** MAX_INDEX_BITS - 1)),
  cache: v.optional(count),
  freeList: v.optional(v.literal('ring')),
  stride: v.pipe(count, v.minValue(MIN_STRIDE), v.maxValue(MAX_STRIDE)),
  threads: v.pipe(count, v.minValue(1), v.maxValue(MAX_THREADS)),
  records: v.optional(
    v.pipe(v.array(v.pipe(count, v.minValue(1))), v.minLength(1), v.maxLength(MAX_THREADS)),
  ),
  tagBits: count,
  schedule: v.string(),
  words: v.pipe(count, v.minValue(1), v.maxValue(MOST_WORDS)),
  initial: writes,
});

/** What each kind of event must have. */
const EVENTS: Readonly<{ [kind: string]: Schema }> = {
  invoke: v.pipe(
    v.looseObject({ ...operation, argument: v.nullable(word) }),
    v.forward(
      v.check(({ name, argument }) => !puts(name) || argument !== null),
      ['argument'],
    ),
  ),
  step: v.looseObject({
    ...numbered,
    op: count,
    label: v.string(),
    access: v.picklist(ACCESSES),
    address,
    before: word,
    after: word,
    expected: v.optional(word),
    desired: v.optional(word),
    ok: v.optional(v.boolean()),
    writes,
    reads: v.array(address),
  }),
  return: v.looseObject({ ...operation, outcome: v.string(), value: v.nullable(word) }),
  stop: v.looseObject({
    ...numbered,
    reason: v.picklist(['killed', 'stalled', 'hung', 'crashed']),
    before: v.nullable(v.string()),
    writes,
  }),
};

const VERDICT = v.looseObject({
  verdict: v.string(),
  findings: v.array(v.looseObject({ kind: v.string() })),
});
