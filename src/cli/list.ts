import { scenarios } from '../../scenarios/index.ts';
import { claimsOf, parametersOf, schemes, type Claims } from '../engines/registry.ts';
import type { SchemeClass } from '../engines/scheme-class.ts';
import { allMutants } from '../mutant/mutant.ts';
import type { Mutant } from '../mutant/file.ts';
import { fittedTable, hang, pad, wrap } from '../report/columns.ts';
import { freeListClaim } from '../report/tag-text.ts';
import type { Style } from '../report/style.ts';
import { programs } from '../scenario/programs.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { command, type Command } from './command.ts';

export const list: Command = command({
  name: 'list',
  summary: 'Lists the schemes with their claims, the scenarios, programs and mutants.',
  options: {},
  examples: [['lockfree-lab list', 'What there is to choose from.']],
  run: (context) => {
    const found = schemes.map((scheme) => describe(scheme));
    const mutants = allMutants();
    context.print(listText(found, scenarios, mutants, context.style));
    const named = scenarios.map(({ id, title, number, about }) => ({ id, title, number, about }));
    const bugs = mutants.map(({ id, row, title, origin, equivalent = null }) => ({
      id,
      title,
      row,
      origin,
      equivalent,
    }));
    return { broken: false, document: { schemes: found, scenarios: named, mutants: bugs, programs } };
  },
});

/** A scheme as `list --json` has it. */
interface Described {
  readonly id: string;
  readonly title: string;
  readonly idea: string;
  readonly paper: string;
  readonly claims: Claims;
  readonly parameters: readonly {
    readonly name: string;
    /** Null if it is as large as the geometry allows. */
    readonly default: number | null;
    readonly least: number;
    readonly most: number;
  }[];
}

function describe(scheme: SchemeClass): Described {
  return {
    id: scheme.ID,
    title: scheme.TITLE,
    idea: scheme.IDEA,
    paper: scheme.PAPER,
    claims: claimsOf(scheme),
    parameters: parametersOf(scheme).map(({ name, value, least, most }) => ({
      name,
      default: value < 0 ? null : value,
      least,
      most,
    })),
  };
}

function listText(
  found: readonly Described[],
  curriculum: readonly Scenario[],
  mutants: readonly Mutant[],
  style: Style,
): string {
  const rows = curriculum.map(({ number, id, title }) => [
    String(number).padStart(2, '0'),
    style.accent(id),
    title,
  ]);
  const bugs = mutants.map(({ id, row, title }) => [row, style.accent(id), title]);
  return [
    schemesText(found, style),
    '',
    style.heading('Scenarios'),
    ...fittedTable([], rows, style),
    '',
    style.heading('Programs, for explore'),
    ...fittedTable(
      [],
      programs.map(({ id, title }) => [style.accent(id), title]),
      style,
    ),
    ...(bugs.length === 0
      ? []
      : ['', style.heading('Mutants, for --mutant'), ...fittedTable([], bugs, style)]),
  ].join('\n');
}

function schemesText(found: readonly Described[], style: Style): string {
  const rows = found.map(({ id, claims }) => [
    style.accent(id),
    claims.abaSafe,
    yesNo(claims.staleReads),
    yesNo(claims.survivesStall),
    yesNo(claims.survivesDeath),
    claims.garbage,
  ]);
  const heads = ['scheme', 'ABA-safe', 'stale reads', 'survives stall', 'death', 'unreclaimed slots'];
  return [
    style.heading('Schemes and their claims'),
    ...fittedTable(heads, rows, style),
    ...wrap(freeListClaim(), style.columns).map(style.faint),
    ...found.flatMap((scheme) => schemeText(scheme, style)),
  ].join('\n');
}

function yesNo(claim: boolean): string {
  return claim ? 'yes' : 'no';
}

function schemeText({ id, idea, paper, claims, parameters }: Described, style: Style): string[] {
  const facts = [
    ['paper', paper],
    ['progress', claims.progress],
    ...parameters.map((parameter) => ['parameter', parameterText(id, parameter)]),
  ];
  return [
    '',
    style.accent(id),
    ...wrap(idea, style.columns - 2).map((line) => `  ${line}`),
    ...facts.flatMap(([name, fact]) => hang(pad(`  ${style.faint(name)}`, FACT), fact, style.columns)),
  ];
}

/** The column in which the facts about a scheme begin. */
const FACT = 13;

function parameterText(
  id: string,
  { name, default: fallback, least, most }: Described['parameters'][number],
): string {
  return `--scheme ${id}:${name}=N, N from ${least} to ${most}, default ${fallback ?? 'as many as fit'}`;
}
