import { underEvery, withWords } from '../../src/scenario/cases.ts';
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
  teaches: 'epochs',
  series: true,
  notes: [
    {
      at: 'T2.op64.return',
      when: [{ protects: [1, 'T1.head'] }],
      text: 'T2 has retired {T2.retired:slot} so far and still keeps {T2.kept}.',
      audit: true,
    },
    {
      at: 'T2.op64.return',
      when: [{ pinned: 1 }],
      text: 'T2 has retired {T2.retired:slot} so far and still keeps {T2.kept}.',
      audit: true,
    },
    {
      at: 'T2.op64.return',
      when: [{ online: 1 }],
      text: 'T2 has retired {T2.retired:slot} so far and still keeps {T2.kept}.',
      audit: true,
    },
    {
      at: 'T1.op1.P4',
      when: [{ unpinned: 1 }],
      text: 'T1 unpins: it holds the epoch back no more.',
    },
    {
      at: 'T2.op66.A3',
      when: [{ cas: 'succeeds' }, { unpinned: 1 }],
      text: 'T2 takes a slot again; {free:slot} still free.',
    },
  ],
  cases: withWords(
    underEvery(({ ID }) => (ID === 'naive' ? { damage: ['ABA', 'duplicate value', 'lost value'] } : {})),
    {
      'hazard-pointers:linger=on': {},
      'hyaline:eras=on': {},
      'reference-counting:cut=on': {},
    },
  ),
  moral:
    'A pin holds back all that is retired after it, an era what was there when it was announced, and a hazard one slot.',
};
