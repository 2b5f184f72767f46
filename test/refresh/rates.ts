import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { counted } from '../../src/counted.ts';
import { claimsOf, schemes } from '../../src/laboratory/registry.ts';
import { extentOf, markdownTable, recordedOn } from './table.ts';

/** The rates of a run of everything: `npm run costs:all` writes them. */
interface Rates {
  /** When the run was begun, in ISO 8601. */
  readonly begun: string;
  /** The processor, the system and the versions of Node and V8. */
  readonly machine: string;
  readonly cells: readonly {
    readonly engine: string;
    readonly scheme: string;
    readonly workload: string;
    readonly threads: number;
    /** Of the repetitions that the rate is the median of. */
    readonly kind: string;
    /** Millions of operations in a second. */
    readonly mops: number;
  }[];
}

const FILE = join(import.meta.dirname, '../../bench/figures.json');

/** What is divided by what: an engine of the lab by another one, or by a peer. */
const RATIOS = [
  ['wasm', 'atomics'],
  ['wasm', 'mutex-queue'],
  ['atomics', 'mutex-queue'],
  ['wasm', 'postMessage'],
  ['atomics', 'postMessage'],
  ['wasm', 'ringbuf.js'],
] as const;

/** True of a scheme that promises something and frees what was retired. */
function counts(spec: string): boolean {
  const scheme = schemes.find(({ ID }) => ID === spec.split(':')[0]);
  return scheme !== undefined && scheme.RECLAIMS && claimsOf(scheme).abaSafe !== 'no';
}

/** How the engines stand to each other and to the peers: in each workload the least and the greatest ratio under all schemes. */
export function ratesTable(
  { begun, machine, cells }: Rates = JSON.parse(readFileSync(FILE, 'utf8')) as Rates,
): string {
  const conditions = [
    ...new Set(cells.map(({ workload, threads }) => `${workload}, ${counted(threads, 'thread')}`)),
  ];
  const used = cells.filter(({ engine, scheme }) => engine === 'peer' || counts(scheme));
  const rows = conditions.map((name) => {
    const here = used.filter(
      ({ workload, threads }) => `${workload}, ${counted(threads, 'thread')}` === name,
    );
    const kinds = [...new Set(here.map(({ kind }) => kind))];
    const ratios = RATIOS.map(([own, other]) => {
      const found = here
        .filter(({ engine }) => engine === own)
        .flatMap((one) => {
          const rival = here.find(({ engine, scheme }) =>
            other === 'atomics'
              ? engine === other && scheme === one.scheme
              : engine === 'peer' && scheme === other,
          );
          // With the cores near and with the cores far apart are different machines.
          return rival?.kind === one.kind && one.kind !== 'disturbed' ? [one.mops / rival.mops] : [];
        });
      return found.length === 0 ? '' : extentOf(found);
    });
    return [name, kinds.join(', '), ...ratios];
  });
  const head = [
    '',
    'cores',
    ...RATIOS.map(([own, other]) => `\`${own}\` ÷ ${other === 'atomics' ? '`atomics`' : other}`),
  ];
  const promising = [
    ...new Set(used.flatMap(({ engine, scheme }) => (engine === 'peer' ? [] : [`\`${scheme}\``]))),
  ];
  return [
    markdownTable(head, rows, 2),
    '',
    `Of the medians of ${promising.join(', ')}, the least and the greatest; nothing where the two were measured with cores in different places, or disturbed. ${recordedOn(begun, machine)}.`,
  ].join('\n');
}
