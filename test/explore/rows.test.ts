import { expect, test } from 'vitest';
import { Random } from '../../src/random.ts';
import { Rows } from '../../src/search/rows.ts';

test('each row has one number, in the order of coming, however many there are', () => {
  const random = new Random(3);
  const rows = new Rows(3);
  const known = new Map<string, number>();
  for (let i = 0; i < 20_000; i++) {
    const row = [random.below(20) - 10, random.below(30), random.next() & 15];
    const number = known.get(row.join()) ?? known.size;
    known.set(row.join(), number);
    expect(rows.add(row)).toBe(number);
  }
  expect(rows.size).toBe(known.size);
  expect(rows.size).toBeGreaterThan(4000);
  rows.clear();
  expect(rows.add([1, 2, 3])).toBe(0);
});
