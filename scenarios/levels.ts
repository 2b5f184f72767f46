import type { Level } from '../src/play/level.ts';

/**
 * Ten levels for somebody who is the scheduler, in the order of the curriculum. `play` and the page play them. That each can be solved with
 * as many preemptions as its par says, and with no fewer, is found by a search over what the threads can do.
 */
export const levels: readonly Level[] = [
  {
    number: 1,
    id: 'outrun',
    title: 'Outrun',
    task: 'Two threads dequeue. Make a compare-and-swap on Head fail, since the other thread was first.',
    goal: { kind: 'step', label: 'D13', ok: false },
    program: '[A B] d | d',
    scheme: 'no-reclaim',
    slots: 6,
    par: 1,
    moral:
      'A thread that is outrun is told so by its compare-and-swap, and begins again with what is there now. No harm is done.',
    scenario: 'aba-dequeue',
  },
  {
    number: 2,
    id: 'helping-hand',
    title: 'A helping hand',
    task: 'An enqueue links its node (E9) and then moves Tail (E17). Make the other thread move Tail for it (E13).',
    goal: { kind: 'step', label: 'E13', ok: true },
    program: 'e | e',
    scheme: 'no-reclaim',
    slots: 6,
    par: 1,
    moral:
      'Between E9 and E17 Tail lags behind. Nobody waits for the thread that is late: a thread that comes by does the rest of its work.',
    scenario: 'aba-enqueue',
  },
  {
    number: 3,
    id: 'twice',
    title: 'The same value twice',
    task: 'Make A come out twice.',
    goal: { kind: 'damage', damage: 'duplicate value' },
    program: '[A] d | d e d',
    scheme: 'naive',
    slots: 6,
    par: 1,
    moral:
      'That is ABA: the bits of Head were the same again, and the slot that they name was in another life.',
    scenario: 'aba-dequeue',
  },
  {
    number: 4,
    id: 'cut',
    title: 'Cut the queue',
    task: 'Make a value get lost: an enqueue is to link its node behind one that has left the queue.',
    goal: { kind: 'damage', damage: 'lost value' },
    program: 'e | e d e',
    scheme: 'naive',
    slots: 3,
    par: 2,
    moral:
      'Null is a value like any other. A next word that is null again does not say that it is the same end.',
    scenario: 'aba-enqueue',
  },
  {
    number: 5,
    id: 'stack-top',
    title: 'The top of a stack',
    task: 'Make the compare-and-swap of a pop succeed although its slot was popped and pushed meanwhile.',
    goal: { kind: 'damage', damage: 'ABA' },
    program: 'treiber-stack:[A B] pop | pop push pop',
    scheme: 'naive',
    slots: 5,
    par: 2,
    moral:
      'A stack has the same fault. When the thread goes on decides it: one step later, and the bits differ again.',
    scenario: 'aba-stack',
  },
  {
    number: 6,
    id: 'round-the-clock',
    title: 'Round the clock',
    task: 'A tag of one bit guards Head. Make it come round: ABA in spite of the tag.',
    goal: { kind: 'damage', damage: 'ABA' },
    program: '[A] d | d e d e d',
    scheme: 'tagged:bits=1',
    slots: 6,
    par: 2,
    moral:
      'A tag of b bits is the same again after 2^b changes. It makes ABA rare; that it cannot happen is another promise.',
    scenario: 'tag-wrap',
  },
  {
    number: 7,
    id: 'held-back',
    title: 'What a hazard holds back',
    task: 'Under hazard pointers, have three slots retired and none of them free yet.',
    goal: { kind: 'unreclaimed', slots: 3 },
    program: '[A B C] d | d d d',
    scheme: 'hazard-pointers:threshold=1',
    slots: 8,
    par: 1,
    moral:
      'A stalled thread holds back what its hazards name and no more: that is a bound, and a hazard costs a write and a second look for it.',
    scenario: 'stalled-reader',
  },
  {
    number: 8,
    id: 'nobody-is-wrong',
    title: 'Full, and nobody is wrong',
    task: 'Fill the slab although nobody does anything wrong: make an enqueue answer "full".',
    goal: { kind: 'answer', name: 'enqueue', outcome: 'full' },
    program: '[A] d | e d e d e d',
    scheme: 'epochs:period=1',
    slots: 4,
    par: 1,
    moral:
      'A pinned thread that stands still stops the epoch, and nothing that the others retire is freed. No rule is broken, and no slot is left.',
    scenario: 'stalled-reader',
  },
  {
    number: 9,
    id: 'circle',
    title: 'In a circle',
    task: 'Damage grows. Make the links run in a circle, so that following them never ends.',
    goal: { kind: 'damage', damage: 'cycle' },
    program: '[A] d d | d e d e d',
    scheme: 'naive',
    slots: 6,
    par: 2,
    moral:
      'After the first damage anything can come. The one that is seen is seldom the first: look for the cause where it began.',
    scenario: 'phantom-write',
  },
  {
    number: 10,
    id: 'three',
    title: 'Three at a time',
    task: 'Three threads and a stack. Make a value get lost.',
    goal: { kind: 'damage', damage: 'lost value' },
    program: 'treiber-stack:[A B] pop | pop push | pop',
    scheme: 'naive',
    slots: 5,
    par: 3,
    moral:
      'Three preemptions are enough, and no test that waits for chance makes them often. The explorer makes them all.',
    scenario: 'aba-stack',
  },
];

/** A level by its id or as `level-3`; null if there is none. */
export function levelNamed(name: string): Level | null {
  const number = /^level-0*(\d+)$/.exec(name)?.[1];
  return levels.find((level) => level.id === name || String(level.number) === number) ?? null;
}
