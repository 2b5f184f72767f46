import { gallery } from '../../../scenarios/gallery/index.ts';
import { chapterHeading, chapters, scenarios } from '../../../scenarios/index.ts';
import { levels } from '../../../scenarios/levels.ts';
import { readMatrix, scenarioOf } from '../../../scenarios/matrix.ts';
import { isOfSets, WORKLOAD_NAMES, WORKLOADS } from '../../bench/workloads.ts';
import { modelOf, saysEarly } from '../../judge/history/models.ts';
import type { MatrixCell } from '../../explore/matrix-cell.ts';
import { sourcesText } from '../../gallery/report.ts';
import { listed } from '../../counted.ts';
import { noChainsText } from '../../laboratory/batch.ts';
import { chooseScheme, parametersOf, schemes, specsOf } from '../../laboratory/registry.ts';
import type { SchemeClass } from '../../laboratory/scheme-class.ts';
import type { StructureClass } from '../../laboratory/structure-class.ts';
import { cardOfStructure, structureById, structures, usualStructure } from '../../laboratory/structures.ts';
import { allMutants } from '../../mutant/mutant.ts';
import type { Mutant } from '../../mutant/file.ts';
import { fittedTable, hang, pad, wrap } from '../../report/text/columns.ts';
import { structuresMatrixText } from '../../report/text/matrix.ts';
import {
  abaSafeText,
  claimsJson,
  cardClaims,
  cardFacts,
  freeListClaim,
  givesUpText,
  type CardClaims,
  withParameter,
  type WithParameter,
} from '../../report/text/tag-text.ts';
import type { Style } from '../../report/text/style.ts';
import { programs } from '../../scenario/program-scenario.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import { command, type Command } from '../arguments/command.ts';
import { htmlOption, pageCommand } from '../page.ts';
import { checkWritable, writeFile } from '../terminal/output.ts';

export const list: Command = command({
  name: 'list',
  summary:
    'Lists the structures, the schemes with their claims, which structure holds under which scheme, the scenarios, levels, programs, workloads, mutants and the gallery.',
  options: {
    html: {
      ...htmlOption,
      help: 'Writes which structure holds under which scheme as a page, with the story of each cell that is unsound, to be stepped through.',
    },
  },
  examples: [
    ['lockfree-lab list', 'What there is to choose from.'],
    ['lockfree-lab list --html matrix.html', 'Which structure holds under which scheme, and why not.'],
  ],
  run: async (context, { html }) => {
    const matrix = readMatrix();
    if (html !== null) {
      checkWritable(html);
      const { matrixPage } = await import('../../report/page/matrix-page.ts');
      writeFile(html, await matrixPage(matrix, pageCommand(), scenarioOf));
    }
    const found = await Promise.all(schemes.map((scheme) => describe(scheme)));
    const mutants = allMutants();
    const held = structures.map((structure) => describeStructure(structure));
    context.print(listText(held, found, matrix, mutants, context.style));
    const named = scenarios.map(({ id, title, number, about }) => ({ id, title, number, about }));
    const bugs = mutants.map(({ id, row, title, origin, equivalent = null }) => ({
      id,
      title,
      row,
      origin,
      equivalent,
    }));
    const reports = gallery.map(({ id, title, sources, shows }) => ({ id, title, sources, shows }));
    return {
      broken: false,
      document: {
        structures: held,
        schemes: found.map((each) => ({
          ...each,
          claims: claimsJson(each.id, each.claims),
          variants: each.variants.map((one) => ({ ...one, claims: claimsJson(each.id, one.claims) })),
        })),
        matrix,
        chapters: chapters.map(({ question, about, scenarios: within }) => ({
          question,
          about,
          scenarios: within.map(({ id }) => id),
        })),
        scenarios: named,
        levels: levels.map(({ id, number, title, task, par }) => ({ id, number, title, task, par })),
        mutants: bugs,
        programs,
        gallery: reports,
        workloads: WORKLOAD_NAMES.map((id) => ({
          id,
          of: isOfSets(id) ? 'sets' : 'pools',
          about: WORKLOADS[id].about,
        })),
      },
    };
  },
});

