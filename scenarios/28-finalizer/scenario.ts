import { underEvery, withWords } from '../../src/scenario/cases.ts';
import { compiled, type Scenario } from '../../src/scenario/scenario.ts';

export const scenario: Scenario = {
  number: 28,
  id: 'finalizer',
  title: 'A finalizer as the owner of slots: too late, or never',
  about:
    'T1 makes one object after the other, each with a slot of its own, and keeps only the latest. A FinalizationRegistry is to give the slots back: here the queue is the registry, and T2 is the collector, which looks ' +
    'which objects nothing refers to and runs their finalizers. It does so when the heap asks for it, and the heap knows nothing of slots: it has room for thousands of such objects, and the slab has eight slots. So T1 is told "full" while most slots belong to ' +
    'objects that nobody can reach. No slot is leaked: the registry leads to each of them. In the case selfish the value that the registry holds refers to the object itself, so that each object can be reached for as long as it is registered, and no ' +
    'finalizer ever runs: JavaScript refuses the object itself as that value, and does not see what else leads to it. In the last case T1 gives each slot back itself.',
  program: '(e)x9 | look (d)x6',
  schedule: 'T1@A1#10; T2@end; T1@end',
  slots: 8,
  until: 'end',
  watch: 'T1.op9.A3',
  teaches: 'hazard-pointers',
  variant: compiled(import.meta.url, './variant'),
  variantIs:
    'look counts the objects of the registry that nothing refers to: all but the latest, which T1 keeps',
  notes: [
    {
      at: 'T1.op8.return',
      when: [{ answers: 'full' }],
      text: 'T1 is refused. The registry leads to {inside:slot}, its dummy node included; leaked: {leaked}; free: {free}.',
    },
    {
      at: 'T2.op1.return',
      when: [{ answers: 'value' }],
      text: 'The collector has found {answer:object} that nothing refers to: each has a finalizer, which is due now.',
    },
    {
      at: 'T2.op1.return',
      when: [{ answers: 'no' }],
      text: 'The collector has found no object that nothing refers to, and runs no finalizer.',
    },
    {
      at: 'T1.op9.return',
      when: [{ answers: 'full' }, { answered: ['T2.op1', 'no'] }],
      text: 'The collector has run, and T1 is refused again: {inside:slot} in the registry, and free: {free}.',
    },
  ],
  cases: withWords(
    [
      ...underEvery(),
      {
        key: 'selfish',
        spec: 'hazard-pointers:threshold=1',
        damage: [],
        program: '(e)x9 | look',
        variant: compiled(import.meta.url, './selfish'),
        variantIs:
          'a registry whose held values refer to the objects themselves: look finds each of them in use',
      },
      {
        key: 'disposed',
        spec: 'hazard-pointers:threshold=1',
        damage: [],
        program: 'e (e d)x8 | look',
        schedule: 'T1@end; T2@end',
        variantIs:
          'T1 gives back the slot of each object when it makes the next one, and the collector has nothing to do',
      },
    ],
    { 'hazard-pointers:linger=on': {} },
  ),
  moral:
    'A collector runs when memory of its own is short, not when slots are. Give back what is scarce by a call of your own, and let the finalizer tell you that you forgot.',
};
