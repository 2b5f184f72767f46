import { underEvery, withWords } from '../../src/scenario/cases.ts';
import type { Case, Scenario } from '../../src/scenario/scenario.ts';

/** T2 makes nine more, so that its bags are rotated. */
const GOES_ON: Omit<Case, 'key' | 'spec'> = {
  program: '[A B C D E F G H I J K L M N O P] d | d d d d d d d d d d d d d d d',
  schedule: 'T1@D13; T2@D2#7; T1@end; T2@end',
  damage: [],
};

export const scenario: Scenario = {
  number: 33,
  id: 'reader-frees',
  title: 'The reader pays',
  about:
    'T1 sleeps in a dequeue while T2 makes six. Under Hyaline T2 frees nothing of what it retires, and looks at nothing again: each time it has collected two slots it puts them on the list of T1. ' +
    'T1 wakes up, is late, and starts over; and when it leaves, this one call counts all of that down and frees it, six slots beside its own. ' +
    'Who retires pays next to nothing, and a reader that did nothing wrong has the latency. Under epochs and hazard pointers the thread that retires frees, a little later. In the last two cases T2 goes on under DEBRA: one of its own calls frees a whole bag, and with free=one each call frees one slot of it.',
  program: '[A B C D E F G] d | d d d d d d',
  schedule: 'T1@D13; T2@end; T1@end',
  slots: 16,
  until: 'end',
  watch: 'T1.op1.D13',
  teaches: 'hyaline',
  notes: [
    {
      at: 'T1.op1.HY3',
      when: [{ cas: 'succeeds' }],
      text: 'The queue has {inside:slot}, the dummy node included; in use: {inUse}.',
      audit: true,
    },
    {
      at: 'T1.op1.return',
      text: 'The queue has {inside:slot}, the dummy node included; in use: {inUse}.',
      audit: true,
    },
    {
      at: 'T2.op13.return',
      when: [{ reclaims: true }],
      text: 'T2 has retired {T2.retired:slot} so far and still keeps {T2.kept}.',
    },
    {
      at: 'T2.op14.return',
      when: [{ reclaims: true }],
      text: 'T2 has retired {T2.retired:slot} so far and still keeps {T2.kept}.',
    },
  ],
  cases: [
    ...withWords(underEvery(), { 'hazard-pointers:linger=on': {}, 'reference-counting:cut=on': {} }),
    { key: 'debra-batch', spec: 'debra:period=1', ...GOES_ON },
    { key: 'debra-one', spec: 'debra:period=1,free=one', ...GOES_ON },
  ],
  moral: 'Where the last reader frees, what a call costs depends on what others have retired meanwhile.',
};
