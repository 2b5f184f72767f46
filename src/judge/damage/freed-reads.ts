import type { StepRecord, Trace, TraceEvent } from '../../observe/trace.ts';
import { WordsReplay } from '../../observe/replay-words.ts';
import { Judge } from './judge.ts';

/**
 * The reads of a recorded run, up to a step, in which a thread looked at a slot whose life had ended since it came to know the slot: what
 * the judge calls a use after free under a scheme that promises that there is none. Other schemes allow it.
 */
export function freedReads(trace: Trace, upTo: number): StepRecord[] {
  const replay = new WordsReplay(trace);
  const judge = new Judge(replay.words, {
    staleReads: false,
    reclaims: true,
    bound: null,
    initial: [],
    show: String,
    records: trace.header.records,
    invariants: false,
  });
  const isSeen = (event: TraceEvent): boolean => event.step <= upTo;
  for (const event of trace.events.filter(isSeen)) {
    if (event.kind === 'step') replay.advance();
    judge.event(event, replay.words);
  }
  const found = new Set(
    judge.findings.flatMap(({ kind, step }) => (kind === 'use after free' ? [step] : [])),
  );
  return trace.events.filter(
    (event): event is StepRecord =>
      event.kind === 'step' && (event.access === 'load' || event.ok === false) && found.has(event.step),
  );
}
