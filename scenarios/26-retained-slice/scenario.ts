import { underEvery, withWords } from '../../src/scenario/cases.ts';
import { compiled, type Scenario } from '../../src/scenario/scenario.ts';

/** T1 is stopped with the view open, while T2 goes on. */
const open = 'T1@N4; T2@Q1; T1@end; T2@end';

export const scenario: Scenario = {
  number: 26,
  id: 'retained-slice',
  title: 'A small view keeps a large slot',
  about:
    'T1 looks at the oldest value by a view: it keeps the node, and reads one word of it later. The word has 4 bytes, the slot has 128, and the slot cannot be used again as long as the view is open; ' +
    'so does a slice of a few bytes keep the whole buffer that it was cut from. What a view keeps beside its own slot is up to the scheme: under hazard pointers nothing but the node before it, under ' +
    'epochs all that is retired meanwhile. In the case naive-round nothing keeps it, and Head comes round until then: the view looks again, finds what it had read, and answers with a value that has not been the oldest yet. In the last case T1 copies the word and lets go of the node before T2 begins, and nothing is kept.',
  program: '[A B] visit | (e d)x6 i d',
  schedule: open,
  slots: 16,
  stride: 32,
  until: 'end',
  watch: 'T1.op1.N4',
  teaches: 'epochs',
  variant: compiled(import.meta.url, './variant'),
  variantIs: 'a queue with a visit: it keeps the oldest node, and reads its value at the end',
  notes: [
    {
      at: 'T2.op12.return',
      when: [{ life: ['T1.oldest', 'same'] }, { reclaims: true }],
      text: 'T1 is to read 4 bytes of slot {T1.oldest}. T2 keeps {T2.kept:slot} of {slotBytes} bytes each, of {T2.retired} that it has retired.',
      audit: true,
    },
    {
      at: 'T1.op1.N4',
      when: [{ life: ['T1.oldest', 'over'] }],
      text: 'Nothing has kept slot {T1.oldest}: the view reads what is there now.',
    },
    {
      at: 'T1.op1.N5',
      when: [{ check: 'fails' }, { life: ['T1.oldest', 'over'] }],
      text: 'The view looks again, and does not use what it has read: slot {T1.oldest} was freed meanwhile.',
    },
  ],
  cases: withWords(
    [
      ...underEvery(),
      {
        key: 'naive-round',
        spec: 'naive',
        damage: ['false answer'],
        program: '[A B] visit | d d e d e e d d e e',
        schedule: 'T1@N4; T2@end; T1@end',
      },
      {
        key: 'copied',
        spec: 'epochs:period=1',
        damage: [],
        schedule: 'T1@end; T2@end',
        variantIs: 'the same visit, which has read the value and let go of the node before T2 begins',
      },
    ],
    { 'hazard-pointers:linger=on': {}, 'epochs:region=8': {}, 'reference-counting:cut=on': {} },
  ),
  moral: 'Copy a small part of a large thing and let go of the whole, where it is kept for long.',
};
