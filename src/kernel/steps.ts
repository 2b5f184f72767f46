/**
 * The labels of the steps. E and D are the lines of Michael and Scott, "Simple, Fast, and Practical Non-Blocking and Blocking
 * Concurrent Queue Algorithms", PODC 1996, Figure 1; A (allocate) and F (free) are the free list's, Q the emptiness test's, J the
 * registration's. A scheme keeps its own labels in its own file. The name of a step is the name of its constant, everywhere.
 *
 * Numbers: 1 to 63 here, 64 to 191 the schemes of the lab, 192 to 255 anything that a user brings.
 */
export const A1: i32 = 1;
export const A2: i32 = 2;
export const A3: i32 = 3;
export const F1: i32 = 4;
export const F2: i32 = 5;
export const F3: i32 = 6;

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

export const J1: i32 = 56;
export const J2: i32 = 57;
export const J3: i32 = 58;
export const J4: i32 = 59;
export const J5: i32 = 60;
