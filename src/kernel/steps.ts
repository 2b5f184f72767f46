import { C_A3, C_D10, C_D13, C_E13, C_E17, C_E9, C_F3 } from './layout.ts';
import type { StepCards } from './step-card.ts';

/**
 * The labels of the steps, and beside them what is known of each. E and D are the lines of Michael and Scott, "Simple, Fast, and
 * Practical Non-Blocking and Blocking Concurrent Queue Algorithms", PODC 1996, Figure 1; A (allocate) and F (free) are the free list's,
 * Q the emptiness test's, J the registration's. A scheme keeps its own labels and rows in its own file. The name of a step is the name
 * of its constant, everywhere.
 *
 * Numbers: 1 to 63 here, 64 to 191 the schemes of the lab, 192 to 255 anything that a user brings.
 */
export const A1: i32 = 1;
export const A2: i32 = 2;
export const A3: i32 = 3;
export const F1: i32 = 4;
export const F2: i32 = 5;
export const F3: i32 = 6;

/** The steps of slab.ts. */
export const SLAB: StepCards = {
  A1: {
    access: 'load',
    fills: 'top',
    headsLoop: true,
    linearizes: { operation: 'take', ifNull: 'none' },
    says: 'slot {slot} is the first free one',
    saysNull: 'the free list is empty',
  },
  A2: {
    access: 'load',
    fills: 'next',
    slotFrom: 'A1',
    needsNoLife: true,
    says: 'slot {slot} comes after slot {holder} on the free list',
    saysNull: 'slot {holder} is the last free one',
  },
  A3: {
    access: 'cas',
    expectedFrom: 'A1',
    writtenFrom: 'A2',
    validates: ['A1', 'A2'],
    linearizes: { operation: 'take', answer: 'ok' },
    moves: { from: 'free list', to: 'hand' },
    failures: C_A3,
    says: 'takes slot {old} off the free list',
    saysFailed: 'another thread took or gave a slot',
    short: 'take slot {old}',
  },
  F1: {
    access: 'load',
    fills: 'top',
    headsLoop: true,
    says: 'slot {slot} is the first free one',
    saysNull: 'the free list is empty',
  },
  F2: {
    access: 'store',
    writtenFrom: 'F1',
    needsNoLife: true,
    says: 'chains slot {holder} before slot {slot}',
    saysNull: 'chains slot {holder} before nothing',
  },
  F3: {
    access: 'cas',
    expectedFrom: 'F1',
    linearizes: { operation: 'give', answer: 'ok' },
    moves: { from: 'hand', to: 'free list' },
    failures: C_F3,
    needsBitsOnly: true,
    says: 'puts slot {new} on the free list',
    saysFailed: 'another thread took or gave a slot',
    short: 'free slot {new}',
  },
};

export const E3: i32 = 16;
export const E5: i32 = 17;
export const E6: i32 = 18;
export const E7: i32 = 19;
export const E9: i32 = 20;
export const E13: i32 = 21;
export const E17: i32 = 22;

export const D2: i32 = 32;
export const D3: i32 = 33;
export const D4: i32 = 34;
export const D5: i32 = 35;
export const D10: i32 = 36;
export const D12: i32 = 37;
export const D13: i32 = 38;

export const Q1: i32 = 48;
export const Q2: i32 = 49;
export const Q3: i32 = 50;

