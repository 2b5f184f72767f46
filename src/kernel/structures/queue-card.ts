import type { Invariant, SlabState } from '../invariants.ts';
import { CHAIN_END, C_STRUCTURE, FREE } from '../layout.ts';
import type { StepCard } from '../step-card.ts';
import type { StructureOperation } from '../structure-card.ts';

/** What all queues do, by the names of Michael and Scott. */
export const QUEUE_OPERATIONS: readonly StructureOperation[] = [
  { name: 'enqueue', letter: 'e', does: 'put', past: 'enqueued' },
  { name: 'dequeue', letter: 'd', does: 'take', past: 'dequeued' },
  { name: 'isEmpty', letter: 'i', does: 'ask', past: 'asked' },
];

/** The most nodes that one step links, or unlinks. */
function longest({ geometry }: { readonly geometry: { readonly chain: number } }): number {
  return Math.max(1, geometry.chain);
}

/** True of a slot that its thread has put before a chain that nobody else sees. */
function isOwnChain(slot: number, state: SlabState): boolean {
  const { chain, threads } = state.geometry;
  if (chain < 2 || state.isInside(slot)) return false;
  for (let thread = 1; thread <= threads; thread++) if (state.chainOf(thread) === slot) return true;
  return false;
}

/** What all queues have in common whose nodes are linked from Head to Tail, and whose last one Tail names, or the one that the last step has linked nodes behind. */
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
    says: 'Tail names the last node, or one behind which one step has linked all the rest.',
    about: ['Tail', 'next'],
    brokenIn: (state) => {
      const tail = state.root(1);
      const next = state.next(tail);
      if (next === 0) return null;
      // The node behind Tail names the last one, where there are chains; else it is the last one.
      const end = state.geometry.chain > 1 ? state.wordOf(next, CHAIN_END) : next;
      if (end !== 0 && state.next(end) === 0 && (end === next || state.isInside(end))) return null;
      return end === next
        ? `After slot ${tail}, which Tail names, comes slot ${next}, and after that slot ${state.next(next)}`
        : `After slot ${tail}, which Tail names, comes slot ${next}, which says that the last node is ${state.named(end)}`;
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
    says: 'A node, or a chain of nodes, is linked behind the last node of the queue, and nothing comes behind it then.',
    about: ['next'],
    brokenBy: ({ word, slot, before, after }, state) => {
      if (word !== 'next' || before !== 0 || after === 0) return null;
      if (state.stateOf(slot) === FREE) return null;
      if (isOwnChain(slot, state)) return null;
      if (!state.isInside(slot)) return `From Head next does not lead to slot ${slot}`;
      const { inside, length, insideEnd } = state;
      const at = inside.subarray(0, length).lastIndexOf(slot);
      const linked = length - 1 - at;
      if (insideEnd === 0 && inside[at + 1] === after && linked <= longest(state)) return null;
      return linked > 1 && linked <= longest(state)
        ? `What is behind slot ${slot} has no end then`
        : `Slot ${after} is not the last node then`;
    },
  },
  {
    name: 'out at the front',
    says: 'Head moves along next, from a node to its successor or as far as one step takes values out.',
    about: ['Head'],
    brokenBy: ({ word, before, after }, state) => {
      if (word !== 'Head' || before === after) return null;
      let node = before;
      for (let n = longest(state); n > 0 && node !== 0; n--) {
        node = state.next(node);
        if (node === after) return null;
      }
      return `The successor of slot ${before} is ${state.named(state.next(before))}`;
    },
  },
];

// Steps of the Michael-Scott queue.

export const LINKS: StepCard = {
  access: 'cas',
  slotFrom: 'E5',
  expectedFrom: 'E6',
  linearizes: { operation: 'enqueue', answer: 'ok' },
  moves: { from: 'hand', to: 'structure' },
  failures: C_STRUCTURE,
  says: 'links slot {new} behind slot {holder}',
  saysFailed: 'slot {holder} is not the last node any more',
};

export const HELPS: StepCard = {
  access: 'cas',
  expectedFrom: 'E5',
  writtenFrom: 'E6',
  failures: C_STRUCTURE + 1,
  says: 'helps: moves Tail from slot {old} to slot {new}',
  saysFailed: 'Tail has been helped on already',
};

export const MOVES_TAIL: StepCard = {
  access: 'cas',
  expectedFrom: 'E5',
  failures: C_STRUCTURE + 2,
  says: 'moves Tail from slot {old} to its own slot {new}',
  saysFailed: 'Tail has been helped on already',
};

export const UNLINKS: StepCard = {
  access: 'cas',
  expectedFrom: 'D2',
  writtenFrom: 'D4',
  validates: ['D12'],
  linearizes: { operation: 'dequeue', answer: 'value' },
  moves: { from: 'structure', to: 'hand', owes: 'D19' },
  failures: C_STRUCTURE + 4,
  says: 'moves Head from slot {old} to slot {new}',
  saysFailed: 'another dequeue was first',
};

// The steps of chains, by which many values go in and out at once. Their failures are counted as those of the steps in whose place they stand.

export const CHAINS_NODE: StepCard = {
  access: 'store',
  needsNoLife: true,
  says: 'chains slot {slot} behind slot {holder}, which nobody else sees yet',
};

export const READS_END: StepCard = {
  access: 'load',
  fills: 'end',
  isMadeGood: true,
  says: 'the chain that begins with slot {holder} ends with slot {word}',
};

export const HELPS_ENQUEUE: StepCard = {
  access: 'cas',
  expectedFrom: 'E5',
  failures: C_STRUCTURE + 1,
  says: 'helps: moves Tail from slot {old} to slot {new}, the end of the chain',
  saysFailed: 'Tail has been helped on already',
};

export const HELPS_DEQUEUE: StepCard = {
  ...HELPS_ENQUEUE,
  expectedFrom: ['D3', 'CH6'],
  failures: C_STRUCTURE + 3,
};

export const READS_HEAD: StepCard = {
  access: 'load',
  fills: 'head',
  headsLoop: true,
  says: 'slot {slot} is the dummy node',
};

export const READS_TAIL: StepCard = {
  access: 'load',
  fills: 'tail',
  says: 'slot {slot} is the last node, or one before it',
};

export const WALKS_ON: StepCard = {
  access: 'load',
  fills: 'next',
  linearizes: { operation: 'dequeue', ifNull: 'empty', validatedBy: 'CH8' },
  says: 'slot {slot} follows slot {holder}',
  saysNull: 'nothing follows slot {holder}',
};

export const LOOKS_AT_HEAD: StepCard = {
  access: 'load',
  validates: ['CH5', 'CH6', 'CH7'],
  says: 'Head still names slot {slot}',
  saysFailed: 'Head has moved on',
};

export const READS_VALUE: StepCard = {
  access: 'load',
  fills: 'v',
  slotFrom: 'CH7',
  says: 'slot {holder} holds {word}',
};

export const UNLINKS_CHAIN: StepCard = {
  ...UNLINKS,
  expectedFrom: 'CH5',
  writtenFrom: 'CH7',
  validates: ['CH9'],
  says: 'moves Head from slot {old} to slot {new}, over all nodes between them',
};

/** A step that is made where one step makes many operations, and nowhere else. */
export function ofChains(card: StepCard): StepCard {
  return { ...card, ofChains: true };
}
