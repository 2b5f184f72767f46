import { expect, test } from 'vitest';
import { labProcess } from './lab.ts';

/** Megabytes of the heap of each thread: 48 are enough, and 20 are not. */
const HEAP = 64;

test('a long search keeps no executions', () => {
  const search = ['--program', 'e d | e d | e d', '--scheme', 'hazard-pointers:threshold=1', '--slots', '20'];
  const limits = ['--max-executions', '300000', '--max-seconds', '1000', '--jobs', '1', '--json'];
  const { status, stdout, stderr } = labProcess(['explore', ...search, ...limits], {
    NODE_OPTIONS: `--max-old-space-size=${HEAP}`,
  });
  expect(stderr).not.toContain('no memory left');
  expect(JSON.parse(stdout)).toMatchObject({ executions: 300_000, bad: 0 });
  expect(status).not.toBe(2);
});
