import { markOf } from '../../src/laboratory/announcements.ts';
import type { Claims } from '../../src/laboratory/registry.ts';
import { measuredPeak, type Evidence } from './comparison.ts';
import { markdownTable } from './table.ts';

/** A scheme with what it costs: the steps of an enqueue and a dequeue of one thread, which are its accesses to shared memory. */
export interface Costs {
  readonly evidence: Evidence;
  readonly steps: number;
}

/** Which scheme to take, as a Markdown table: the scheme that asks the least of its user first. */
export function choiceTable(schemes: readonly Costs[]): string {
  const head = [
    'take',
    'if you can live with',
    'ABA in scenario 02',
    'slots that one stalled reader held back',
    'steps',
  ];
  const rows = schemes
    .map(({ evidence, steps }) => ({ evidence, steps, burdens: burdensOf(evidence) }))
    .toSorted((a, b) => weight(a.burdens) - weight(b.burdens))
    .map(({ evidence: { key, aba, stalled }, steps, burdens }) => [
      `\`${key}\``,
      burdens.map(({ text }) => text).join('; '),
      aba.findings.some(({ kind }) => kind === 'ABA') ? 'yes' : 'no',
      stalled.findings.length > 0 ? 'the queue is corrupted' : measuredPeak(stalled),
      String(steps),
    ]);
  return markdownTable(head, rows);
}

interface Burden {
  readonly text: string;
  /** The worse, the more. */
  readonly weight: number;
}

/** What a scheme's claims leave to its user. */
function burdensOf({ aba, idle }: Evidence): Burden[] {
  const { abaSafe, staleReads, reclaims, garbage, survivesStall, survivesDeath, progress }: Claims =
    aba.claims;
  // Of an idle thread no claim says anything, so this is what was measured.
  // A collector lets garbage grow until nothing is free, whether or not a thread is idle.
  const isRefused = idle.trace.events.some((event) => event.kind === 'return' && event.outcome === 'full');
  const survivesIdleness = !reclaims || !isRefused;
  const burdens: Burden[] = [];
  if (abaSafe === 'no') burdens.push({ text: 'a queue that breaks: it is there to show ABA', weight: 100 });
  if (!reclaims) burdens.push({ text: 'slots that are never used again', weight: 50 });
  if (abaSafe === 'until the tag wraps') {
    const { name } = markOf(aba.audit.geometry);
    const when = name === 'tag' ? 'while a thread pauses' : 'between two births of a slot';
    burdens.push({ text: `ABA, if a ${name} wraps ${when}`, weight: 8 });
  }
  const holders = [
    ...(survivesStall ? [] : ['a thread is stalled']),
    ...(survivesIdleness ? [] : ['one that is online is idle']),
    ...(survivesDeath ? [] : ['a dead thread is not adopted']),
  ];
  if (holders.length > 0)
    burdens.push({ text: `garbage that grows while ${holders.join(' or ')}`, weight: 2 + holders.length });
  if (staleReads) burdens.push({ text: 'reads of slots that were freed', weight: 2 });
  const pauses = /^blocking: (.+)$/.exec(progress)?.[1];
  if (pauses !== undefined) burdens.push({ text: `pauses: ${pauses}`, weight: 3 });
  if (reclaims && survivesStall && garbage !== '0') {
    const isBounded = !garbage.startsWith('unbounded');
    burdens.push(
      isBounded
        ? { text: `garbage up to a bound: ${garbage}`, weight: 1 }
        : { text: `garbage that is ${garbage}`, weight: 1.5 },
    );
  }
  return burdens;
}

function weight(burdens: readonly Burden[]): number {
  return burdens.reduce((sum, each) => sum + each.weight, 0);
}
