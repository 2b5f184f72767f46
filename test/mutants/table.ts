import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { allMutants } from '../../src/mutant/mutant.ts';
import type { Mutant } from '../../src/mutant/file.ts';
import type { Killed } from './run.ts';
import { markdownTable } from '../refresh/table.ts';

/** Which detector tells which kind of damage. */
const DETECTORS: Readonly<Record<string, readonly string[]>> = {
  lives: ['ABA', 'use after free', 'double free', 'retire while reachable', 'wild index'],
  audit: ['orphaned slot', 'cycle', 'stray write', 'miscount', 'bound exceeded'],
  linearizability: ['false empty', 'false non-empty', 'false full', 'order broken'],
  conservation: ['lost value', 'duplicate value', 'value from nowhere'],
  invariants: ['broken invariant'],
  race: ['race'],
  progress: ['livelock', 'deadlock'],
};

/** Where the outcomes are kept that the table is made from: by mutant, as `npm run mutants -- --write` found them. */
export const KEPT: string = join(import.meta.dirname, 'killed/killed.json');

export function kept(): Readonly<Record<string, Killed>> {
  return JSON.parse(readFileSync(KEPT, 'utf8')) as Record<string, Killed>;
}

function cells({ kinds = [], red }: Killed): string[] {
  const seen = Object.values(DETECTORS).map((own) => kinds.filter((kind) => own.includes(kind)).join(', '));
  return [...seen, (red ?? []).map((file) => `\`${file}\``).join(', ')];
}

function witnessOf({ witness }: Mutant): string {
  const { program, scheme, slots, cache = 0, freeList, preemptions, facts = false } = witness;
  if (program === undefined) return '';
  const within =
    preemptions === undefined
      ? 'exhaustive'
      : `at most ${preemptions} preemption${preemptions === 1 ? '' : 's'}`;
  return `\`${program.replaceAll('|', '\\|')}\`, ${scheme}, ${slots} slots${cache === 0 ? '' : `, caches of ${cache}`}${freeList === undefined ? '' : `, a ${freeList} as the free list`}, ${within}${facts ? ', and the slots in a loop' : ''}`;
}

/** The kill matrix, in Markdown. */
export function killMatrix(): string {
  const outcomes = kept();
  const heads = [
    '',
    'mutant',
    'the bug',
    'known from',
    'witness',
    'bad of executions',
    ...Object.keys(DETECTORS),
    'tests',
  ];
  const rows = allMutants().map((mutant) => {
    const outcome = outcomes[mutant.id] ?? {};
    const share = outcome.executions === undefined ? '' : `${outcome.bad} of ${outcome.executions}`;
    return [
      mutant.row,
      `\`${mutant.id}\``,
      mutant.title,
      mutant.origin,
      witnessOf(mutant),
      share,
      ...cells(outcome),
    ];
  });
  return markdownTable(heads, rows);
}

/** Mutants that tests show and no program of the explorer can, each with the reason. */
export function beyondPrograms(): string {
  return allMutants()
    .filter((mutant) => mutant.beyondPrograms !== undefined)
    .map(({ id, row, beyondPrograms: why }) => `- \`${id}\` (${row}): ${why}.`)
    .join('\n');
}

/** Mutants that are no bugs, each with the reason. */
export function equivalents(): string {
  return allMutants()
    .filter(({ equivalent }) => equivalent !== undefined)
    .map(({ id, row, equivalent }) => `- \`${id}\` (${row}): ${equivalent}.`)
    .join('\n');
}
