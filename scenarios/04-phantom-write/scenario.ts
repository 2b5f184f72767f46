import { withWords } from '../../src/scenario/cases.ts';
import { compiled, type Scenario } from '../../src/scenario/scenario.ts';

export const scenario: Scenario = {
  number: 4,
  id: 'phantom-write',
  title: 'The phantom write',
  about:
    'A dequeue that lost the race cleans up: the node that it read has left the queue, so it clears the next word of that node. Meanwhile the slot was freed and allocated again. The write cuts the queue behind a node that is in use, and everything that follows is unreachable from then on. ' +
    'A tag does not help, since a store compares nothing; a hazard or a pin does, since the slot cannot come back while the thread may still write. (The clean-up is wrong in any case: to an enqueue that was stopped before E9, a cleared next word looks like the end of the queue; and where words are counted, one that is cleared without a word to the count is a claim that never ends.)',
  program: '[A B C] d | d d d e e e e e e',
  schedule: 'T2@D2#2; T1@D13; T2@A1#6; T1@end; T2@end',
  slots: 10,
  until: 'end',
  watch: 'T1.op1.X1',
  teaches: 'tagged',
  notes: [
    {
      at: 'T1.op1.D12',
      when: [{ next: 'D13' }],
      text: 'If D13 fails, this dequeue will clear the next word of slot {T1.head} (X1).',
    },
    {
      at: 'T1.op1.X1',
      when: [{ life: ['T1.head', 'over'] }, { in: ['slot', 'structure'] }],
      text: 'The write hits slot {slot}, which is in the queue again.',
    },
    {
      at: 'T1.op1.X1',
      when: [{ life: ['T1.head', 'same'] }, { notIn: ['slot', 'structure'] }],
      text: 'The write hits no node of the queue: slot {slot} has left it and was not reused.',
    },
    {
      at: 'T1.op1.X1',
      when: [{ protects: [1, 'slot'] }, { life: ['T1.head', 'same'] }],
      text: 'T1 announces slot {slot}, and it has not been freed.',
    },
    {
      at: 'T1.op1.X1',
      when: [{ pinned: 1 }, { life: ['T1.head', 'same'] }],
      text: 'T1 is pinned, and slot {slot} has not been freed.',
    },
    {
      at: 'T1.op1.X1',
      when: [{ reclaims: false }],
      text: 'Under this scheme no slot is ever reused.',
    },
  ],
  cases: withWords(
    [
      {
        key: 'naive',
        spec: 'naive',
        damage: ['use after free', 'orphaned slot', 'lost value'],
        leaked: 3,
      },
      { key: 'no-reclaim', spec: 'no-reclaim', damage: [], leaked: 4 },
      {
        key: 'tagged',
        spec: 'tagged',
        damage: ['use after free', 'orphaned slot', 'lost value'],
        leaked: 3,
      },
      {
        key: 'hazard-pointers',
        spec: 'hazard-pointers:threshold=1',
        damage: [],
        leaked: 0,
      },
      { key: 'epochs', spec: 'epochs:period=1', damage: [], leaked: 0 },
      { key: 'hazard-eras', spec: 'hazard-eras:threshold=1', damage: [], leaked: 0 },
      { key: 'qsbr', spec: 'qsbr:period=1', damage: [], leaked: 0 },
      { key: 'interval', spec: 'interval:threshold=1,period=1', damage: [], leaked: 0 },
      { key: 'debra', spec: 'debra:period=1', damage: [], leaked: 0 },
      {
        key: 'versions',
        spec: 'versions',
        damage: ['use after free', 'orphaned slot', 'lost value'],
        leaked: 3,
      },
      { key: 'pass-the-pointer', spec: 'pass-the-pointer', damage: [], leaked: 0 },
      // The word that is cleared had a claim, which nobody gives up any more.
      { key: 'reference-counting', spec: 'reference-counting', damage: ['orphaned slot'], leaked: 2 },
      { key: 'neutralization', spec: 'neutralization:threshold=1', damage: [], leaked: 0 },
      { key: 'mark-sweep', spec: 'mark-sweep:patience=1', damage: [], leaked: 0 },
      { key: 'hyaline', spec: 'hyaline:batch=1', damage: [], leaked: 0 },
    ],
    { 'hazard-pointers:linger=on': {}, 'reference-counting:cut=on': { damage: [], leaked: 0 } },
  ),
  variant: compiled(import.meta.url, './unclean'),
  variantIs: 'a queue whose dequeue, outrun by another one, clears the next word of the node it read (X1)',
  moral:
    'A store cannot be validated. Write to a slot only while you own it, or while nobody can take it from under you.',
};