/** A scheme as `list --json` has it. */
interface Described {
  readonly id: string;
  readonly title: string;
  readonly idea: string;
  readonly paper: string;
  readonly claims: CardClaims;
  /** Why many values cannot go in or out of a queue by one step under it; null where they can. */
  readonly noChains: string | null;
  /** The same with each word of a parameter in place of its first one. */
  readonly variants: readonly WithParameter[];
  readonly parameters: readonly {
    readonly name: string;
    /** Null if it is as large as the geometry allows. */
    readonly default: number | null;
    readonly least: number;
    readonly most: number;
    /** Of one whose values are words. */
    readonly words?: readonly string[];
  }[];
}

async function describe(scheme: SchemeClass): Promise<Described> {
  const [usual, ...others] = specsOf(scheme);
  return {
    id: scheme.ID,
    title: scheme.TITLE,
    idea: scheme.IDEA,
    paper: scheme.PAPER,
    claims: await cardClaims(usual),
    noChains: scheme.CHAINS === true ? null : noChainsText(await chooseScheme(usual), usualStructure),
    variants: await Promise.all(others.map(withParameter)),
    parameters: parametersOf(scheme).map(({ name, value, least, most, words }) => ({
      name,
      default: value < 0 ? null : value,
      least,
      most,
      ...(words === undefined ? {} : { words }),
    })),
  };
}

/** A structure as `list --json` has it. */
interface DescribedStructure {
  readonly id: string;
  readonly title: string;
  readonly idea: string;
  readonly paper: string;
  readonly order: string;
  readonly operations: readonly { readonly name: string; readonly letter: string | null }[];
  /** Whether it is lock-free where its scheme is; and if not, for what it waits. */
  readonly claims: { readonly lockFree: boolean; readonly waits: string | null };
}

function describeStructure(structure: StructureClass): DescribedStructure {
  const { order, operations, waits = null } = cardOfStructure(structure);
  return {
    id: structure.ID,
    title: structure.TITLE,
    idea: structure.IDEA,
    paper: structure.PAPER,
    order,
    operations: operations.map(({ name, letter = null }) => ({ name, letter })),
    claims: { lockFree: waits === null, waits },
  };
}

function listText(
  held: readonly DescribedStructure[],
  found: readonly Described[],
  matrix: readonly MatrixCell[],
  mutants: readonly Mutant[],
  style: Style,
): string {
  const bugs = mutants.map(({ id, row, title }) => [row, style.accent(id), title]);
  return [
    structuresText(held, style),
    '',
    schemesText(found, style),
    '',
    structuresMatrixText(matrix, style),
    '',
    style.heading('Scenarios'),
    ...chapters.flatMap((chapter, i) => [
      ...wrap(chapterHeading(chapter, i), style.columns),
      ...scenarioRows(chapter.scenarios, style),
    ]),
    '',
    style.heading('Programs, for explore'),
    ...fittedTable(
      [],
      programs.map(({ id, title }) => [style.accent(id), title]),
      style,
    ),
    '',
    style.heading('Levels, for play'),
    ...fittedTable(
      [],
      levels.map(({ id, number, task }) => [String(number), style.accent(id), task]),
      style,
    ),
    '',
    style.heading('The gallery of reported bugs, for run'),
    ...fittedTable(
      [],
      gallery.map(({ id, title, sources }) => [style.accent(id), `${title} (${sourcesText(sources)})`]),
      style,
    ),
    '',
    style.heading('Workloads, for bench'),
    ...fittedTable(
      ['workload', 'of', 'what the threads do'],
      WORKLOAD_NAMES.map((name) => [
        style.accent(name),
        isOfSets(name) ? 'sets' : 'pools',
        WORKLOADS[name].about,
      ]),
      style,
    ),
    ...(bugs.length === 0
      ? []
      : ['', style.heading('Mutants, for --mutant'), ...fittedTable([], bugs, style)]),
  ].join('\n');
}

