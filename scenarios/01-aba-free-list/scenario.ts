import { underEvery, withWords } from '../../src/scenario/cases.ts';
import { type Case, compiled, type Scenario } from '../../src/scenario/scenario.ts';

/** What is not as under most schemes. */
const OWN: Readonly<Record<string, Partial<Case>>> = {
  'no-reclaim': { damage: [], leaked: 2 },
  // Its bags rotate three times before what is in them is free: T2 goes on until then, and its two slots are in two bags.
  debra: { program: 'e | e e d i i d d d d d e', leaked: 7 },
  neutralization: { leaked: 6 },
  // An operation begins before it takes a slot, and nothing is freed until it has ended.
  'mark-sweep': { damage: [], leaked: 0 },
};

export const scenario: Scenario = {
  number: 1,
  id: 'aba-free-list',
  title: 'ABA in a Treiber pop',
  about:
    'The oldest ABA there is: a pop reads the top of a stack and what comes next, and is stopped. Others take both slots and give the first one back. The compare-and-swap of the pop succeeds, and puts a slot on top that is in use: it is handed out twice. ' +
    'The stack is the free list under the queue, so no scheme helps: they guard what they are asked to guard, Head, Tail and next. The lab keeps a tag on the top, and the last case shows the same schedule with it.',
  program: 'e | e e d d d e',
  schedule: 'T1@A3; T2@A1#3; T1@end; T2@end',
  slots: 6,
  until: 'end',
  watch: 'T1.op1.A3',
  teaches: 'naive',
  notes: [
    {
      at: 'T2.F3',
      when: [{ same: ['Free', 'T1.top'] }, { notIn: ['T1.next', 'free'] }],
      text: 'Slot {T1.top} is on top again. Slot {T1.next}, which T1 takes for the next free one, is in use.',
    },
    {
      at: 'T1.op1.A3',
      when: [{ damage: 'ABA' }, { in: ['Free', 'structure'] }],
      text: 'The free list begins with slot {Free} now, which is in the queue.',
    },
    {
      at: 'T2.op6.A3',
      when: [{ cas: 'succeeds' }, { in: ['slot', 'structure'] }],
      text: 'HANDED OUT TWICE. T2 takes slot {slot} for its next value, and slot {slot} is in the queue.',
    },
    {
      at: 'T2.op6.E3',
      when: [{ in: ['slot', 'structure'] }],
      text: 'T2 clears the next word of slot {slot}, as its owner may. The queue ends there from now on.',
    },
  ],
  cases: withWords(
    [
      ...underEvery(({ ID }) => ({
        variant: compiled(import.meta.url, './untagged'),
        variantIs:
          'a slab whose free list has no tag on its top: A3 compares the index of a slot, nothing else',
        damage: ['ABA', 'orphaned slot', 'lost value'],
        leaked: 4,
        ...OWN[ID],
      })),
      { key: 'naive-tagged-top', spec: 'naive', damage: [] },
    ],
    { 'hazard-pointers:linger=on': { leaked: 6 } },
  ),
  moral:
    'A scheme guards the structure that uses it. The allocator below is a lock-free structure too, and has to be sound by itself.',
};
