import { C_ALLOCATED, H_INITIAL } from '../../kernel/layout.ts';
import { WordsReplay } from '../../observe/replay-words.ts';
import type { Trace } from '../../observe/trace.ts';
import { Census } from './census.ts';
import { geometryOf, mark } from './mark.ts';
import { allocatedEver, counterAt } from './thread-records.ts';

/** Who owned how many slots after a step, and the counters then. */
export interface SeriesPoint extends Census {
  /** 0 is the start of the recording. */
  readonly step: number;
  readonly everAllocated: number;
}

/** The census after each step of a recorded run, the start included: in use beside ever allocated, over logical time. */
export function series(trace: Trace): SeriesPoint[] {
  const replay = new WordsReplay(trace);
  const geometry = geometryOf(replay.words);
  const point = (): SeriesPoint => {
    let everAllocated = replay.words[H_INITIAL] >>> 0;
    for (let thread = 1; thread <= geometry.threads; thread++) {
      const record = geometry.record(thread);
      everAllocated += counterAt(replay.words, record, C_ALLOCATED);
    }
    const marks = mark(replay.words, geometry, undefined, replay.drawn);
    return {
      step: replay.step,
      everAllocated: allocatedEver(marks.lives, everAllocated),
      ...new Census(marks),
    };
  };
  const points = [point()];
  let changed = false;
  const notice = (): void => {
    changed = true;
  };
  for (let step = replay.advance(notice); step !== null; step = replay.advance(notice)) {
    // Most steps read: nothing changed, and the point before says it all.
    points.push(changed ? point() : { ...points[points.length - 1], step: step.step });
    changed = false;
  }
  return points;
}