function scenarioRows(within: readonly Scenario[], style: Style): string[] {
  const rows = within.map(({ number, id, title }) => [
    String(number).padStart(2, '0'),
    style.accent(id),
    title,
  ]);
  return fittedTable([], rows, style);
}

function structuresText(held: readonly DescribedStructure[], style: Style): string {
  const rows = held.map(({ id, order, operations }) => [
    style.accent(id),
    order,
    operations.map(({ name, letter }) => (letter === null ? name : `${name} (${letter})`)).join(', '),
  ]);
  return [
    style.heading('Structures, for --structure'),
    ...fittedTable(['structure', 'order', 'operations'], rows, style),
    ...held.flatMap(({ id, idea, paper, claims: { waits } }) => {
      const facts: [string, string][] = [['paper', paper]];
      if (waits !== null) facts.push(['progress', `not lock-free: ${waits}`]);
      const card = cardOfStructure(structureById(id));
      if (saysEarly(card)) facts.push(['model', modelOf(card).says]);
      return factsText(id, idea, facts, style);
    }),
  ].join('\n');
}

function schemesText(found: readonly Described[], style: Style): string {
  const rows = found.flatMap(({ id, claims: usual, variants }) =>
    [{ scheme: id, claims: usual }, ...variants].map(({ scheme, claims }) => [
      style.accent(scheme),
      abaSafeText(id, claims),
      yesNo(claims.staleReads),
      yesNo(claims.survivesStall),
      yesNo(claims.survivesDeath),
      claims.garbage,
    ]),
  );
  const heads = ['scheme', 'ABA-safe', 'stale reads', 'survives stall', 'death', 'unreclaimed slots'];
  return [
    style.heading('Schemes and their claims'),
    ...fittedTable(heads, rows, style),
    ...[freeListClaim(), givesUpText(), chainsText(found)].flatMap((text) =>
      wrap(text, style.columns).map(style.faint),
    ),
    ...found.flatMap((scheme) => schemeText(scheme, style)),
  ].join('\n');
}

/** Under which schemes one step makes many operations. */
function chainsText(found: readonly Described[]): string {
  const without = found.flatMap(({ id, noChains }) => (noChains === null ? [] : [id]));
  const where = without.length === 0 ? 'each of them' : `all but ${listed(without)}`;
  return `Many values go into the ${usualStructure.TITLE} by one step, and come out by one (e*3, d*3), under ${where}.`;
}

function yesNo(claim: boolean): string {
  return claim ? 'yes' : 'no';
}

function schemeText(
  { id, idea, paper, claims, noChains, variants, parameters }: Described,
  style: Style,
): string[] {
  const facts = [
    ['paper', paper],
    ['progress', claims.progress],
    ...cardFacts(claims, variants),
    ...(noChains === null ? [] : [['no chains', noChains]]),
    ...parameters.map((parameter) => ['parameter', parameterText(id, parameter)]),
  ];
  return factsText(id, idea, facts, style);
}

/** What is said of one thing: its id, its idea, and facts by their names. */
function factsText(id: string, idea: string, facts: readonly (readonly string[])[], style: Style): string[] {
  return [
    '',
    style.accent(id),
    ...wrap(idea, style.columns - 2).map((line) => `  ${line}`),
    ...facts.flatMap(([name, fact]) => hang(pad(`  ${style.faint(name)}`, FACT), fact, style.columns)),
  ];
}

/** The column in which facts begin. */
const FACT = 13;

function parameterText(
  id: string,
  { name, default: fallback, least, most, words }: Described['parameters'][number],
): string {
  if (words !== undefined)
    return `--scheme ${id}:${name}=${words.join('|')}, default ${words[fallback ?? 0]}`;
  return `--scheme ${id}:${name}=N, N from ${least} to ${most}, default ${fallback ?? 'as many as fit'}`;
}
