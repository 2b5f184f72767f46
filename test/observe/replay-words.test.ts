import { describe, expect, test } from 'vitest';
import { wordsAt, WordsReplay } from '../../src/observe/replay-words.ts';
import { RecordedLab } from '../judge/recorded.ts';

describe('the words of a recorded run', () => {
  test('are the same at every step as they were then', async () => {
    const lab = await RecordedLab.make('epochs:period=1', { slots: 8, threads: 2, initial: [1, 2] });
    const copies: Int32Array[] = [];
    for (let i = 0; i < 4; i++) {
      lab.enqueue(1 + (i % 2), i);
      lab.dequeue(2 - (i % 2));
      copies.push(lab.words.slice());
    }
    const trace = lab.trace();
    const ends = trace.events.flatMap((event, i) => {
      const next = trace.events[i + 1];
      const last =
        event.kind === 'step' && (next === undefined || (next.kind === 'invoke' && next.name === 'enqueue'));
      return last ? [event.step] : [];
    });
    expect(ends).toHaveLength(copies.length);
    // The plain writes with which a thread begins its operation are recorded with the step before, so they come early.
    expect(wordsAt(trace, Infinity)).toEqual(copies.at(-1));
    const replay = new WordsReplay(trace);
    for (const [i, step] of ends.entries()) {
      const slots = lab.threads[0].geometry.slotsBase;
      expect(replay.to(step).step).toBe(step);
      expect(replay.words.subarray(slots)).toEqual(copies[i].subarray(slots));
      expect(wordsAt(trace, step)).toEqual(replay.words);
    }
    expect(replay.advance()).toBeNull();
  });

  test('step 0 is the start', async () => {
    const lab = await RecordedLab.make('naive', { slots: 6, threads: 1, initial: [1] });
    const start = lab.words.slice();
    lab.dequeue(1);
    const begun = wordsAt(lab.trace(), 0);
    const slots = lab.threads[0].geometry.slotsBase;
    expect(begun.subarray(slots)).toEqual(start.subarray(slots));
  });
});
