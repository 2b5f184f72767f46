import type { Exercise } from '../src/play/exercise.ts';

/** The exercises of the scenarios on who owns a slot, for how long, and what others believe of it meanwhile. */
export const exercisesOfSlots: readonly Exercise[] = [
  {
    number: 16,
    kind: 'predict',
    task: 'Under epochs, T1 retires three slots while T2 is in the middle of a dequeue. How many of these three does T2 free in the end? Answer with a number.',
    question: { kind: 'freed', case: 'epochs', by: 2, retiredBy: 1 },
    answer: '3',
    because:
      'T2 is pinned while T1 retires them, so the epoch moves on once and none of them is old enough when T1 leaves. They wait in its record, and T2 is the heir.',
  },
  {
    number: 17,
    kind: 'predict',
    task: 'In the queue without help, T1 is stopped before E17 for good, and T2 goes on as long as it likes. What is the damage? Answer with its kind, or none.',
    question: { kind: 'damage', case: 'unhelpful', schedule: 'T1@E17; T2@end' },
    answer: 'livelock',
    because:
      'T2 waits for a thread that never comes: its dequeue makes 2000 steps alone and is no further. With help it would end after a few.',
  },
  {
    number: 18,
    kind: 'schedule',
    task: 'Under naive reuse, make T1 answer that the queue is empty although at no moment it was. Three preemptions are allowed.',
    case: 'naive',
    goal: { kind: 'damage', damage: 'false empty' },
    preemptions: 3,
    answer: 'T1@Q2; T2@A1#2; T1@Q3; T2@end; T1@end',
    because:
      'T1 has to read Head before the slot of the dummy node leaves, its next word while the slot is the last node, and Head again once the slot is the dummy node and has a successor.',
  },
  {
    number: 19,
    kind: 'schedule',
    task: 'Make a slot be retired twice, with one preemption.',
    case: 'hazard-pointers',
    goal: { kind: 'damage', damage: 'double free' },
    preemptions: 1,
    answer: 'T1@D13; T2@end; T1@end',
    because:
      'T1 is interrupted before D13. T2 moves Head and retires the dummy node that T1 has read, and when D13 fails T1 retires it once more.',
  },
  {
    number: 20,
    kind: 'repair',
    task: 'Repair the visit of this scenario, scenarios/20-nested-pins/variant.ts: it still delivers the oldest value and calls isEmpty, and under hazard pointers it reads no slot that was freed. Give your module, whose export is called structure.',
    program: '[A B] visit | d d',
    scheme: 'hazard-pointers',
    slots: 6,
    keeps: { operation: 'T1.op1', outcome: 'value' },
    answer: 'scenarios/20-nested-pins/afterwards.ts',
    because:
      'The visit has copied the value, looked again, and let go of the node before it calls code that it does not know. What that code announces does no harm then.',
  },
  {
    number: 21,
    kind: 'predict',
    task: 'Under naive reuse, T1 is stopped before D3, with nothing read but Head, and T2 runs to its end. What is the first damage? Answer with its kind, or none.',
    question: { kind: 'damage', case: 'naive', schedule: 'T1@D3; T2@end; T1@end' },
    answer: 'none',
    because:
      'Head holds the same bits again, and all that T1 reads from then on it reads in the new life of the slot. ABA does harm where something that was read before is used after.',
  },
  {
    number: 24,
    kind: 'predict',
    task: 'The server makes six pairs of an enqueue and a dequeue in a slab of five slots, and leaks a slot with each dequeue that delivers. How many slots are leaked at the end? Answer with a number.',
    question: { kind: 'leaked', case: 'server' },
    answer: '4',
    because:
      'Four pairs take the four free slots, one after the other, and each leaves the dummy node before it without an owner. The fifth enqueue finds nothing free, so nothing more can be lost.',
  },
  {
    number: 25,
    kind: 'schedule',
    task: 'In the case forgotten, bring it about that a slot has no owner, without any preemption.',
    case: 'forgotten',
    goal: { kind: 'leaked', slots: 1 },
    preemptions: 0,
    answer: 'T2@A1',
    because:
      'No second thread is needed: the dequeue of T2 unlinks the dummy node, and when T2 begins its next operation nothing says any more that the slot was in its hand.',
  },
  {
    number: 26,
    kind: 'predict',
    task: 'T1 copies the value and closes the view before T2 begins, as in the case copied. How many slots are unreclaimed at once, at most? Answer with a number.',
    question: { kind: 'unreclaimed', case: 'copied' },
    answer: '2',
    because:
      'Nothing that T1 announces holds the epoch back, so T2 waits for its own grace period alone: what it has retired last, and what before that.',
  },
  {
    number: 27,
    kind: 'predict',
    task: 'Under hazard pointers, how many of the 96 slots are touched in this run? Answer with a number.',
    question: { kind: 'touched', case: 'hazard-pointers' },
    answer: '5',
    because:
      'T1 holds back two, and T2 goes on with three others: the free list gives back the slot that was freed last, and the rest of the slab is never looked at.',
  },
  {
    number: 28,
    kind: 'predict',
    task: 'In the case selfish, what does the last enqueue of T1 answer, after the collector has run? Answer ok or full.',
    question: { kind: 'answer', case: 'selfish', operation: 'T1.op9' },
    answer: 'full',
    because:
      'Each object can be reached from the value that the registry holds for it, so none is ever finalized, however often the collector runs.',
  },
  {
    number: 34,
    kind: 'predict',
    task: 'Under reference counting, T1 is stopped when it has tied the pair and before it retires the second one of it: before the last C6. How many slots are leaked then? Answer with a number.',
    question: { kind: 'leaked', case: 'reference-counting', schedule: 'T1@C6#2; T2@end' },
    answer: '0',
    because:
      'The second node is still in the hand of T1, and its next word leads to the first one. What is in a hand can still be given up in a right way; the ring is lost with the last address that is outside of it.',
  },
  {
    number: 35,
    kind: 'predict',
    task: 'Node 2 is put in while T1 stands at node 1, and both are removed then. Under hazard eras, can harris-list:[1] ?3 | +2 -1 -2 come to a use after free with up to two preemptions? Answer yes or no.',
    question: {
      kind: 'reachable',
      program: 'harris-list:[1] ?3 | +2 -1 -2',
      scheme: 'hazard-eras:threshold=1',
      slots: 14,
      goal: { kind: 'damage', damage: 'use after free' },
      preemptions: 2,
    },
    answer: 'no',
    because:
      'The clock moves when a slot is retired, and none is between the era that T1 announces and the birth of node 2: node 2 was born in that era, and is kept. It takes one remove before.',
  },
  {
    number: 36,
    kind: 'predict',
    task: 'T1 is at node 2, and would go back to node 1, when 2, 1 and 3 are removed in this order. Under hazard pointers, can scot-list:[1 2 3] ?4 | -2 -1 -3 come to a use after free with one preemption? Answer yes or no.',
    question: {
      kind: 'reachable',
      program: 'scot-list:[1 2 3] ?4 | -2 -1 -3',
      scheme: 'hazard-pointers:threshold=1',
      slots: 14,
      goal: { kind: 'damage', damage: 'use after free' },
      preemptions: 1,
    },
    answer: 'no',
    because:
      'L18 finds that node 1 names another node, and L15 that it is deleted as well: what comes behind it need not be inside, and T1 begins again at Head.',
  },
  {
    number: 39,
    kind: 'schedule',
    task: 'Make the queue whose readers leave Tail behind retire a segment that Tail names, with one preemption.',
    case: 'outrun-epochs',
    goal: { kind: 'damage', damage: 'retire while reachable' },
    preemptions: 1,
    answer: 'T1@SQ19; T2@end',
    because:
      'T1 has to stand still between the step that links its segment and the one that moves Tail there. T2 needs three dequeues: the third one finds the first segment used up, and passes Tail.',
  },
  {
    number: 40,
    kind: 'predict',
    task: 'The free list is a stack again, and there are three slots. Under naive reuse, can [A] d | d e d e d come to ABA with one preemption? Answer yes or no.',
    question: {
      kind: 'reachable',
      program: '[A] d | d e d e d',
      scheme: 'naive',
      slots: 3,
      goal: { kind: 'damage', damage: 'ABA' },
      preemptions: 1,
    },
    answer: 'no',
    because:
      'Each enqueue of T2 takes the slot that its dequeue before has freed, so two slots take turns as the dummy node. After two dequeues it is the one that T1 read, and after three it is the other one: D13 fails.',
  },
  {
    number: 41,
    kind: 'predict',
    task: 'T1 stands still one step earlier, before VR3 in place of VR4. What does the dequeue of T2 answer then, in the ring with sequences? Answer value or empty.',
    question: {
      kind: 'answer',
      case: 'early',
      schedule: 'T1@VR3; T2@end; T1@end',
      operation: 'T2.op2',
    },
    answer: 'value',
    because:
      'Before VR3 a position belongs to nobody. The enqueue of T2 takes position 0 itself and writes its cell, and the dequeue finds B there; the VR3 of T1 fails, and T1 takes position 1.',
  },
];
