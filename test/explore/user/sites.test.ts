import { expect, test } from 'vitest';
import { check } from '../../../src/explore/index.ts';

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
