import { type Chapter, chapterHeading } from '../../scenarios/index.ts';
import { exercises } from '../../scenarios/exercises.ts';
import { exerciseMarkdown } from '../../src/report/text/exercise-text.ts';
import { listed } from '../../src/counted.ts';
import { schemes, schemesOf } from '../../src/laboratory/registry.ts';
import type { ScenarioRun } from '../../src/scenario/scenario-run.ts';
import type { Scenario } from '../../src/scenario/scenario.ts';
import { outcomeText } from '../../src/report/outcome.ts';
import { kindsText } from '../../src/report/text/trials-text.ts';
import { markdownTable } from './table.ts';

/** A scenario with a run of each of its cases. */
export interface RunsOfScenario {
  readonly scenario: Scenario;
  readonly runs: readonly ScenarioRun[];
}

/** The schemes of the lab in the order of the table; a case with another key is a further one. */
const SCHEMES: readonly string[] = schemes.map(({ ID }) => ID);

/** The chapters, and for each a Markdown table of its scenarios with what comes of each under each scheme. Damage is in bold. */
export function curriculumTable(all: readonly RunsOfScenario[], chapters: readonly Chapter[]): string {
  return chapters
    .map((chapter, i) => {
      const within = all.filter(({ scenario }) => chapter.scenarios.includes(scenario));
      return `### ${chapterHeading(chapter, i)}\n\n${chapter.about}\n\n${tableOfChapter(within)}`;
    })
    .join('\n\n');
}

function tableOfChapter(all: readonly RunsOfScenario[]): string {
  const rows = all.map(({ scenario, runs }) => [
    numberOf(scenario),
    `[\`${scenario.id}\`](#${anchorOf(scenario)})`,
    scenario.title,
    ...SCHEMES.map((scheme) => outcome(runs.find((run) => run.case.key === scheme))),
  ]);
  const head = ['', 'scenario', 'what it shows', ...SCHEMES.map((scheme) => `\`${scheme}\``)];
  return [markdownTable(head, rows), ...emptyCells(all)].join('\n\n');
}

/** Why cells of a table are empty, where some are. */
function emptyCells(all: readonly RunsOfScenario[]): string[] {
  const left = all.flatMap(({ scenario, runs }) => {
    const missing = SCHEMES.filter((scheme) => !runs.some((run) => run.case.key === scheme));
    const takesSlots = runs.some(({ structure }) => schemesOf(structure).length > 1);
    return missing.length === 0 ? [] : [{ id: scenario.id, missing, takesSlots }];
  });
  const idle = left.filter(({ takesSlots }) => !takesSlots).map(({ id }) => `\`${id}\``);
  const others = left.filter(({ takesSlots }) => takesSlots);
  return [
    ...(idle.length === 0
      ? []
      : [`In the rows of ${listed(idle)} no slots are retired, and no scheme makes a difference.`]),
    ...others.map(
      ({ id, missing }) =>
        `In the row of \`${id}\` an empty cell is a scheme of which the scenario has no case: \`npx lockfree-lab run ${id} --scheme ${missing.at(-1)}\` runs it by its claims.`,
    ),
  ];
}

/** Each scenario under a heading of its own: what it teaches, how it is run, what comes of each case, and what to remember. */
export function curriculumText(all: readonly RunsOfScenario[]): string {
  return all.map(sectionOf).join('\n\n');
}

function sectionOf({ scenario, runs }: RunsOfScenario): string {
  const { id, about, title, moral, teaches } = scenario;
  const rows = runs.map((run) => [
    `\`${run.case.key}\`${run.case.key === teaches ? ' (the default)' : ''}`,
    kindsText(run.findings),
    String(run.audit.leaked),
    outcomeText(run),
  ]);
  return [
    `### ${numberOf(scenario)} ${id}`,
    `_${title}._ ${about}`,
    `\`npx lockfree-lab run ${id}\` · \`npx lockfree-lab run ${id} --scheme all\``,
    markdownTable(['case', 'damage', 'leaked', 'came of it'], rows),
    `> ${moral}`,
    ...exercises.filter(({ number }) => number === scenario.number).map(exerciseMarkdown),
  ].join('\n\n');
}

function outcome(run: ScenarioRun | undefined): string {
  if (run === undefined) return '';
  return run.findings.length === 0 ? outcomeText(run) : `**${outcomeText(run)}**`;
}

function numberOf({ number }: Scenario): string {
  return String(number).padStart(2, '0');
}

/** As GitHub makes it from the heading. */
function anchorOf(scenario: Scenario): string {
  return `${numberOf(scenario)}-${scenario.id}`;
}
