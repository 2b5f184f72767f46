import { UsageError } from '../errors.ts';
import { visible } from '../visible.ts';
import {
  areInOnePlace,
  type Cell,
  type CellKey,
  keyOf,
  ofKind,
  present,
  prevailing,
  repetitionPairs,
} from './cell.ts';
import { differingIn } from './effort.ts';
import { type BenchResult, machinesDiffer, structuresOf } from './result-file.ts';
import type { RepetitionKind } from './repetition-kind.ts';
import { mannWhitney, median, ratioInterval } from './statistics.ts';

/** A cell that two results have, before and after. */
export interface CellDifference {
  readonly cell: Cell;
  /** Whether it is of the matrix, or of the sweep of parameters. */
  readonly list: 'matrix' | 'sweep';
  /** The kind of repetitions that were compared; null if the two have no kind in common, and then nothing is said. */
  readonly kind: RepetitionKind | null;
  readonly before: number;
  readonly after: number;
  /** After over before, and its 95 % confidence interval. */
  readonly ratio: number;
  readonly interval: readonly [low: number, high: number];
  /** How likely repetitions of equal contenders would be so far apart. */
  readonly p: number;
  /** True if p is small, the interval excludes 1, and the difference is larger than what two runs of one contender differ by. */
  readonly isReal: boolean;
  /** What that comes to. Not compared were `disturbed` ones, in one of the two at least, and `unlike` ones: near in one and far in the other, or on two threads of one core in one alone. */
  readonly verdict: 'faster' | 'slower' | 'none seen' | 'unlike' | 'disturbed';
}

/** A cell that one of two results has. */
export interface LonelyCell extends CellKey, Pick<CellDifference, 'list'> {}

/** Two results side by side. */
export interface ResultComparison {
  readonly differences: readonly CellDifference[];
  /** Cells that only one of them has. */
  readonly onlyBefore: readonly LonelyCell[];
  readonly onlyAfter: readonly LonelyCell[];
  /** Ways in which the machines differ: then the difference may be theirs. */
  readonly machines: readonly string[];
  /** Ways in which they were measured differently. */
  readonly conditions: readonly string[];
  /** Which of them lack cells: their runs were interrupted, or their time was over. */
  readonly incomplete: readonly ('before' | 'after')[];
}

/** A result, and what it is called. */
export interface NamedResult {
  readonly name: string;
  readonly result: BenchResult;
}

/** A result held against the first of several. */
export interface NamedComparison extends ResultComparison {
  readonly name: string;
}

/** Several results, each of the others against the first. */
export function compareAll([first, ...others]: readonly NamedResult[]): NamedComparison[] {
  return others.map(({ name, result }) => ({ name, ...compareResults(first.result, result) }));
}

const MOST_P = 0.01;
/** Two runs of one contender differ by as much: with one thread by where its code and words lie, with more by where the cores are. */
const RESOLUTION_ALONE = 0.05;
const RESOLUTION = 0.15;

/**
 * Holds the cells of two results against each other, repetitions of one kind only. Throws a UsageError if they are of different
 * structures.
 */
export function compareResults(before: BenchResult, after: BenchResult): ResultComparison {
  const [one, other] = [before, after].map((each) => structuresOf(each).join(', '));
  if (one !== other) {
    throw new UsageError(
      `Results of different structures cannot be compared: one is of ${visible(one)}, and another one of ${visible(other)}.`,
    );
  }
  const [was, is] = [cellsOf(before), cellsOf(after)];
  return {
    differences: [...was]
      .filter(([key]) => is.has(key))
      .map(([key, cell]) => ({
        ...differenceOf(cell, is.get(key) ?? cell, before.seed),
        list: listOf(key),
      })),
    onlyBefore: lonely(was, is),
    onlyAfter: lonely(is, was),
    machines: machinesDiffer(before.machine, after.machine).map(
      (name) => `${name}: ${before.machine[name]}, then ${after.machine[name]}`,
    ),
    conditions: differingIn(before.effort, after.effort).map(
      (name) => `${name}: ${before.effort[name]}, then ${after.effort[name]}`,
    ),
    incomplete: [
      ...(before.complete ? [] : ['before' as const]),
      ...(after.complete ? [] : ['after' as const]),
    ],
  };
}

function listOf(key: string): CellDifference['list'] {
  return key.startsWith('sweep ') ? 'sweep' : 'matrix';
}

/** The cells of the one that the other one lacks. */
function lonely(cells: ReadonlyMap<string, Cell>, others: ReadonlyMap<string, Cell>): LonelyCell[] {
  return [...cells]
    .filter(([key]) => !others.has(key))
    .map(([key, cell]) => ({
      list: listOf(key),
      ...keyMembers(cell),
      ...present({ structure: cell.structure }),
    }));
}

