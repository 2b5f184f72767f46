import { compiled } from '../../src/scenario/compiled.ts';
import type { Scenario } from '../../src/scenario/scenario.ts';

/** Slot 2 has a second life there. */
const reused = ['naive', 'tagged'];

export const scenario: Scenario = {
  number: 4,
  id: 'phantom-write',
  title: 'The phantom write',
  about:
    'A dequeue that another one outran tidies up: the node that it read has left the queue, so it clears the next word of that node. Meanwhile the slot was freed and handed out again, and the write cuts the queue behind a living node: all that follows is unreachable, for ever. ' +
    'A tag does not help, since a store compares nothing; a hazard or a pin does, since the slot cannot come back while the thread may still write. (It is no good clean-up even so: to an enqueue that was stopped before E9, a cleared next word looks like the end of the queue.)',
  program: '[A B C] d | d d d e e e e e e',
  schedule: 'T2@D2#2; T1@D13; T2@A1#6; T1@end; T2@end',
  slots: 10,
  until: 'end',
  watch: 'T1.op1.X1',
  notes: [
    { at: 'T1.op1.D2', text: 'Beat 1. T1 reads Head, which names slot 2, the node of A.' },
    {
      at: 'T1.op1.D12',
      text: 'It is stopped here. If another one is faster, it will clear 2.next (X1).',
    },
    { at: 'T2.op2.F3', text: 'Beat 2. B is dequeued, and the node of A is free; C is next.', only: reused },
    { at: 'T2.op5.A3', text: 'Beat 3. The allocator hands slot 2 out again, for E.', only: reused },
    { at: 'T1.op1.D13', text: 'F, G and H have come behind E. T1 wakes up, and D13 fails, as it should.' },
    {
      at: 'T1.op1.X1',
      text: 'Beat 4. The write hits the living E. F and G have no owner; only Tail leads to H.',
      only: reused,
    },
    {
      at: 'T2.op9.E17',
      text: 'Beat 5. I follows, Tail moves on: F, G and H are lost.',
      only: reused,
    },
    {
      at: 'T1.op1.X1',
      text: 'The write hits a dead node: under this scheme slot 2 never comes back.',
      only: ['no-reclaim'],
    },
    {
      at: 'T1.op1.X1',
      text: 'The write hits a dead node: T1 announces slot 2, and nobody may free it.',
      only: ['hazard-pointers'],
    },
    {
      at: 'T1.op1.X1',
      text: 'The write hits a dead node: T1 is pinned, and what it could name is not freed.',
      only: ['epochs'],
    },
  ],
  cases: [
    {
      key: 'naive',
      spec: 'naive',
      damage: ['use after free', 'orphaned slot', 'lost value'],
      leaked: 3,
      verdict: 'corrupt',
    },
    { key: 'no-reclaim', spec: 'no-reclaim', damage: [], leaked: 4, verdict: 'ok, leaks every slot' },
    {
      key: 'tagged',
      spec: 'tagged',
      damage: ['use after free', 'orphaned slot', 'lost value'],
      leaked: 3,
      verdict: 'corrupt',
    },
    {
      key: 'hazard-pointers',
      spec: 'hazard-pointers:threshold=1',
      damage: [],
      leaked: 0,
      verdict: 'ok, slot 2 stays dead',
    },
    { key: 'epochs', spec: 'epochs:period=1', damage: [], leaked: 0, verdict: 'ok while T1 wakes up' },
  ],
  variant: compiled(import.meta.url, './unclean'),
  variantIs: 'a queue whose dequeue, outrun by another one, clears the next word of the node it read (X1)',
  moral:
    'A store cannot be validated. Write to a slot only while you own it, or while nobody can take it from under you.',
};
