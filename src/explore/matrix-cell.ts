import type { DamageKind } from '../observe/trace.ts';

/** A structure under a scheme, and what the explorer found there. The scheme is as people write it, without what makes it reclaim early. */
export type MatrixCell = SoundCell | BrokenCell;

interface Cell {
  readonly structure: string;
  readonly scheme: string;
}

/** Nothing was found in any execution of these programs. */
export interface SoundCell extends Cell {
  readonly verdict: 'sound';
  readonly programs: readonly ExploredProgram[];
}

export interface ExploredProgram {
  readonly program: string;
  readonly slots: number;
  /** Executions of different classes. */
  readonly executions: number;
  /** With how many preemptions at most; null if with any number. */
  readonly preemptions: number | null;
}

/** The shortest story of what goes wrong that was found. */
export interface BrokenCell extends Cell {
  readonly verdict: 'broken';
  readonly damage: DamageKind;
  readonly program: string;
  readonly slots: number;
  readonly preemptions: number;
  readonly steps: number;
  /** The command that shows it again. */
  readonly replay: string;
  /** What happened, in a sentence. */
  readonly note: string;
}

/** The structures and the schemes of cells, each once, in their order. */
export function axesOf(cells: readonly MatrixCell[]): { structures: string[]; schemes: string[] } {
  return {
    structures: [...new Set(cells.map(({ structure }) => structure))],
    schemes: [...new Set(cells.map(({ scheme }) => scheme))],
  };
}

/** The cell of a structure under a scheme; undefined where the scheme makes no difference to it, or it was not explored yet. */
export function cellAt(
  cells: readonly MatrixCell[],
  structure: string,
  scheme: string,
): MatrixCell | undefined {
  return cells.find((cell) => cell.structure === structure && cell.scheme === scheme);
}
