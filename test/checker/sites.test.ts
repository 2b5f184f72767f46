import { expect, test, vi } from 'vitest';
import { check } from '../../src/checker/index.ts';
import { Machine } from '../../src/model/machine.ts';

test('the same steps at other places of the code are no loop', () => {
  const seen = new Set<unknown>();
  const passed = check({
    words: { x: 0 },
    threads: [
      ({ x }) => {
        const first = x.load();
        const second = x.load();
        while (x.load() === 0);
        return `${first} ${second}`;
      },
      ({ x }) => {
        for (let i = 0, last = 0; i < 2; i++) last = x.load() + last;
        while (x.load() === 0);
      },
      ({ x }) => x.store(1),
    ],
    finally: (_, [found]) => void seen.add(found),
  });
  expect(passed).toMatchObject({ complete: true, cut: 0 });
  expect(seen).toEqual(new Set(['0 0', '0 1', '1 1']));
});

test("what a function of the engine's own reads is told by the line that calls it", () => {
  const sites = new Set<number>();
  const { step } = Machine.prototype;
  const spy = vi.spyOn(Machine.prototype, 'step').mockImplementation(function (this: Machine, move) {
    for (const { next, site } of this.at) if (next?.access === 'read') sites.add(site);
    return step.call(this, move);
  });
  try {
    check({
      races: 'allow',
      words: { view: new Int32Array(new SharedArrayBuffer(4)) },
      threads: [
        ({ view }) => {
          view.indexOf(1);
          view.indexOf(1);
          view.indexOf(1);
        },
        ({ view }) => Atomics.store(view, 0, 1),
      ],
    });
  } finally {
    spy.mockRestore();
  }
  expect([sites.size, sites.has(0)]).toEqual([3, false]);
});
