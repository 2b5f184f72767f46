import { underEvery, withWords } from '../../src/scenario/cases.ts';
import type { Scenario } from '../../src/scenario/scenario.ts';

export const scenario: Scenario = {
  number: 27,
  id: 'reserved-not-touched',
  title: 'What is reserved, and what is touched',
  about:
    'A slab of 96 slots of 128 bytes is reserved at once, and a system gives a page of 4,096 bytes only when it is touched for the first time. Counted here is what the threads touch, not what is reserved: ' +
    'a free list that gives the slot back that was freed last touches the same few slots all the time. T1 stops in the middle of a dequeue. Where that holds back all that is retired, each enqueue takes a slot that was ' +
    'never touched before, and with it, now and then, another page. When T1 wakes up the slots are free again, and the pages stay: what is resident follows the most that was ever in use. ' +
    '(This lab writes every slot once when it lays out the free list, so that here all pages are resident from the start.)',
  program: '[A] d | (e d)x22 i (e d)x2',
  schedule: 'T1@D13; T2@Q1; T1@end; T2@end',
  slots: 96,
  stride: 32,
  until: 'end',
  watch: 'T1.op1.D13',
  teaches: 'epochs',
  notes: [
    {
      at: 'T2.op4.return',
      text: 'Touched until now: {touched} of {slots} slots, {touchedPages} of {reservedPages} pages; in use: {inUse}.',
    },
    {
      at: 'T2.op44.return',
      text: 'Touched until now: {touched} of {slots} slots, {touchedPages} of {reservedPages} pages; in use: {inUse}.',
    },
    {
      at: 'T2.op49.return',
      text: 'Touched until now: {touched} of {slots} slots, {touchedPages} of {reservedPages} pages; in use: {inUse}.',
    },
  ],
  cases: withWords(underEvery(), {
    'hazard-pointers:linger=on': {},
    'reference-counting:cut=on': {},
    'hyaline:eras=on': {},
  }),
  moral:
    'Free is not given back. What a process has touched stays resident, and one stalled thread decides how much that is.',
};
