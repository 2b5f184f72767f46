import { underEvery, withWords } from '../../src/scenario/cases.ts';
import type { Case, Scenario } from '../../src/scenario/scenario.ts';

/** T1 wakes up after two changes of Head, not after four. */
const early = 'T1@D13; T2@A1#2; T1@end; T2@end';
const wrapped = ['ABA', 'retire while reachable', 'duplicate value'] as const;

const OWN: Readonly<Record<string, Partial<Case>>> = {
  naive: { damage: wrapped },
  'no-reclaim': { leaked: 4 },
};

export const scenario: Scenario = {
  number: 5,
  id: 'tag-wrap',
  title: 'The tag comes round',
  about:
    'A tag counts the changes of a word, modulo 2^bits. A dequeue is stopped before D13 while Head goes from slot 1 to slot 2 and back, twice: four changes. Two bits count them as none, and D13 succeeds; after two changes it fails, and with three bits it fails. ' +
    'That is what the scheme claims: safe until the tag wraps.',
  program: '[A] d | d e d e d e d',
  schedule: 'T1@D13; T2@end; T1@end',
  slots: 6,
  until: 'damage',
  watch: 'T1.op1.D13',
  teaches: 'tagged-2-bits',
  notes: [
    {
      at: 'T1.op1.D13',
      when: [{ damage: 'ABA' }, { tags: false }],
      text: 'There is no tag that could tell.',
    },
    {
      at: 'T1.op1.D13',
      when: [{ cas: 'fails' }, { life: ['T1.head', 'same'] }],
      text: 'Slot {T1.head} was not reused since T1 read it.',
    },
  ],
  cases: withWords(
    [
      { key: 'tagged-2-bits', spec: 'tagged:bits=2', damage: wrapped },
      {
        key: '2-bits-early',
        spec: 'tagged:bits=2',
        schedule: early,
        damage: [],
      },
      {
        key: 'tagged-1-bit',
        spec: 'tagged:bits=1',
        schedule: early,
        damage: wrapped,
      },
      { key: 'tagged-3-bits', spec: 'tagged:bits=3', damage: [] },
      ...underEvery(({ ID }) => OWN[ID] ?? {}),
    ],
    { 'hazard-pointers:linger=on': {}, 'reference-counting:cut=on': {} },
  ),
  moral:
    'A tag makes ABA rare, not impossible: if the word changes 2^bits times during one pause, the tag is the same again. At 10 million changes a second 16 bits last 6.6 ms, and a thread can lose its core for longer.',
};
