import { schemes, schemesOf, specsOf } from '../laboratory/registry.ts';
import { structures } from '../laboratory/structures.ts';
import type { DamageKind } from '../observe/trace.ts';

/** A structure under a scheme, and what the explorer found there. The scheme is as people write it, without what makes it reclaim early. */
export type MatrixCell = ExploredCell | NotApplicableCell | UnprovedCell;

/** One that was computed. */
export type ExploredCell = SoundCell | UnsoundCell;

interface Cell {
  readonly structure: string;
  readonly scheme: string;
}

/** Nothing was found in any execution of these programs. */
export interface SoundCell extends Cell {
  readonly verdict: 'sound';
  /** True if every program was explored in every order. */
  readonly complete: boolean;
  /** With how many preemptions each program was explored at least; null if with any number. */
  readonly preemptions: number | null;
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
export interface UnsoundCell extends Cell {
  readonly verdict: 'unsound';
  readonly finding: {
    readonly kind: DamageKind;
    /** What happened, in a sentence. */
    readonly note: string;
  };
  readonly program: string;
  readonly slots: number;
  readonly preemptions: number;
  readonly steps: number;
  /** The command that shows it again. */
  readonly replay: string;
}

/** The scheme makes no difference to the structure. */
export interface NotApplicableCell extends Cell {
  readonly verdict: 'not-applicable';
  /** A sentence. */
  readonly reason: string;
}

/** It could make one, and nobody has explored it yet. */
export interface UnprovedCell extends Cell {
  readonly verdict: 'unproved';
}

/** A cell in which nothing was found, of what was explored. */
export function soundCell({ structure, scheme }: Cell, programs: readonly ExploredProgram[]): SoundCell {
  const bounds = programs.flatMap(({ preemptions }) => (preemptions === null ? [] : [preemptions]));
  const complete = bounds.length === 0;
  const preemptions = complete ? null : Math.min(...bounds);
  return { structure, scheme, verdict: 'sound', complete, preemptions, programs };
}

/** Every structure under every scheme, in the order in which they are listed: what was explored, or why there is nothing to explore. */
export function everyCell(explored: readonly ExploredCell[]): readonly MatrixCell[] {
  return structures.flatMap((structure) => {
    const own = schemesOf(structure);
    return schemes.flatMap((each) =>
      specsOf(each).map((scheme): MatrixCell => {
        const cell = { structure: structure.ID, scheme };
        if (own.includes(each))
          return cellAt(explored, structure.ID, scheme) ?? { ...cell, verdict: 'unproved' };
        const reason = `${structure.ID} takes no slots and retires nothing: what is explored under ${own[0].ID} holds under every scheme.`;
        return { ...cell, verdict: 'not-applicable', reason };
      }),
    );
  });
}

/** What a table has room for: the kind of damage, or the verdict in a few words. */
export function shortCellText(cell: MatrixCell): string {
  switch (cell.verdict) {
    case 'unsound':
      return cell.finding.kind;
    case 'not-applicable':
      return 'not applicable';
    default:
      return cell.verdict;
  }
}

/** The structures and the schemes of cells, each once, in their order. */
export function axesOf(cells: readonly MatrixCell[]): { structures: string[]; schemes: string[] } {
  return {
    structures: [...new Set(cells.map(({ structure }) => structure))],
    schemes: [...new Set(cells.map(({ scheme }) => scheme))],
  };
}

/** The rows of a table of them: the cells of each scheme, in the order of the structures. */
export function cellsByScheme(cells: readonly MatrixCell[]): { scheme: string; cells: MatrixCell[] }[] {
  return axesOf(cells).schemes.map((scheme) => ({
    scheme,
    cells: cells.filter((cell) => cell.scheme === scheme),
  }));
}

/** The cell of a structure under a scheme; undefined if there is none. */
export function cellAt<C extends MatrixCell>(
  cells: readonly C[],
  structure: string,
  scheme: string,
): C | undefined {
  return cells.find((cell) => cell.structure === structure && cell.scheme === scheme);
}
