import { underEvery } from '../../src/scenario/cases.ts';
import { compiled, type Scenario } from '../../src/scenario/scenario.ts';

export const scenario: Scenario = {
  number: 38,
  id: 'stolen-twice',
  title: 'The last value goes to two threads',
  about:
    'A deque belongs to one thread, which pushes and pops at the bottom with plain stores; other threads steal at the top. The two ends are far apart, so the owner need not ask anybody, until one value is left: then both ends are at the same place. ' +
    'An owner that has looked at Top and then takes the value by a store takes what a thief has taken meanwhile. The compare-and-swap decides who has it (WS6). In the second variant thieves read Bottom before Top, and take a value that was popped between the two reads.',
  program: 'chase-lev:[A] pop | steal',
  schedule: 'T2@WS11; T1@WS6; T2@end; T1@end',
  slots: 4,
  until: 'end',
  watch: 'T2.op1.WS11',
  teaches: 'plain-store',
  notes: [
    {
      at: 'T1.op1.X11',
      when: [{ answered: ['T2.op1', 'value'] }],
      text: 'T2 has moved Top and has the value. A store does not see it.',
    },
    {
      at: 'T1.op1.WS6',
      when: [{ cas: 'fails' }, { answered: ['T2.op1', 'value'] }],
      text: 'T2 has moved Top and has the value. T1 finds out, and has nothing.',
    },
    {
      at: 'T2.op1.WS11',
      when: [{ cas: 'succeeds' }, { answered: ['T1.op1', 'value'] }, { answered: ['T1.op2', 'value'] }],
      text: 'T1 has popped both values. Bottom was read before that, and Top after it.',
    },
  ],
  cases: [
    ...underEvery(),
    {
      key: 'plain-store',
      spec: 'tagged',
      schedule: 'T2@WS11; T1@X11; T2@end; T1@end',
      variant: compiled(import.meta.url, './variant'),
      variantIs: 'a deque whose owner takes the last value by a plain store to Top (X11)',
      damage: ['duplicate value', 'order broken'],
    },
    {
      key: 'reversed-loads',
      spec: 'tagged',
      program: 'chase-lev:[A B] pop pop | steal',
      schedule: 'T2@WS8; T1@end; T2@end',
      variant: compiled(import.meta.url, './reversed'),
      variantIs: 'a deque whose thieves read Bottom (WS9) before Top (WS8)',
      damage: ['duplicate value', 'order broken'],
    },
    {
      key: 'loads-in-order',
      spec: 'tagged',
      program: 'chase-lev:[A B] pop pop | steal',
      schedule: 'T2@WS9; T1@end; T2@end',
      damage: [],
    },
  ],
  moral:
    'What two threads may want at the same time, one compare-and-swap has to give away. The order of two reads is part of the algorithm, too.',
};
