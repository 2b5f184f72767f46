import type { Scenario } from '../../src/scenario/scenario.ts';

export const scenario: Scenario = {
  number: 7,
  id: 'stalled-reader',
  title: 'A stalled reader pins memory',
  about:
    'T1 stops in the middle of a dequeue, and T2 goes on. Under epochs T1 is pinned, the epoch stands still, and nothing that T2 retires is ever freed: the garbage grows with every operation until the slab is used up. Under hazard pointers T1 holds back the two slots that it announced and no others. When T1 wakes up, epochs recover.',
  program: '[A B] d | (e d)x32 i (e d)x4',
  schedule: 'T1@D13; T2@Q1; T1@end; T2@end',
  slots: 24,
  until: 'end',
  watch: 'T1.op1.D13',
  series: true,
  notes: [
    {
      at: 'T1.op1.D12',
      text: 'T1 stops here and announces nothing: nobody can know that it names slot 1.',
      only: ['naive', 'no-reclaim', 'tagged'],
    },
    {
      at: 'T1.op1.D12',
      text: 'T1 stops here. Its hazards name slots 1 and 2, and these two alone are held back.',
      only: ['hazard-pointers'],
    },
    {
      at: 'T1.op1.D12',
      text: 'T1 stops here, pinned at epoch 0. Until it unpins, the epoch can reach 1 and no more.',
      only: ['epochs'],
    },
    {
      at: 'T2.op43.return',
      text: 'FULL, and nothing can be freed.',
      only: ['no-reclaim', 'epochs'],
      audit: true,
    },
    {
      at: 'T2.op64.return',
      text: '32 dequeues later T2 still keeps no more than these:',
      only: ['hazard-pointers'],
      audit: true,
    },
    {
      at: 'T1.op1.D13',
      text: 'ABA: the price of keeping nothing. T1 delivers A a second time.',
      only: ['naive'],
    },
    { at: 'T1.op1.P4', text: 'T1 unpins: the epoch is free to move on.', only: ['epochs'] },
    {
      at: 'T2.op66.A3',
      text: 'T2 found no free slot, moved the epoch on twice, and freed all that had piled up.',
      only: ['epochs'],
    },
  ],
  cases: [
    { key: 'naive', spec: 'naive', damage: ['ABA', 'duplicate value', 'lost value'], verdict: 'corrupt' },
    { key: 'no-reclaim', spec: 'no-reclaim', damage: [], verdict: 'full for ever' },
    { key: 'tagged', spec: 'tagged', damage: [], verdict: 'ok, keeps nothing' },
    {
      key: 'hazard-pointers',
      spec: 'hazard-pointers:threshold=1',
      damage: [],
      verdict: 'ok, within its bound',
    },
    { key: 'epochs', spec: 'epochs:period=1', damage: [], verdict: 'full until T1 wakes up' },
  ],
  moral: 'A pin holds back all that is retired after it; a hazard holds back one slot.',
};
