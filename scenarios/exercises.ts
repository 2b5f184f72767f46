import type { Exercise } from '../src/play/exercise.ts';
import { exercisesOfSlots } from './exercises-of-slots.ts';

const others: readonly Exercise[] = [
  {
    number: 1,
    kind: 'predict',
    task: "The lab's own free list keeps a tag on its top. Under the schedule of this scenario, what becomes of T1's A3 then? Answer succeeds or fails.",
    question: { kind: 'step', case: 'naive-tagged-top', step: 'T1.op1.A3' },
    answer: 'fails',
    because:
      'The top names slot 2 again, as T1 has read it, but its tag has grown with each change: the bits differ, and T1 reads the top once more.',
  },
  {
    number: 2,
    kind: 'schedule',
    task: 'Under naive reuse, make A come out twice with T1 stopped before its check D5, that is, before it has validated anything. Two preemptions are allowed.',
    case: 'naive',
    goal: { kind: 'damage', damage: 'duplicate value' },
    preemptions: 2,
    stops: { thread: 1, before: 'D5' },
    answer: 'T1@D5; T2@A1#2; T1@end',
    because:
      'D5 compares the bits of Head as D13 does, and they are the same again. A second look helps only against what differs in bits.',
  },
  {
    number: 3,
    kind: 'predict',
    task: 'Under naive reuse and with six slots, can the program [A] e | e e e d e d e lose a value with one preemption alone? Answer yes or no.',
    question: {
      kind: 'reachable',
      program: '[A] e | e e e d e d e',
      scheme: 'naive',
      slots: 6,
      goal: { kind: 'damage', damage: 'lost value' },
      preemptions: 1,
    },
    answer: 'no',
    because:
      'T1 has to stop before E9, which is one. The next word that it expects to be null is null only while T2 has the slot in hand, so T2 has to be stopped there, too: that is another one.',
  },
  {
    number: 4,
    kind: 'predict',
    task: 'Under the schedule of this scenario, what is the first damage under hazard pointers? Answer with its kind, or none.',
    question: { kind: 'damage', case: 'hazard-pointers' },
    answer: 'none',
    because:
      "T1's hazard names the slot that it is going to write to, so the slot cannot come back before T1 has ended its operation.",
  },
  {
    number: 5,
    kind: 'predict',
    task: 'A tag of three bits: can [A] d | d e d e d e d come to ABA with up to two preemptions? Answer yes or no.',
    question: {
      kind: 'reachable',
      program: '[A] d | d e d e d e d',
      scheme: 'tagged:bits=3',
      slots: 6,
      goal: { kind: 'damage', damage: 'ABA' },
      preemptions: 2,
    },
    answer: 'no',
    because:
      'Three bits are the same again after eight changes of Head, and T2 dequeues four times. With two bits four changes are enough.',
  },
  {
    number: 6,
    kind: 'predict',
    task: "Under hazard pointers as they should be, with the second look at Head (H2), what does T1's dequeue answer under the schedule of this scenario? Answer value, or empty.",
    question: { kind: 'answer', case: 'hazard-pointers', operation: 'T1.op1' },
    answer: 'empty',
    because:
      'H2 shows T1 that its first announcement came too late, and its next round ends at D5, since Head has moved on. By then T2 has taken all values, and the right answer is "empty".',
  },
  {
    number: 7,
    kind: 'predict',
    task: 'T1 stops before D13 and T2 goes on for 32 enqueues and dequeues, under hazard pointers with threshold 1. How many slots are unreclaimed at once, at most? Answer with a number.',
    question: { kind: 'unreclaimed', case: 'hazard-pointers' },
    answer: '3',
    because:
      "T1's two hazards hold back two slots, and one more is retired until the scan that follows. It does not grow with the number of operations.",
  },
  {
    number: 8,
    kind: 'predict',
    task: 'T1 is killed right after its D13, and nobody has moved since. How many slots are leaked? Answer with a number.',
    question: { kind: 'leaked', case: 'hazard-pointers', schedule: 'T1@D13+!' },
    answer: '0',
    because:
      'The slot that T1 took out is in its hand, and the record of a dead thread says so. It has an owner, and another thread can take it over.',
  },
  {
    number: 9,
    kind: 'predict',
    task: 'The dequeue forgets to retire. With the schedule "T1@end; T2@end" in place of the other one, how many slots are leaked? Answer with a number.',
    question: { kind: 'leaked', case: 'hazard-pointers', schedule: 'T1@end; T2@end' },
    answer: '1',
    because:
      'The queue holds one value when T1 begins, so one dequeue takes a node out. The others find the queue empty, and forget nothing.',
  },
  {
    number: 10,
    kind: 'repair',
    task: 'Repair the queue of this scenario, scenarios/10-exception/unguarded.ts: an enqueue whose value cannot be serialised still throws, and no slot is lost. Give your module, whose export is called structure.',
    program: '[A] e e e | d',
    scheme: 'hazard-pointers',
    slots: 6,
    keeps: { operation: 'T1.op2', outcome: 'threw' },
    answer: 'scenarios/10-exception/guarded.ts',
    because:
      'Whatever is thrown between taking a slot and publishing it, the slot goes back to the free list, the record says that nothing is in hand, and the exception goes on.',
  },
  {
    number: 11,
    kind: 'schedule',
    task: 'Make an enqueue of T2 answer "full", with at most three preemptions.',
    case: 'hazard-pointers',
    goal: { kind: 'answer', name: 'enqueue', outcome: 'full' },
    preemptions: 3,
    answer: 'T2@A1#4; T1@end; T2@end',
    because:
      'Each dequeue that takes a value leaks a slot, and T2 only needs to go on until nothing is free. It did nothing wrong.',
  },
  {
    number: 12,
    kind: 'predict',
    task: 'All four workers T2 to T5 are killed before E9, one after the other, and then T1 goes on. Under hazard pointers, how many slots are leaked? Answer with a number.',
    question: {
      kind: 'leaked',
      case: 'hazard-pointers',
      schedule: 'T2@E9!; T3@E9!; T4@E9!; T5@E9!; T1@end',
    },
    answer: '3',
    because:
      'Each new worker overwrites what the record says that the one before it has in hand. The last one left its slot on record, so that one is not lost yet.',
  },
  {
    number: 13,
    kind: 'predict',
    task: 'The textbook tells ABA with pop | pop pop push and one interruption. On this stack, can [A B] pop | pop pop push come to ABA with one preemption? Answer yes or no.',
    question: {
      kind: 'reachable',
      program: 'treiber-stack:[A B] pop | pop pop push',
      scheme: 'naive',
      slots: 5,
      goal: { kind: 'damage', damage: 'ABA' },
      preemptions: 1,
    },
    answer: 'no',
    because:
      'The free list gives back the slot that was freed last, which is the lower one. So the push brings another slot to the top, and the bits differ. With two preemptions there is a way.',
  },
  {
    number: 14,
    kind: 'predict',
    task: 'T1 goes offline before T2 begins, as in the case qsbr-offline. How many slots are unreclaimed at once, at most? Answer with a number.',
    question: { kind: 'unreclaimed', case: 'qsbr-offline' },
    answer: '3',
    because:
      'Nobody waits for a thread that is offline, so the epoch moves on with T2 alone, and only what it has retired last waits for its grace period.',
  },
  {
    number: 15,
    kind: 'predict',
    task: 'Under hazard eras, T1 sleeps until T2 has made all of its 34 dequeues. How many slots are unreclaimed at once, at most? Answer with a number.',
    question: { kind: 'unreclaimed', case: 'hazard-eras', schedule: 'T1@D13; T2@end; T1@end' },
    answer: '23',
    because:
      'T1 announces era 0. In it lived the dummy node, the 20 values and the one slot that T2 took before its first retire moved the clock on; one more slot is retired each time before the scan frees it.',
  },
  {
    number: 22,
    kind: 'predict',
    task: 'Versions of two bits in place of three: can [A] pop | pop push pop push come to ABA with one preemption? Answer yes or no.',
    question: {
      kind: 'reachable',
      program: 'treiber-stack:[A] pop | pop push pop push',
      scheme: 'versions:bits=2',
      slots: 6,
      goal: { kind: 'damage', damage: 'ABA' },
      preemptions: 1,
    },
    answer: 'no',
    because:
      'Each push takes the slot that was just freed and moves the clock on by one. A version of two bits is the same again after four moves, and there are two.',
  },
  {
    number: 23,
    kind: 'predict',
    task: 'With pass-the-pointer, T3 ends its operation before T1 does. How many of the slots that T2 has retired does T3 free? Answer with a number.',
    question: {
      kind: 'freed',
      case: 'pass-the-pointer',
      schedule: 'T1@D13; T3@D13; T2@end; T3@end; T1@end',
      by: 3,
      retiredBy: 2,
    },
    answer: '0',
    because:
      'Both slots are parked with T1, the first thread that names them. T3 takes its announcements back and finds nothing parked with itself; T1 hands them on later, finds nobody else who names them, and frees them.',
  },
  {
    number: 29,
    kind: 'predict',
    task: 'Under neutralization, T1 is stopped before E7 until T2 has made its three dequeues. How many slots are unreclaimed at once, at most? Answer with a number.',
    question: { kind: 'unreclaimed', case: 'neutralization', schedule: 'T1@E7; T2@end; T1@end' },
    answer: '1',
    because:
      'T1 has reserved nothing yet, so each slot is freed by the scan that follows its retire: the one that was retired last is all that waits.',
  },
  {
    number: 30,
    kind: 'predict',
    task: 'Under mark-sweep, T1 has not ended its dequeue when T4 collects: it stands before D13 until T4 is done. How many slots are leaked at the end? Answer with a number.',
    question: { kind: 'leaked', case: 'mark-sweep', schedule: 'T1@D13; T2@E9!; T3@D13+!; T4@end; T1@end' },
    answer: '3',
    because:
      'T1 is inside of an operation, so T4 gives up, and frees nothing. Then T1 loses one more slot, beside that of T2 and that of T3.',
  },
  {
    number: 31,
    kind: 'predict',
    task: 'Under reference counting, T1 is stopped before D13 until T2 has made four of its dequeues, and ends then. How many slots are unreclaimed at once, at most? Answer with a number.',
    question: {
      kind: 'unreclaimed',
      case: 'reference-counting',
      schedule: 'T1@D13; T2@D2#5; T1@end; T2@end',
    },
    answer: '4',
    because:
      'T1 has a claim on the dummy node, and that one leads to all that were retired after it: four, when T1 ends its operation and frees them. After that no dequeue finds a claim left on what it retires.',
  },
  {
    number: 32,
    kind: 'predict',
    task: 'Under reference counting, how many slots are leaked at the end if T1 makes only its first enqueue, and T2 asks? Answer with a number.',
    question: { kind: 'leaked', case: 'reference-counting', schedule: 'T1@D2; T2@end' },
    answer: '0',
    because:
      'One claim too many is on the slot that Tail named, and the slot is in the queue: a count that is too high does no harm until the slot is retired.',
  },
  {
    number: 33,
    kind: 'predict',
    task: 'Under Hyaline, T1 wakes up when T2 has made five of its six dequeues. How many of the slots that T2 has retired does T1 free? Answer with a number.',
    question: {
      kind: 'freed',
      case: 'hyaline',
      schedule: 'T1@D13; T2@D2#6; T1@end; T2@end',
      by: 1,
      retiredBy: 2,
    },
    answer: '4',
    because:
      'T2 hands over two slots at a time while one thread is inside: four of the five are on the list of T1, and the fifth waits in the next batch of T2.',
  },
  {
    number: 37,
    kind: 'schedule',
    task: 'Make the ring whose readers leave entries as they are lose a value, with two preemptions.',
    case: 'always-safe',
    goal: { kind: 'damage', damage: 'lost value' },
    preemptions: 2,
    answer: 'T1@RI2; T3@RI1#6+; T2@end; T1@end; T3@end',
    because:
      'T1 has to take its position and stand still, until T3 has been round the ring and has the position that leads to the same entry. T2 reads that position first and passes it; then T1 makes the entry free, and T3 puts its value where nobody comes by any more.',
  },
  {
    number: 38,
    kind: 'predict',
    task: "With the compare-and-swap, T2 is stopped before WS11 until T1's pop has ended, and goes on then. What does T2's steal answer? Answer value, empty or abort.",
    question: {
      kind: 'answer',
      case: 'tagged',
      operation: 'T2.op1',
      schedule: 'T2@WS11; T1@end; T2@end',
    },
    answer: 'abort',
    because:
      'T2 has seen a value, so the deque was not empty then, and its compare-and-swap shows that another thread was first: it answers neither with a value nor that the deque is empty.',
  },
];

/** One exercise for each scenario, in the order of the curriculum. `lockfree-lab run ex-02` asks it and judges the answer. */
export const exercises: readonly Exercise[] = [...others, ...exercisesOfSlots].toSorted(
  (one, other) => one.number - other.number,
);

/** An exercise by its name, as in `ex-02`; null if there is none. */
export function exerciseNamed(name: string): Exercise | null {
  const number = Number(/^ex-0*(\d+)$/.exec(name)?.[1] ?? 0);
  return exercises.find((each) => each.number === number) ?? null;
}