/** The steps of michael-scott.ts. */
export const QUEUE: StepCards = {
  E3: {
    access: 'store',
    needsNoLife: true,
    says: 'makes the next word of slot {holder} null',
  },
  E5: {
    access: 'load',
    fills: 'tail',
    headsLoop: true,
    says: 'slot {slot} is the last node',
  },
  E6: {
    access: 'load',
    fills: 'next',
    slotFrom: 'E5',
    says: 'slot {slot} follows slot {holder}, so Tail lags behind',
    saysNull: 'nothing follows slot {holder}',
  },
  E7: {
    access: 'load',
    validates: ['E5', 'E6'],
    says: 'Tail still names slot {slot}',
    saysFailed: 'Tail has moved on',
  },
  E9: {
    access: 'cas',
    slotFrom: 'E5',
    expectedFrom: 'E6',
    linearizes: { operation: 'enqueue', answer: 'ok' },
    moves: { from: 'hand', to: 'structure' },
    failures: C_E9,
    says: 'links slot {new} behind slot {holder}',
    saysFailed: 'slot {holder} is not the last node any more',
  },
  E13: {
    access: 'cas',
    expectedFrom: 'E5',
    writtenFrom: 'E6',
    failures: C_E13,
    says: 'helps: moves Tail from slot {old} to slot {new}',
    saysFailed: 'Tail has been helped on already',
  },
  E17: {
    access: 'cas',
    expectedFrom: 'E5',
    failures: C_E17,
    says: 'moves Tail from slot {old} to its own slot {new}',
    saysFailed: 'Tail has been helped on already',
  },
  D2: {
    access: 'load',
    fills: 'head',
    headsLoop: true,
    says: 'slot {slot} is the dummy node',
  },
  D3: {
    access: 'load',
    fills: 'tail',
    says: 'slot {slot} is the last node, or the one before it',
  },
  D4: {
    access: 'load',
    fills: 'next',
    slotFrom: 'D2',
    linearizes: { operation: 'dequeue', ifNull: 'empty', validatedBy: 'D5' },
    says: 'slot {slot} comes next',
    saysNull: 'nothing follows slot {holder}',
  },
  D5: {
    access: 'load',
    validates: ['D2', 'D3', 'D4'],
    says: 'Head still names slot {slot}',
    saysFailed: 'Head has moved on',
  },
  D10: {
    access: 'cas',
    expectedFrom: 'D3',
    writtenFrom: 'D4',
    failures: C_D10,
    says: 'helps: moves Tail from slot {old} to slot {new}',
    saysFailed: 'Tail has been helped on already',
  },
  D12: {
    access: 'load',
    fills: 'v',
    slotFrom: 'D4',
    says: 'slot {holder} holds {word}',
  },
  D13: {
    access: 'cas',
    expectedFrom: 'D2',
    writtenFrom: 'D4',
    validates: ['D12'],
    linearizes: { operation: 'dequeue', answer: 'value' },
    moves: { from: 'structure', to: 'hand', owes: 'D19' },
    failures: C_D13,
    says: 'moves Head from slot {old} to slot {new}',
    saysFailed: 'another dequeue was first',
  },
  Q1: {
    access: 'load',
    fills: 'head',
    headsLoop: true,
    says: 'slot {slot} is the dummy node',
  },
  Q2: {
    access: 'load',
    fills: 'next',
    slotFrom: 'Q1',
    linearizes: { operation: 'isEmpty', ifNull: 'yes', ifSlot: 'no', validatedBy: 'Q3' },
    says: 'slot {slot} comes next',
    saysNull: 'nothing follows slot {holder}',
  },
  Q3: {
    access: 'load',
    validates: ['Q1', 'Q2'],
    says: 'Head still names slot {slot}',
    saysFailed: 'Head has moved on',
  },
};

export const J1: i32 = 56;
export const J2: i32 = 57;
export const J3: i32 = 58;
export const J4: i32 = 59;
export const J5: i32 = 60;
export const J6: i32 = 61;
export const J7: i32 = 62;
export const J8: i32 = 63;

/** The steps of scheme.ts, by which threads take up records and leave them; J6 is made on behalf of a thread that was ended from outside. */
export const RECORDS: StepCards = {
  J1: { access: 'load', fills: 'seen', says: 'the record of {holder} is {word}' },
  J2: {
    access: 'cas',
    expectedFrom: 'J1',
    says: 'makes the record of {holder} {word}',
    saysFailed: 'another thread took the record of {holder}',
  },
  J3: { access: 'store', says: 'makes the record of {holder} {word}' },
  J4: { access: 'store', says: 'leaves its record, which waits for an heir' },
  J5: {
    access: 'store',
    followsOwners: true,
    says: 'takes up the record of {holder}',
    short: "take up {holder}'s record",
  },
  J6: { access: 'store', says: 'is marked as dead' },
  J7: { access: 'load', fills: 'seen', says: 'the record of {holder} is {word}' },
  J8: {
    access: 'cas',
    expectedFrom: 'J7',
    says: 'makes the record of {holder} {word}, in place of an heir that died',
    saysFailed: 'another thread took the record of {holder}',
  },
};
