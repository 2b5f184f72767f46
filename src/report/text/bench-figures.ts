import { WORKLOADS } from '../../bench/workloads.ts';
import { counted, withCommas } from '../../counted.ts';
import type { Cell, Frees } from '../../bench/cell.ts';
import type { BenchResult } from '../../bench/result-file.ts';
import type { Style } from './style.ts';

const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

/** A bar of at most `width` columns for a share of 0 to 1; in ASCII one of whole columns. */
export function bar(share: number, width: number, { ascii }: Style): string {
  const filled = Math.max(0, Math.min(1, share)) * width;
  if (ascii) return '#'.repeat(Math.round(filled));
  const eighths = Math.round(filled * 8);
  return '█'.repeat(eighths >> 3) + EIGHTHS[eighths & 7];
}

const LEVELS = [...'▁▂▃▄▅▆▇█'];
const ASCII_LEVELS = [...'_.-~=+*#'];

/** A line of one mark for each number, from 0 to the largest, of at most `width` marks. */
export function sparkline(numbers: readonly number[], width: number, { ascii }: Style): string {
  const levels = ascii ? ASCII_LEVELS : LEVELS;
  const count = Math.min(width, numbers.length);
  const most = Math.max(...numbers, 1);
  return Array.from({ length: count }, (_, i) => {
    const number = numbers[Math.floor((i * numbers.length) / count)];
    return levels[Math.min(levels.length - 1, Math.floor((number / most) * levels.length))];
  }).join('');
}

/** Nanoseconds in three or four characters and a unit: `180ns`, `1.2us`, `34ms`. */
export function duration(ns: number): string {
  if (ns < 1000) return `${Math.round(ns)}ns`;
  if (ns < 1e6) return `${short(ns / 1e3)}us`;
  if (ns < 1e9) return `${short(ns / 1e6)}ms`;
  return `${short(ns / 1e9)}s`;
}

function short(number: number): string {
  return number < 10 ? number.toFixed(1) : String(Math.round(number));
}

/** Millions a second with as many digits as mean something. */
export function rate(mops: number): string {
  return mops.toFixed(mops < 1 ? 3 : 2);
}

/** How often something happened beside operations, for every 1000 calls; null if nobody has counted it. */
export function perThousand(
  frees: Frees | null | undefined,
  what: 'restarts' | 'scans' | 'advances',
): number | null {
  const count = frees?.[what];
  return !frees || count === undefined ? null : (1000 * count) / frees.calls;
}

/**
 * A contender by its scheme, by its engine if that is not atomics, by its caches of free slots and the words of a slot if they were asked for, and its free list if it is no stack; where there are
 * several structures, with that before it: `treiber-stack/epochs (wasm)`.
 */
export function nameOf({
  engine,
  scheme,
  cache,
  stride,
  freeList,
  structure,
}: Pick<Cell, 'engine' | 'scheme' | 'cache' | 'stride' | 'freeList' | 'structure'>): string {
  const whole = structure === undefined ? scheme : `${shortName(structure)}/${scheme}`;
  const notes = engine === 'peer' || engine === 'atomics' ? [] : [engine];
  if (cache !== undefined) notes.push(cache === 0 ? 'no caches' : `magazines of ${cache}`);
  if (stride !== undefined) notes.push(`slots of ${stride} words`);
  if (freeList !== undefined) notes.push(`${freeList} as free list`);
  return notes.length === 0 ? whole : `${whole} (${notes.join(', ')})`;
}

/** A structure by its id; one of the user's own by the name of its file. */
export function shortName(structure: string): string {
  return structure.replace(/^.*[\\/]/, '');
}

/** What the threads do, with how many keys of a set: `contains-90 of 256 keys`. */
export function loadText({ workload, keys, prefill, roles, payload }: Load): string {
  const usual = keys === undefined ? WORKLOADS[workload].prefill : Math.floor(keys / 2);
  return [
    workload,
    ...(roles === undefined ? [] : [roles]),
    ...(keys === undefined ? [] : [`of ${counted(keys, 'key')}`]),
    ...(payload === undefined ? [] : [`with ${counted(payload, 'byte')}`]),
    ...(prefill === undefined || prefill === usual ? [] : [`and ${withCommas(prefill)} inside at first`]),
  ].join(' ');
}

/** What of a cell says what the threads do. Where nothing is said of what is inside at first, it is as usual. */
type Load = Pick<Cell, 'workload' | 'keys' | 'roles' | 'payload'> & Partial<Pick<Cell, 'prefill'>>;

/** What a cell was measured under: `pairs, 2 threads`. */
export function conditionsText({
  threads,
  think = false,
  ...load
}: Load & Pick<Cell, 'threads'> & { readonly think?: boolean }): string {
  return `${loadText(load)}, ${counted(threads, 'thread')}${think ? ', thinking 50 to 150 ns' : ''}`;
}

/** Cells under the same conditions, in the order in which the conditions first occur. */
export function groups(cells: readonly Cell[]): Cell[][] {
  const found = new Map<string, Cell[]>();
  for (const cell of cells) {
    const key = `${conditionsText(cell)}, ${cell.prefill}`;
    const group = found.get(key) ?? [];
    group.push(cell);
    found.set(key, group);
  }
  return [...found.values()];
}

/** The machine that a result was made on. */
export function machineText({ cpu, cores, system, node, v8 }: BenchResult['machine']): string {
  return `${cpu}, ${counted(cores, 'core')}; ${system}; Node ${node}, V8 ${v8}`;
}

/** Where and how a result was made, line by line. */
export function originLines({
  machine,
  seed,
  command,
  structure,
  structures,
  begun,
  effort,
  ...result
}: BenchResult): string[] {
  const made = [...result.cells, ...result.peers, ...result.sweep].map(({ samples }) => samples.length);
  const [least, most] =
    made.length === 0
      ? [effort.leastRepetitions, effort.mostRepetitions]
      : [Math.min(...made), Math.max(...made)];
  const repetitions = least === most ? counted(most, 'repetition') : `${least} to ${most} repetitions`;
  return [
    ...(structure === undefined ? [] : [`structure ${structure}`]),
    ...(structures === undefined ? [] : [`structures ${structures.join(', ')}`]),
    machineText(machine),
    `begun ${begun}; ${repetitions} of ${effort.roundMs} ms after ${effort.warmUps} for warm-up; seed ${seed}`,
    command,
  ];
}