function cellsOf(result: BenchResult): Map<string, Cell> {
  return new Map([
    ...[...result.cells, ...result.peers].map((cell) => [keyOf(cell), cell] as const),
    // Measured in other company than the same cell of the matrix.
    ...result.sweep.map((cell) => [`sweep ${keyOf(cell)}`, cell] as const),
  ]);
}

function differenceOf(before: Cell, after: Cell, seed: number): Omit<CellDifference, 'list'> {
  const [kind, other] = [before, after].map(({ samples }) => prevailing(samples));
  const [was, is] = [ofKind(before.samples, kind), ofKind(after.samples, other)];
  const isSame = kind === other && areInOnePlace(kind, was, is);
  const isDisturbed = kind === 'disturbed' || other === 'disturbed';
  const [a, b] = [was, is].map((samples) => samples.map(({ mops }) => mops));
  const ratio = median(b) / median(a);
  const interval = ratioInterval(a, b, seed);
  const p = mannWhitney(a, b);
  const resolution = before.threads === 1 ? RESOLUTION_ALONE : RESOLUTION;
  const excludesOne = interval[0] > 1 || interval[1] < 1;
  const isLarge = Math.abs(Math.log(ratio)) > Math.log(1 + resolution);
  const isReal = isSame && !isDisturbed && p <= MOST_P && excludesOne && isLarge;
  let verdict: CellDifference['verdict'] = 'none seen';
  if (isReal) verdict = ratio > 1 ? 'faster' : 'slower';
  else if (isDisturbed) verdict = 'disturbed';
  else if (!isSame) verdict = 'unlike';
  return {
    cell: after,
    kind: isSame ? kind : null,
    before: median(a),
    after: median(b),
    ratio,
    interval,
    p,
    isReal,
    verdict,
  };
}

/** The rate of a structure as a share of the first one's, under the same scheme on the same engine, in repetitions that took turns. */
export interface StructureRatio extends CellKey, Ratio {
  readonly structure: string;
  /** The first one of the result. */
  readonly of: string;
}

/** A ratio of two rates, from repetitions that took turns. */
export interface Ratio {
  /** The kind of the repetitions; if they were disturbed, the ratio means little. */
  readonly kind: RepetitionKind;
  readonly repetitions: number;
  readonly ratio: number;
  /** The 95 % confidence interval. */
  readonly interval: readonly [low: number, high: number];
}

/** The ratios of a result with several structures; none of a result with one. */
export function structureRatios({ structures, cells, seed }: BenchResult): StructureRatio[] {
  if (structures === undefined) return [];
  const [of] = structures;
  return cells.flatMap((cell) => {
    const { structure } = cell;
    const first = cells.find((each) => keyOf(each) === keyOf({ ...cell, structure: of }));
    if (structure === undefined || structure === of || first === undefined) return [];
    return { ...keyMembers(cell), structure, of, ...ratioOf(cell, first, seed) };
  });
}

/** The rate of a peer as a share of that of the first structure in the result, under the first scheme that was measured there. */
export interface PeerRatio extends CellKey, Ratio {
  /** What it is a share of. */
  readonly of: CellKey;
}

/** The ratios of the peers of a result, native ones included, in the order in which they were measured. */
export function peerRatios({ structures, cells, peers, seed }: BenchResult): PeerRatio[] {
  return peers.flatMap((peer) => {
    const first = cells.find((cell) => cell.structure === structures?.[0] && loadOf(cell) === loadOf(peer));
    return first === undefined
      ? []
      : { ...keyMembers(peer), of: keyMembers(first), ...ratioOf(peer, first, seed) };
  });
}

/** What threads do in a cell, under any contender. */
function loadOf({ workload, threads, think, prefill, keys, roles, payload }: CellKey): string {
  return JSON.stringify([workload, threads, think, prefill, keys, roles, payload]);
}

/** What of a cell says what was measured, without its structure. */
function keyMembers({ engine, scheme, workload, threads, think, prefill, ...rest }: CellKey): CellKey {
  const { cache, stride, freeList, keys, roles, payload } = rest;
  const more = present({ cache, stride, freeList, keys, roles, payload });
  return { engine, scheme, workload, threads, think, prefill, ...more };
}

/** Of repetitions that took turns. */
function ratioOf(cell: Cell, first: Cell, seed: number): Ratio {
  const { kind, turns } = repetitionPairs(cell.samples, first.samples);
  const [own, others] = [0, 1].map((i) => turns.map((turn) => turn[i].mops));
  return {
    kind,
    repetitions: turns.length,
    ratio: median(own) / median(others),
    interval: ratioInterval(others, own, seed),
  };
}
