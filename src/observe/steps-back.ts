import type { StepRecord, TraceEvent } from './trace.ts';

/** The place of the first event after a step; events are in the order of their steps, so that of a long run takes no longer to be found. */
function placeAfter(events: readonly TraceEvent[], step: number): number {
  let [low, high] = [0, events.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (events[middle].step <= step) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The latest step up to one, itself included, of which something is true; undefined if there is none. */
export function stepBack(
  events: readonly TraceEvent[],
  step: number,
  isMeant: (record: StepRecord) => boolean,
): StepRecord | undefined {
  for (let i = placeAfter(events, step) - 1; i >= 0; i--) {
    const event = events[i];
    if (event.kind === 'step' && isMeant(event)) return event;
  }
  return undefined;
}

/** The first step after one of which something is true; undefined if there is none. */
export function stepOn(
  events: readonly TraceEvent[],
  step: number,
  isMeant: (record: StepRecord) => boolean,
): StepRecord | undefined {
  for (let i = placeAfter(events, step); i < events.length; i++) {
    const event = events[i];
    if (event.kind === 'step' && isMeant(event)) return event;
  }
  return undefined;
}

/** The last step of all; undefined if none was made. */
export function lastStep(events: readonly TraceEvent[]): StepRecord | undefined {
  return events.findLast((event) => event.kind === 'step');
}
