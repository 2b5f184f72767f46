import type { StepCard } from '../step-card.ts';
import type { StructureCard } from '../structure-card.ts';
import { C_FIND } from './ordered-list.ts';

/** What all ordered lists have in common. */
export const LIST: StructureCard = {
  operations: [
    { name: 'insert', letter: '+', does: 'put', keyed: true, past: 'inserted' },
    { name: 'remove', letter: '-', does: 'take', keyed: true, past: 'removed' },
    { name: 'contains', letter: '?', does: 'ask', keyed: true, past: 'asked for' },
  ],
  order: 'SET',
  roots: [{ name: 'Head', names: 'the node with the smallest key' }],
  marks: 'deleted',
  invariants: [
    {
      name: 'the list ends',
      says: 'Following next from Head visits every node of the list once, and ends at null.',
      about: ['first root', 'next'],
      brokenIn: ({ insideEnd }) =>
        insideEnd === 0 ? null : `The last one that it visits is followed by slot ${insideEnd}`,
    },
    {
      name: 'keys ascend',
      says: 'The key of each node of the list is greater than that of the node before it, deleted or not.',
      about: ['first root', 'next', 'value'],
      brokenIn: (state) => {
        for (let n = 1; n < state.length; n++) {
          const [before, after] = [state.inside[n - 1], state.inside[n]];
          // Of buckets each has an order of its own.
          if (state.rootOf[before] === state.rootOf[after] && state.valueOf(before) >= state.valueOf(after))
            return `Slot ${after} with ${state.valueOf(after)} comes behind slot ${before} with ${state.valueOf(before)}`;
        }
        return null;
      },
    },
    {
      name: 'deleted for good',
      says: 'The next word of a node that is deleted does not change as long as the node is inside.',
      about: ['next'],
      brokenBy: ({ word, slot, before, after, wasMarked }, state) => {
        if (word !== 'next' || !wasMarked || !state.isInside(slot)) return null;
        return before === after ? `Slot ${slot} is inside, and deleted no more` : `Slot ${slot} is inside`;
      },
    },
  ],
};

/** And those whose search cuts off all deleted nodes before its place at once. */
export const CUTTING: StructureCard = {
  ...LIST,
  invariants: [
    ...LIST.invariants,
    {
      name: 'over deleted ones',
      says: 'Head, or the next word of a node, moves from a node to a new one before it, or over nodes that are deleted to the one behind them.',
      about: ['first root', 'next'],
      brokenBy: ({ word, slot, before, after }, state) => {
        if (before === after || (word === 'next' && !state.isInside(slot))) return null;
        if (after !== 0 && state.next(after) === before) return null;
        let over = before;
        for (let n = 0; over !== after; n++) {
          if (over === 0 || n > state.geometry.slots)
            return `From ${state.named(before)} next does not lead to ${state.named(after)}`;
          if (!state.isMarked(over)) return `Slot ${over} is not deleted`;
          over = state.next(over);
        }
        return null;
      },
    },
  ],
};

// The steps that each search makes under labels of its own.

/** Reads the root. */
export const READS_FIRST: StepCard = {
  access: 'load',
  fills: 'cur',
  headsLoop: true,
  says: 'slot {slot} is the first node',
  saysNull: 'the list is empty',
};

/** Reads what comes next, and the mark. */
export const READS_NEXT: StepCard = {
  access: 'load',
  fills: 'next',
  says: 'slot {slot} follows slot {holder}',
  saysNull: 'nothing follows slot {holder}',
};

export const READS_KEY: StepCard = { access: 'load', fills: 'key', says: 'slot {holder} has the key {word}' };

/** Takes a chain of deleted nodes out. */
export const CUTS_CHAIN: StepCard = {
  access: 'cas',
  validates: ['same word'],
  moves: { from: 'structure', to: 'hand', owes: 'L10' },
  failures: C_FIND,
  says: 'cuts slot {old} off, which is deleted, with all deleted ones up to slot {new}',
  saysNull: 'cuts slot {old} off, which is deleted, with all that come behind it',
  saysFailed: '{name} names slot {old} no more, or has been marked',
};
