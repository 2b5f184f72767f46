import { underEvery } from '../../src/scenario/cases.ts';
import { compiled, type Scenario } from '../../src/scenario/scenario.ts';

const OUTRUN = 'scq:[A B] d | d | d e d e d e d';
const PASSED_BY = 'T1@RI2; T3@RI1#6+; T2@end; T1@end; T3@end';

export const scenario: Scenario = {
  number: 37,
  id: 'full-ring',
  title: 'A ring is full, and a cell is empty',
  about:
    'A ring that reclaims nothing hands its cells from thread to thread, and a cell in the hand of a thread that stands still is out of use. T1 has taken A out and not put its cell back: the ring of two cells holds one value, and is full. ' +
    'So "full" says that no cell was free at an instant of the call, and "empty" that no put had ended whose value is inside. In the last cases T1 stands still for so long that the others go round the ring: the reader that comes to its entry again makes it unsafe, and without that a value is put where no reader will come by.',
  program: 'scq:[A] d | e e d',
  schedule: 'T1@RI1; T2@end; T1@end',
  slots: 3,
  until: 'end',
  watch: 'T2.op2.RI9',
  teaches: 'tagged',
  notes: [
    {
      at: 'T2.op2.return',
      when: [{ answers: 'full' }],
      text: 'No cell was free at an instant of the call: each held a value, or was in the hand of an operation.',
    },
  ],
  cases: [
    ...underEvery(),
    {
      key: 'half-done',
      spec: 'tagged',
      program: 'scq:e | d d',
      schedule: 'T1@RI6; 2x1; T1@end; T2@end',
      damage: [],
    },
    { key: 'outrun', spec: 'tagged', program: OUTRUN, schedule: PASSED_BY, damage: [] },
    {
      key: 'always-safe',
      spec: 'tagged',
      program: OUTRUN,
      schedule: PASSED_BY,
      variant: compiled(import.meta.url, './variant'),
      variantIs: 'a ring whose readers do not make an entry unsafe for which they are too early',
      damage: ['false empty', 'lost value'],
    },
  ],
  moral:
    'A thread that stands still costs a lock-free ring the one cell that it has in hand, and not more: no other thread waits for it.',
};
