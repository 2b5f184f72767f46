import { compiled } from '../../src/scenario/compiled.ts';
import type { Case, Scenario } from '../../src/scenario/scenario.ts';

const untagged = (key: string, spec: string = key): Case => ({
  key,
  spec,
  variant: compiled(import.meta.url, './untagged'),
  variantIs: 'a slab whose free list has no tag on its top: A3 compares the index of a slot, nothing else',
  damage: ['ABA', 'orphaned slot', 'lost value'],
  leaked: 4,
  verdict: 'corrupt',
});

/** The cases in which the free list goes wrong. */
const corrupt = ['naive', 'tagged', 'hazard-pointers', 'epochs'];

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
  notes: [
    {
      at: 'T1.op1.A2',
      text: 'T1 now believes: slot 2 is the top, and slot 3 comes next. It is stopped before A3.',
    },
    {
      at: 'T2.op4.F3',
      text: 'Slot 2 is back on top. Slot 3 is in use: it is the dummy.',
      only: ['naive', 'tagged', 'hazard-pointers', 'naive-tagged-top'],
    },
    {
      at: 'T2.op5.F3',
      text: 'Slot 2 is back on top. Slot 3 is in use: it is the dummy.',
      only: ['epochs'],
    },
    {
      at: 'T1.op1.A3',
      text: 'ABA. Slot 3 is on top, and is the dummy node; slots 1 4 5 6 are on no list any more.',
      only: corrupt,
    },
    {
      at: 'T1.op1.A3',
      text: 'Nothing was given back, so the top is another slot: A3 fails, and T1 reads it again.',
      only: ['no-reclaim'],
    },
    {
      at: 'T1.op1.A3',
      text: 'The same slot and another tag: two slots were taken since A1. A3 fails, T1 reads again.',
      only: ['naive-tagged-top'],
    },
    {
      at: 'T2.op6.A3',
      text: 'HANDED OUT TWICE. T2 gets the dummy node for D.',
      only: corrupt,
    },
    {
      at: 'T2.op6.E3',
      text: 'T2 clears the next word of its new slot: A is cut off.',
      only: corrupt,
    },
  ],
  cases: [
    untagged('naive'),
    { ...untagged('no-reclaim'), damage: [], leaked: 2, verdict: 'ok, leaks every slot' },
    untagged('tagged'),
    untagged('hazard-pointers', 'hazard-pointers:threshold=1'),
    untagged('epochs', 'epochs:period=1'),
    { key: 'naive-tagged-top', spec: 'naive', damage: [], verdict: 'ok, the tag moved on' },
  ],
  moral:
    'A scheme guards the structure that uses it. The allocator below is a lock-free structure too, and has to be sound by itself.',
};
