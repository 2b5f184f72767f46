// The claims on a slot, one bit each.
/** Reachable from the first root of the structure, or from a bucket. */
export const FROM_FIRST = 1;
/** Reachable from another one of its roots alone. */
export const FROM_OTHER = 2;
export const ON_FREE_LIST = 4;
export const ON_RETIRED_LIST = 8;
/** In hand, and nothing else has a claim: an intent yields to every claim. */
export const IN_HAND = 16;
/** No claims but overlays: on a cycle of next words; met by retired lists, or by hand-overs, more than once. */
export const ON_CYCLE = 32;
export const RETIRED_TWICE = 64;
/** In a magazine: in the cache of a thread, or behind a slot of the free list. */
export const IN_MAGAZINE = 128;
/** In a second magazine, or met by the first one again: one claim more. */
export const IN_MAGAZINES = 256;
/** No claims but what the slot says of itself: its state word says that it was retired; that it is free. */
export const SAYS_RETIRED = 512;
export const SAYS_FREE = 1024;
/** In a hand-over: parked with a thread that announces it, or did. */
export const IN_HAND_OVER = 2048;
/** Retired and on no list: there are claims on it, and the thread that ends the last one frees it. */
export const BY_COUNT = 4096;

/** In a free list that is a ring once more: one claim more. */
export const LISTED_TWICE = 8192;

/** The claims that make a slot free. */
export const FREE_CLAIMS: number = ON_FREE_LIST | LISTED_TWICE | IN_MAGAZINE | IN_MAGAZINES;

export const REACHABLE: number = FROM_FIRST | FROM_OTHER;
export const CLAIMS: number = REACHABLE | FREE_CLAIMS | ON_RETIRED_LIST | IN_HAND_OVER | BY_COUNT | IN_HAND;
/** All but the hand: what is written in words that lead from one slot to the next. */
export const STRUCTURAL: number = REACHABLE | FREE_CLAIMS | ON_RETIRED_LIST | IN_HAND_OVER | BY_COUNT;
/** The number of different combinations of bits. */
export const COMBINATIONS = 16384;
