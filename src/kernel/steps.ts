import { C_A3, C_F3 } from './layout.ts';
import type { StepCards } from './step-card.ts';

/**
 * The labels of the steps that every structure makes under every scheme, and beside them what is known of each: A (allocate) and F (free)
 * are the free list's, J the registration's. A structure and a scheme keep their own labels and rows in their own files. The name of a
 * step is the name of its constant, everywhere.
 *
 * Numbers: 1 to 63 here and in the structures of the lab, 64 to 191 its schemes, 192 to 255 anything that a user brings, and from 256 on
 * the structures for which there was no room below.
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

export const J1: i32 = 56;
export const J2: i32 = 57;
export const J3: i32 = 58;
export const J4: i32 = 59;
export const J5: i32 = 60;
export const J6: i32 = 61;
export const J7: i32 = 62;
export const J8: i32 = 63;

/**
 * The steps of scheme.ts, by which threads take up records and leave them; J6 is made on behalf of a thread that was ended from outside.
 */
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
