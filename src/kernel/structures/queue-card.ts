import type { Invariant } from '../invariants.ts';
import { FREE } from '../layout.ts';
import type { StructureOperation } from '../structure-card.ts';

/** What all queues do, by the names of Michael and Scott. */
export const QUEUE_OPERATIONS: readonly StructureOperation[] = [
  { name: 'enqueue', letter: 'e', does: 'put', past: 'enqueued' },
  { name: 'dequeue', letter: 'd', does: 'take', past: 'dequeued' },
  { name: 'isEmpty', letter: 'i', does: 'ask', past: 'asked' },
];

/** What all queues have in common whose nodes are linked from Head to Tail, and whose last one Tail names, or the one before it. */
export const QUEUE_INVARIANTS: readonly Invariant[] = [
  {
    name: 'Head before Tail',
    says: 'Head never passes Tail: following next from Head leads to the node that Tail names.',
    about: ['Head', 'Tail', 'next'],
    brokenIn: (state) =>
      state.isInside(state.root(1))
        ? null
        : `From Head, which names ${state.named(state.root(0))}, next does not lead to ${state.named(state.root(1))}, which Tail names`,
  },
  {
    name: 'Tail at the end',
    says: 'Tail names the last node, or the one before it.',
    about: ['Tail', 'next'],
    brokenIn: (state) => {
      const tail = state.root(1);
      const next = state.next(tail);
      const beyond = state.next(next);
      if (next === 0 || beyond === 0) return null;
      return `After slot ${tail}, which Tail names, comes slot ${next}, and after that slot ${beyond}`;
    },
  },
  {
    name: 'one successor',
    says: 'The next word of a node in the queue changes once, from null to its successor.',
    about: ['next'],
    brokenBy: ({ word, slot, before, after }, state) => {
      if (word !== 'next' || before === 0 || before === after || !state.isInside(slot)) return null;
      return `From Head next leads to slot ${slot}, which had a successor`;
    },
  },
  {
    name: 'in at the end',
    says: 'A node is linked behind the last node of the queue, and is the last one then.',
    about: ['next'],
    brokenBy: ({ word, slot, before, after }, state) => {
      if (word !== 'next' || before !== 0 || after === 0 || state.stateOf(slot) === FREE) return null;
      if (!state.isInside(slot)) return `From Head next does not lead to slot ${slot}`;
      const { inside, length, insideEnd } = state;
      if (insideEnd === 0 && inside[length - 1] === after && inside[length - 2] === slot) return null;
      return `Slot ${after} is not the last node then`;
    },
  },
  {
    name: 'out at the front',
    says: 'Head moves from a node to its successor.',
    about: ['Head'],
    brokenBy: ({ word, before, after }, state) => {
      if (word !== 'Head' || before === after || state.next(before) === after) return null;
      return `The successor of slot ${before} is ${state.named(state.next(before))}`;
    },
  },
];
