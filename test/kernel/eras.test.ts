import { describe, expect, test } from 'vitest';
import type { Participant } from '../../src/laboratory/participant-view.ts';
import type { SchemeChoice } from '../../src/laboratory/registry.ts';
import { GLOBAL } from '../../src/kernel/layout.ts';
import { OK, VALUE } from '../../src/kernel/structure.ts';
import { G2, G7, HazardEras } from '../../src/kernel/schemes/hazard-eras.ts';
import { D2, HEAD } from '../../src/kernel/structures/michael-scott.ts';
import { counting, upTo } from './counted-steps.ts';
import { choiceOf, garbage, lookAtHead, type Laboratory } from './laboratory.ts';

// What the schemes of eras do when the clock or a count reaches a number, held against that number; and what one announcement holds back.

const eras = (threshold: number): SchemeChoice => choiceOf(HazardEras, threshold);
const clockOf = ({ memory }: Laboratory): number => memory.peek(GLOBAL);

describe('hazard eras', () => {
  test.each([
    [1, 1],
    [3, 2],
  ])(
    'with threshold=%i and %i threads every retire moves the clock on, and the one that reaches the threshold scans',
    (threshold, threads) => {
      const lab = counting(eras(threshold), threads, 3 * threshold);
      const [{ queue }] = lab.threads as [Participant];
      for (const n of upTo(3 * threshold)) {
        expect(queue.dequeue()).toBe(VALUE);
        expect([n, clockOf(lab)]).toEqual([n, n]);
        // Two eras of each thread are read.
        expect([n, lab.memory.since(G7)]).toEqual([n, n % threshold === 0 ? 2 * threads : 0]);
        expect([n, garbage(lab)]).toEqual([n, n % threshold]);
      }
    },
  );

  test.each([
    [1, 0],
    [1, 2 ** 30 - 2],
    [20, 0],
    [20, 2 ** 30 - 21],
  ])(
    'a reader that stops holds back the dummy, %i values and what is born before the next retire, and no more, from era %i on',
    (values, era) => {
      const lab = counting(eras(1), 2, values);
      lab.memory.poke(GLOBAL, era);
      const [{ queue }, reader] = lab.threads as [Participant, Participant];
      lookAtHead(reader);
      const most = values + 2;
      const kept = upTo(3 * most).map(() => {
        expect([queue.enqueue(7), queue.dequeue()]).toEqual([OK, VALUE]);
        return garbage(lab);
      });
      expect(kept).toEqual(upTo(3 * most).map((n) => Math.min(n, most)));
      reader.scheme.leave();
      expect([queue.enqueue(7), queue.dequeue(), garbage(lab)]).toEqual([OK, VALUE, 0]);
    },
  );

  test('while the clock stands a thread that reads announces nothing again, and it does so in each era', () => {
    const lab = counting(eras(9), 2, 9);
    const [{ queue }, { scheme }] = lab.threads as [Participant, Participant];
    const read = (): number => {
      lab.memory.since(G2);
      scheme.protect(D2, 0, HEAD);
      return lab.memory.since(G2);
    };
    // An announcement is followed by a second look.
    expect([read(), read(), read()]).toEqual([2, 1, 1]);
    queue.dequeue();
    expect([read(), read()]).toEqual([2, 1]);
  });
});
