// lockfree-lab run cubrid-hash
// expected:begin (made by npm run refresh)
// broken    use after free, 1 preemption
// repaired  complete and clean
// expected:end
import { compiled } from '../../src/scenario/scenario.ts';
import type { Report } from '../../src/gallery/report.ts';

export const cubridHash: Report = {
  id: 'cubrid-hash',
  title: 'a bucket whose head is read before the epoch is pinned',
  sources: [{ project: 'CUBRID/cubrid', number: 7733 }],
  about:
    'A hash table reclaims its entries by epochs. A find is given the head of a bucket by value, so it has read the head before it publishes that it reads. ' +
    'A thread that is stopped in between holds an entry that no other thread waits for: the entry is reclaimed, and the thread pins a newer epoch and walks into memory that is no longer its own. ' +
    'In the laboratory that is a scheme of its own, which pins after the first read of an operation (late-pin.ts beside this file); its structure is a stack, whose top is the head.',
  repair: 'The epoch is pinned first: the epochs of the laboratory.',
  shows: 'use after free',
  program: 'treiber-stack:[A] pop | pop pop',
  slots: 6,
  broken: `${compiled(import.meta.url, './late-pin')}:period=1`,
  repaired: 'epochs:period=1',
};
