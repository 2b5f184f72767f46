import { underEvery } from '../../src/scenario/cases.ts';
import { compiled, type Case, type Scenario } from '../../src/scenario/scenario.ts';

const OUTRUN: Omit<Case, 'key' | 'spec'> = {
  damage: ['broken invariant', 'retire while reachable'],
  variant: compiled(import.meta.url, './variant'),
  variantIs: 'a queue of segments whose readers do not move Tail on before Head',
};

/** Under these a slot is free at once, and T1 takes a value by an exchange from one that is. */
const FREE_AT_ONCE: readonly string[] = ['naive', 'tagged', 'versions'];

const LATE: Partial<Case> = {
  program: 'segments:[A B C] d | d d',
  schedule: 'T1@SQ14; T2@end; T1@end',
  damage: ['use after free'],
};

export const scenario: Scenario = {
  number: 39,
  id: 'segment-outrun',
  title: 'Head passes Tail',
  about:
    'A queue of segments has two values in a node here, and gives out the places in it by fetch-and-add. T1 finds the first segment full, links a second one with its value in it, and stands still before it moves Tail there. ' +
    'T2 takes all that is inside: it uses the first segment up, and moves Head to the second one. Before that it moves Tail on in place of T1 (SQ16), so that the segment that it retires is one that nobody comes to any more. ' +
    'A queue that leaves this step out retires a segment that Tail names, and T3, which puts a value in, comes there. Under schemes that free a slot at once another program runs, with the step, and a tag or a version is no help: what takes a place or a value expects no word, and so no tag.',
  program: 'segments:[A B] e | d d d | e',
  schedule: 'T1@SQ19; T2@end; T3@end; T1@end',
  slots: 8,
  until: 'end',
  watch: 'T2.op3.SQ17',
  teaches: 'outrun-epochs',
  notes: [
    {
      at: 'T1.op1.SQ6',
      when: [{ cas: 'succeeds' }, { in: ['new', 'structure'] }, { same: ['T1.tail', 'Tail'] }],
      text: 'Slot {new} is inside, and Tail names slot {Tail} still.',
    },
    {
      at: 'T2.op3.SQ16',
      when: [{ cas: 'succeeds' }],
      text: 'Tail is at slot {Tail} before Head leaves slot {Head}.',
    },
    {
      at: 'T3.op1.SQ1',
      when: [{ in: ['T3.tail', 'retired'] }],
      text: 'Tail leads T3 to slot {T3.tail}, which is retired.',
    },
  ],
  cases: [
    ...underEvery(({ ID }) => (FREE_AT_ONCE.includes(ID) ? LATE : {})),
    { key: 'outrun-hazards', spec: 'hazard-pointers:threshold=1', ...OUTRUN },
    { key: 'outrun-epochs', spec: 'epochs:period=1', ...OUTRUN },
    { key: 'outrun-counts', spec: 'reference-counting', ...OUTRUN },
    { key: 'outrun-hyaline', spec: 'hyaline:batch=1', ...OUTRUN },
  ],
  moral:
    'A node can be retired when no word of the structure leads to it: of several that name it each has to be moved on first.',
};
