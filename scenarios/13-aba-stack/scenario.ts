import { underEvery, withWords } from '../../src/scenario/cases.ts';
import type { Scenario } from '../../src/scenario/scenario.ts';

export const scenario: Scenario = {
  number: 13,
  id: 'aba-stack',
  title: 'ABA at the top of a stack',
  about:
    'A pop has read the top and what is below it, and is stopped before its compare-and-swap. Others pop both nodes, and a push gets the slot of the upper one again. The compare-and-swap succeeds, and makes a slot of the free list the top.',
  program: 'treiber-stack:[A B] pop | pop push | pop',
  schedule: 'T1@S6; T2@S6+; T3@end; T2@end; T1@end',
  slots: 5,
  until: 'damage',
  watch: 'T1.op1.S6',
  teaches: 'naive',
  notes: [
    {
      at: 'T1.op1.S6',
      when: [{ damage: 'ABA' }],
      text: 'The CAS compares bits, and it needs identity.',
    },
    {
      at: 'T1.op1.S6',
      when: [{ damage: 'ABA' }, { in: ['Top', 'free'] }],
      text: 'Top is on the free list now.',
    },
  ],
  cases: withWords(
    underEvery(({ ID }) =>
      ID === 'naive'
        ? [
            { damage: ['ABA'] },
            {
              key: 'naive-textbook',
              program: 'treiber-stack:[A B] pop | pop pop push',
              schedule: 'T1@S6; T2@end; T1@end',
            },
          ]
        : {},
    ),
    { 'hazard-pointers:linger=on': {} },
  ),
  moral:
    "In the textbook's order, pop | pop pop push does no harm here: a free list that gives back the slot that was freed last gives the push the lower node, and Top differs. In other orders of the same program ABA comes too.",
};
