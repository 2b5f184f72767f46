import type { Scenario } from '../../src/scenario/scenario.ts';

/** Where slot 2 is not given back, T2 finds the free list empty and never comes to a fifth E3. */
const notGivenBack = 'T1@E9; T2@end; T1@end';

export const scenario: Scenario = {
  number: 3,
  id: 'aba-enqueue',
  title: 'ABA at a next word',
  about:
    'An enqueue has found the last node, whose next word is null, and is stopped before E9 links its own. The last node becomes the dummy, leaves the queue, and goes back to a free list that is empty: its next word is null once more. E9 succeeds on a node that another thread has just taken from there, and the new node hangs behind it, outside of the queue. ' +
    'A next word is null again only if the free list was used up, so six slots are all in use here; a scheme that holds slot 2 back answers "full" in its place and has a schedule of its own.',
  program: '[A] e | e e e d e d e',
  schedule: 'T1@E9; T2@E3#5; T1@end; T2@end',
  slots: 6,
  until: 'end',
  watch: 'T1.op1.E9',
  notes: [
    {
      at: 'T1.op1.E7',
      text: 'T1 now believes: slot 2 is the last node, and nothing follows. It is stopped before E9.',
    },
    {
      at: 'T2.op6.F2',
      text: 'Slot 2 goes to an empty free list: its next word is null, as T1 saw it.',
      only: ['naive'],
    },
    {
      at: 'T2.op6.F2',
      text: 'Slot 2 goes to an empty free list: its next word is null, and keeps its tag.',
      only: ['tagged'],
    },
    {
      at: 'T2.op7.A3',
      text: 'T2 has slot 2 in hand for G. It is stopped before it clears the next word.',
      only: ['naive', 'tagged'],
    },
    {
      at: 'T1.op1.E9',
      text: 'ABA. T1 links B behind slot 2, which is in the hand of T2 and not in the queue.',
      only: ['naive'],
    },
    {
      at: 'T1.op1.E17',
      text: 'E17 may fail: Tail has moved on, T1 thinks. It answers ok, and B is nowhere.',
      only: ['naive'],
    },
    {
      at: 'T2.op7.E3',
      text: 'T2 clears the next word, and the last edge that led to slot 3 is gone.',
      only: ['naive'],
    },
    {
      at: 'T1.op1.E9',
      text: 'Null again, with another tag: E9 fails, and T1 looks for the last node anew.',
      only: ['tagged'],
    },
    {
      at: 'T2.op7.return',
      text: 'FULL. Nothing is ever freed, and the slots are used up.',
      only: ['no-reclaim'],
    },
    {
      at: 'T2.op7.return',
      text: 'FULL. T1 announces slot 2, so it stays on the retired list of T2.',
      only: ['hazard-pointers'],
    },
    {
      at: 'T2.op7.return',
      text: 'FULL. T1 has pinned epoch 0, so neither slot 1 nor slot 2 can be freed.',
      only: ['epochs'],
    },
    {
      at: 'T1.op1.E9',
      text: 'Slot 2 had no second life, and its next word is not null: E9 fails, as it should.',
      only: ['no-reclaim', 'hazard-pointers', 'epochs'],
    },
  ],
  cases: [
    {
      key: 'naive',
      spec: 'naive',
      // The race: T2 owns slot 2 by then and reads its next word plainly, while T1 writes to it.
      damage: ['ABA', 'race', 'orphaned slot', 'lost value'],
      leaked: 1,
      verdict: 'corrupt',
    },
    {
      key: 'no-reclaim',
      spec: 'no-reclaim',
      schedule: notGivenBack,
      damage: [],
      leaked: 2,
      verdict: 'ok, leaks until full',
    },
    { key: 'tagged', spec: 'tagged', damage: [], leaked: 0, verdict: 'ok until the tag wraps' },
    {
      key: 'hazard-pointers',
      spec: 'hazard-pointers:threshold=1',
      schedule: notGivenBack,
      damage: [],
      leaked: 0,
      verdict: 'ok',
    },
    {
      key: 'epochs',
      spec: 'epochs:period=1',
      schedule: notGivenBack,
      damage: [],
      leaked: 0,
      verdict: 'ok while T1 wakes up',
    },
  ],
  moral:
    'Null is a value like any other: that a next word is null again does not say that it is the same end.',
};
