import { expect, test } from 'vitest';
import { audit } from '../../src/judge/audit/audit.ts';
import { blame } from '../../src/judge/audit/blame.ts';
import { chooseScheme } from '../../src/laboratory/registry.ts';
import { attachWords, createBuffer } from '../../src/laboratory/shared.ts';
import { FREE_TOP } from '../../src/kernel/layout.ts';
import { TAIL } from '../../src/kernel/structures/michael-scott.ts';
import { wordsAt } from '../../src/observe/replay-words.ts';
import { type StepRecord, type Trace, TRACE_VERSION } from '../../src/observe/trace.ts';
import { auditText } from '../../src/report/text/audit-text.ts';
import { leakGraph } from '../../src/report/plots/leak-graph.ts';
import { leakGraphDot } from '../../src/report/plots/leak-graph-dot.ts';
import { leakGraphSvg } from '../../src/report/plots/leak-graph-svg.ts';
import { plainStyle } from '../../src/report/text/style.ts';

/** A recording in which the whole free list is lost: Tail leads to it, then the top of the free list ceases to, then Tail moves back. */
async function lostFreeList(slots: number): Promise<Trace> {
  const size = { slots, threads: 2, cache: 0, initial: [7, 8] };
  const words = attachWords(createBuffer(size, await chooseScheme('hazard-pointers')));
  const initial = [...words.entries()].filter(([, word]) => word !== 0);
  const step = (number: number, address: number, after: number): StepRecord => {
    const before = words[address]!;
    words[address] = after;
    const what = { label: 'E17', access: 'store', address, before, after } as const;
    return { kind: 'step', step: number, thread: 1, op: 0, ...what, writes: [], reads: [] };
  };
  const events = [step(1, TAIL, 4), step(2, FREE_TOP, 0), step(3, TAIL, 3)];
  const header = { kind: 'trace', v: TRACE_VERSION, subject: 'x', scheme: 'hazard-pointers' } as const;
  const sizes = { slots, stride: 8, threads: 2, tagBits: 0, words: words.length };
  return { header: { ...header, ...sizes, schedule: '1x3', initial }, events, verdict: null };
}

/** How many elements of arrays are visited meanwhile: by spreading and loops, by `filter`, `map`, `find` and their kind. */
function visited(work: () => unknown): number {
  const prototype = Array.prototype as unknown as Record<string | symbol, (...given: never[]) => unknown>;
  const names = [Symbol.iterator, 'filter', 'map', 'flatMap', 'find', 'findIndex', 'includes', 'slice'];
  const own = names.map((name) => prototype[name]!);
  let count = 0;
  for (const [i, name] of names.entries()) {
    prototype[name] = function counted(this: unknown[], ...given: never[]): unknown {
      count += this.length;
      return own[i]!.apply(this, given);
    };
  }
  try {
    work();
  } finally {
    for (let i = 0; i < names.length; i++) prototype[names[i]!] = own[i]!;
  }
  return count;
}

/** All that is told and drawn of it. */
function tell(trace: Trace): void {
  const { leaked: losses, retired } = blame(trace);
  const audited = audit(wordsAt(trace, Infinity));
  const report = { of: 'x', audit: audited, losses, retained: retired, show: String, all: true };
  auditText(report, plainStyle());
  const graph = leakGraph(audited, { losses });
  leakGraphDot(graph);
  leakGraphSvg(graph);
}

test('to tell and draw leaked slots takes work in proportion to their number', async () => {
  const [few, many] = [await lostFreeList(2000), await lostFreeList(8000)];
  const [less, more] = [visited(() => tell(few)), visited(() => tell(many))];
  expect(less).toBeGreaterThan(2000);
  expect(more / less).toBeLessThan(5);
});

test('what is said of the many names them all, and the first of them', async () => {
  const { leaked } = blame(await lostFreeList(2000));
  expect(leaked).toHaveLength(1997);
  expect(leaked[0]!.together).toHaveLength(1997);
  expect(leaked[0]!.note).toMatch(
    /^Slot 4 is leaked: .*slots 5, 6, .* and 1,984 more could be reached only through it/,
  );
  expect(leaked[1]!.note).toMatch(/^Slot 5 is leaked: .* and only slot 4 led on to it/);
});
