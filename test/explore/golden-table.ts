/** What GenMC, Nidhugg and the literature count for the client of `michael-scott-client.ts`. */
export interface GoldenRow {
  readonly program: string;
  /** Executions, one of each class. */
  readonly executions: number;
  /** The interleavings that they stand for; null if nobody has counted them. */
  readonly interleavings: bigint | null;
}

export const golden: readonly GoldenRow[] = [
  { program: 'e | d', executions: 4, interleavings: 336n },
  { program: 'e | e', executions: 22, interleavings: 2_772n },
  { program: '[A] d | d', executions: 6, interleavings: 252n },
  { program: 'e e | d', executions: 8, interleavings: 137_207n },
  { program: 'e e | d d', executions: 24, interleavings: 5_081_893n },
  { program: 'e d | e d', executions: 222, interleavings: 7_677_306n },
  { program: 'e | e | d', executions: 188, interleavings: 7_709_378_530n },
  { program: 'e | e | e', executions: 9_168, interleavings: 2_228_029_518_582n },
  { program: 'e | e | d | d', executions: 11_198, interleavings: 12_034_777_213_796_626_604n },
  { program: 'e d | e d | d', executions: 55_622, interleavings: null },
];

/** The same with values shared, nodes used again, and pointers with a count or without. */
export interface GoldenValuesRow {
  readonly program: string;
  readonly counted: boolean;
  readonly executions: number;
  readonly bad: number;
}

export const goldenWithValues: readonly GoldenValuesRow[] = [
  { program: '[A] d | d e d', counted: false, executions: 97, bad: 2 },
  { program: '[A] d | d e d', counted: true, executions: 97, bad: 0 },
  { program: 'e d | e d', counted: false, executions: 222, bad: 0 },
  { program: 'e d | d e d', counted: false, executions: 548, bad: 6 },
  { program: '[A] d | d e d | d', counted: false, executions: 8_734, bad: 1_316 },
];
