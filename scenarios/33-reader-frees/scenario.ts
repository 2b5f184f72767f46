import { underEvery } from '../../src/scenario/cases.ts';
import type { Scenario } from '../../src/scenario/scenario.ts';

export const scenario: Scenario = {
  number: 33,
  id: 'reader-frees',
  title: 'The reader pays',
  about:
    'T1 sleeps in a dequeue while T2 makes six. Under Hyaline T2 frees nothing of what it retires, and looks at nothing again: each time it has collected two slots it puts them on the list of T1. ' +
    'T1 wakes up, is late, and starts over; and when it leaves, this one call counts all of that down and frees it, six slots beside its own. ' +
    'Who retires pays next to nothing, and a reader that did nothing wrong has the latency. Under epochs and hazard pointers the thread that retires frees, a little later.',
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
  ],
  cases: underEvery(),
  moral: 'Where the last reader frees, what a call costs depends on what others have retired meanwhile.',
};
