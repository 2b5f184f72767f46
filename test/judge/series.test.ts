import { describe, expect, test } from 'vitest';
import { audit } from '../../src/judge/audit/audit.ts';
import { series } from '../../src/judge/audit/series.ts';
import { wordsAt } from '../../src/observe/replay-words.ts';
import { abaDequeue, RecordedLab } from './recorded.ts';

describe('the series over a run', () => {
  test('in use stays flat beside what was ever allocated, and no step leaks, under a scheme that reclaims', async () => {
    const lab = await RecordedLab.make('hazard-pointers:threshold=2', { slots: 10, threads: 2 });
    for (let i = 0; i < 30; i++) {
      lab.enqueue(1 + (i % 2), i);
      lab.dequeue(1 + ((i + 1) % 2));
    }
    const points = series(lab.trace());
    expect(points.map(({ step }) => step)).toEqual(points.map((_, i) => i));
    for (const point of points) {
      expect(point.leaked + point.surplus + point.stranded).toBe(0);
      expect(point.inUse).toBeLessThanOrEqual(2 + 2 * (2 + 1));
      // A free is counted before the slot is on the list, and a take after it has left: in between it is in a hand.
      expect(Math.abs(point.slots - point.free - point.inUse)).toBeLessThanOrEqual(1);
    }
    expect(points.at(-1)!.everAllocated).toBe(31);
  });

  test('and grows with it under the one that does not', async () => {
    const lab = await RecordedLab.make('no-reclaim', { slots: 40, threads: 1 });
    for (let i = 0; i < 30; i++) {
      lab.enqueue(1, i);
      lab.dequeue(1);
    }
    expect(series(lab.trace()).at(-1)).toMatchObject({ everAllocated: 31, inUse: 31, leaked: 30 });
  });

  test('every point is what an audit of the words at that step says', async () => {
    const lab = await abaDequeue('naive');
    const trace = lab.trace();
    for (const point of series(trace)) {
      const now = audit(wordsAt(trace, point.step));
      const { step, inUse, everAllocated, ...counts } = point;
      expect(now).toMatchObject(counts);
      expect(now.totals, `step ${step}`).toMatchObject({ inUse, everAllocated });
    }
  });
});
