import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { median } from '../../src/bench/statistics.ts';
import { comparedSpecs, saidWith, schemes } from '../../src/laboratory/registry.ts';
import type { SchemeClass } from '../../src/laboratory/scheme-class.ts';
import { Scheme } from '../../src/kernel/scheme.ts';
import { markdownTable, recordedOn } from './table.ts';

const root = join(import.meta.dirname, '../..');

/** What a recorded run measured of the compiled kernel: `npm run costs` writes it. */
export interface Costs {
  /** When the run was begun, in ISO 8601. */
  readonly begun: string;
  /** The processor, the system and the versions of Node and V8. */
  readonly machine: string;
  readonly cells: readonly {
    readonly scheme: string;
    readonly workload: string;
    readonly threads: number;
    /** Millions of operations in a second, if its threads had all the processor time that they asked for. */
    readonly mops: number;
    /** `mops` is the upper quartile of the repetitions; this is the lower one. */
    readonly lowerQuartile: number;
    /** The share of that time that they had. */
    readonly cpuShare: number;
  }[];
}

/** What others are compared with: it protects nothing and waits for nobody. */
const YARDSTICK = 'tagged';

const COLUMNS = [
  ['pairs', 1],
  ['pairs', 2],
  ['producers-consumers', 2],
] as const;

function recordedCosts(): Costs {
  return JSON.parse(readFileSync(join(root, 'bench/costs.json'), 'utf8')) as Costs;
}

/** What each scheme costs and what it gives up, as a Markdown table. */
export function costsTable({ begun, machine, cells }: Costs = recordedCosts()): string {
  // What two threads cost each other shows only while both run; one thread is slowed by nobody but itself.
  const fair = cells.filter(({ threads, cpuShare }) => threads === 1 || cpuShare >= QUIET);
  const shown = COLUMNS.filter(([workload, threads]) =>
    fair.some((each) => each.scheme === YARDSTICK && each.workload === workload && each.threads === threads),
  );
  const head = [
    'scheme',
    ...shown.map(([workload, threads]) => `${workload}, ${threads} ${threads === 1 ? 'thread' : 'threads'}`),
    'operations may restart',
    'lines of code',
    'gives up',
    'hides',
  ];
  const rateOf = (scheme: string, workload: string, threads: number): number | null =>
    fair.find((each) => each.scheme === scheme && each.workload === workload && each.threads === threads)
      ?.mops ?? null;
  const ratio = (scheme: string, workload: string, threads: number): string => {
    const [own, other] = [scheme, YARDSTICK].map((each) => rateOf(each, workload, threads));
    return own === null || other === null ? '–' : (own / other!).toFixed(2);
  };
  const rows = schemes.flatMap((scheme) =>
    comparedSpecs(scheme).map((spec) => [
      `\`${spec}\``,
      ...shown.map(([workload, threads]) => ratio(spec, workload, threads)),
      restarts(scheme) ? 'yes' : 'no',
      String(linesOfCode(readFileSync(join(root, `src/kernel/schemes/${scheme.ID}.ts`), 'utf8'))),
      saidWith(scheme.GIVES_UP ?? '–', { spec }),
      saidWith(scheme.HIDES ?? '–', { spec }),
    ]),
  );
  const table = markdownTable(head, rows);
  const spreads = fair.map(({ mops, lowerQuartile }) => 100 * (1 - lowerQuartile / mops));
  const [half, all] = [median(spreads), Math.max(...spreads)].map((share) => `${Math.ceil(share)} %`);
  const origin = `${recordedOn(begun, machine)}. Each rate is the upper quartile of its repetitions, and the lower quartile is within ${half} of it for half of the rates, within ${all} for all.`;
  const missing = schemes
    .flatMap(comparedSpecs)
    .filter((spec) => !cells.some(({ scheme }) => scheme === spec))
    .map((spec) => ` \`${spec}\` was not in that run.`);
  const left = cells.length - fair.length;
  if (left === 0) return `${table}\n\n${origin}${missing.join('')}`;
  const why = `The machine had other work: ${left} of ${cells.length} rates are left out, since two threads did not run side by side for ${100 * QUIET} % of the time.`;
  return `${table}\n\n${origin}${missing.join('')} ${why}`;
}

/** The share of the processor time from which on threads of one round are taken to have run side by side. */
const QUIET = 0.9;

function restarts({ prototype }: SchemeClass): boolean {
  return prototype.mustRestart !== Scheme.prototype.mustRestart;
}

/** Lines of a text that hold more than a comment, up to what its threads announce, which is told to those who watch alone. A scheme has no string in which a comment could seem to begin. */
function linesOfCode(text: string): number {
  const [own] = text.split(/^export const ANNOUNCES\b/m);
  const code = own!.replaceAll(/\/\*.*?(?:\*\/|$)/gs, '').replaceAll(/^\s*\/\/.*$/gm, '');
  return code.split('\n').filter((line) => line.trim() !== '').length;
}
