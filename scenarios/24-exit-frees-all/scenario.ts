import { underEvery } from '../../src/scenario/cases.ts';
import { compiled, type Scenario } from '../../src/scenario/scenario.ts';

export const scenario: Scenario = {
  number: 24,
  id: 'exit-frees-all',
  title: 'The process ends, and all is free; a server does not end',
  about:
    'The queue forgets to retire, as in scenario 09, and each pair of operations leaks a slot. A program that makes two of them and ends is right to pay no attention: ' +
    'the system takes back all of its memory, and the next process has a slab that is laid out anew. T1 stands for three such processes, one after the other; no answer is ever "full", and a scheme that frees nothing ' +
    'would do as well. In the last case the same six pairs are made by one process, a server, and its slab is used up. The leak is the same, and so is each operation.',
  program: '(e d)x2 exit (e d)x2 exit (e d)x2',
  schedule: 'T1@end',
  slots: 5,
  until: 'end',
  watch: 'T1.op12.D13',
  teaches: 'hazard-pointers',
  variant: compiled(import.meta.url, './variant'),
  operations: compiled(import.meta.url, './process'),
  variantIs:
    'the queue of scenario 09, which forgets D19; exit ends the process, and the next one lays out its slab anew',
  notes: [
    {
      at: 'T1.op4.return',
      when: [{ next: 'J5' }],
      text: 'The process has done its work. In use: {inUse} of {slots} slots, and the queue has {inside}, the dummy node included.',
    },
    {
      at: 'T1.op5.return',
      when: [{ answers: 'done' }],
      text: 'The process has ended, and the next one begins. In use: {inUse} of {slots} slots.',
      audit: true,
    },
    {
      at: 'T1.op9.return',
      when: [{ answers: 'full' }],
      text: 'T1 is refused, and this process has no end at which all would be freed. In use: {inUse} of {slots} slots, leaked: {leaked}.',
    },
    {
      at: 'T1.op14.return',
      text: 'The third process has done its work. In use: {inUse} of {slots} slots.',
    },
  ],
  cases: [
    ...underEvery(() => ({ damage: ['orphaned slot'] })),
    {
      key: 'server',
      spec: 'hazard-pointers:threshold=1',
      program: '(e d)x6',
      damage: ['orphaned slot'],
      variantIs: 'the queue of scenario 09, which forgets D19, in one process that does not end',
    },
  ],
  moral:
    'A leak does harm in proportion to how long the process lives. The end of a process frees all; the end of a thread frees nothing of what is shared.',
};
