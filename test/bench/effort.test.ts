import { describe, expect, test } from 'vitest';
import { HASTY_REPETITIONS, TimeLimit } from '../../src/bench/effort.ts';

const effort = { roundMs: 80, warmUps: 2, leastRepetitions: 7, mostRepetitions: 15, variation: 0.05 };

describe('the time of a run', () => {
  test('has room for as many contenders as can come to their end in it', () => {
    const limit = new TimeLimit(100, performance.now());
    const one = limit.needed(2, effort);
    expect(one).toBeGreaterThan(((HASTY_REPETITIONS + effort.warmUps) * effort.roundMs) / 1000);
    expect(limit.room(1000, 2, effort)).toBe(Math.floor(limit.seconds / one));
    expect(limit.room(3, 2, effort)).toBe(3);
    expect(limit.room(1000, 64, effort)).toBeLessThan(limit.room(1000, 2, effort));
  });

  test('has less room after a block that took longer than on an idle machine, and no more after one that took less', () => {
    const limit = new TimeLimit(100, performance.now());
    const idle = limit.needed(2, effort);
    limit.took(4 * 5 * 1000 * idle, 5, 2, HASTY_REPETITIONS, effort);
    expect(limit.needed(2, effort)).toBeCloseTo(4 * idle);
    limit.took(1, 5, 2, HASTY_REPETITIONS, effort);
    expect(limit.needed(2, effort)).toBeCloseTo(idle);
  });

  test('suffices for fewer of those that have started, the longer that took', () => {
    const limit = new TimeLimit(10, performance.now());
    expect(limit.fitting(5, 1, 0, 5 * 200, effort)).toBe(5);
    expect(limit.needed(1, effort)).toBeGreaterThan(0);
    const few = limit.fitting(50, 1, 0, 50 * 2000, effort);
    expect(few).toBeGreaterThan(0);
    expect(few).toBeLessThan(5);
    // The repetitions that are made need not be made any more.
    expect(limit.fitting(50, 1, 3, 50 * 5000, effort)).toBeGreaterThan(few);
    expect(limit.fitting(50, 1, 0, 50 * 200_000, effort)).toBe(0);
  });

  test('is shared out to what is left to be measured', () => {
    const limit = new TimeLimit(100, performance.now());
    const [half, all] = [limit.share(5, 10, effort), limit.share(5, 5, effort)];
    expect(all - half).toBeCloseTo(50_000, -2);
    // What comes after the repetitions of each has to fit into its share.
    expect(performance.now() + 100_000 - all).toBeGreaterThan(5 * effort.roundMs);
  });

  test('ends the run when it is over, or by an interruption before', async () => {
    const limit = new TimeLimit(0.02, performance.now());
    expect(limit.isOver).toBe(false);
    await new Promise((resolve) => limit.signal.addEventListener('abort', resolve));
    expect([limit.isOver, limit.seconds, limit.room(1, 1, effort)]).toEqual([true, 0, 0]);
    const controller = new AbortController();
    const endless = new TimeLimit(Infinity, 0, controller.signal);
    expect([endless.isOver, endless.seconds, endless.room(7, 64, effort)]).toEqual([false, Infinity, 7]);
    controller.abort();
    expect(endless.isOver).toBe(true);
  });

  test('that has begun before counts what is gone of it', () => {
    expect(new TimeLimit(10, performance.now() - 4000).seconds).toBeCloseTo(6, 1);
    expect(new TimeLimit(10, performance.now() - 11_000).isOver).toBe(true);
  });
});
