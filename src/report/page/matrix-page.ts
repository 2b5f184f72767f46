import { counted, withCommas } from '../../counted.ts';
import {
  axesOf,
  type MatrixCell,
  cellsByScheme,
  shortCellText,
  type SoundCell,
  type UnsoundCell,
} from '../../explore/matrix-cell.ts';
import { type Html, markup } from '../../markup.ts';
import { model } from '../../model/engine.ts';
import { claimedCase, programScenario } from '../../scenario/program-scenario.ts';
import { parseReplayLine } from '../../scenario/replay-line.ts';
import { runScenario } from '../../scenario/scenario-run.ts';
import { pageDocument } from './document.ts';
import { runSection } from './run-section.ts';
import type { RunView } from './run-view.ts';
import { viewOfRun } from './view-of-run.ts';

/** A scenario in which what is said of a cell can be seen. */
export interface CellScenario {
  /** The command that runs it. */
  readonly command: string;
  /** Its page, where there is one. */
  readonly href?: string;
}

/**
 * The page of structures under schemes: a table, what was explored, and the story of each cell that is unsound, to be stepped through.
 *
 * @param cells all that there are
 * @param command what makes the page
 * @param scenarioOf the scenario of a cell; null where there is none
 */
export async function matrixPage(
  cells: readonly MatrixCell[],
  command: string,
  scenarioOf: (cell: MatrixCell) => CellScenario | null,
): Promise<string> {
  const unsound = cells.filter((cell) => cell.verdict === 'unsound');
  const runs: RunView[] = [];
  for (const cell of unsound) runs.push(await runOf(cell));
  return pageDocument({
    title: 'Which structure holds under which scheme',
    command,
    sections: [
      markup`<p>Each cell was computed: the explorer ran small programs in every order, or in every order with so many preemptions as are said. <strong>Sound</strong>: nothing was found in any of them. <strong>Unsound</strong>: the cell names the damage, and has the shortest story that was found; it opens below. <strong>Not applicable</strong>: the scheme makes no difference to the structure.${linksText(cells, scenarioOf)}</p>`,
      matrixTable(cells, unsound.length, scenarioOf),
      ...reasonsList(cells),
      markup`<section><h2>What is unsound, and how</h2>${storyList(unsound, scenarioOf)}</section>`,
      ...runs.map((view, i) => markup`<div id="${placeOf(unsound[i])}">${runSection(view, i)}</div>`),
    ],
    runs,
    choice: 'nothing',
  });
}

/** Where sound cells lead to; empty if none is a link. */
function linksText(cells: readonly MatrixCell[], scenarioOf: ScenarioOf): string {
  const isLink = (cell: MatrixCell): boolean =>
    cell.verdict === 'sound' && scenarioOf(cell)?.href !== undefined;
  return cells.some(isLink)
    ? ' A sound cell that is a link leads to a scenario that has this structure under this scheme and ends without damage.'
    : '';
}

async function runOf({ replay }: UnsoundCell): Promise<RunView> {
  const { subject, scheme, slots, schedule } = parseReplayLine(replay);
  const scenario = programScenario(subject, slots ?? 0, schedule);
  return viewOfRun(await runScenario(model, scenario, await claimedCase(scheme), { trials: false }));
}

function placeOf({ structure, scheme }: MatrixCell): string {
  return `${structure}-under-${scheme.replaceAll(/\W+/g, '-')}`;
}

type ScenarioOf = (cell: MatrixCell) => CellScenario | null;

function matrixTable(cells: readonly MatrixCell[], unsound: number, scenarioOf: ScenarioOf): Html {
  const { structures } = axesOf(cells);
  const rows = cellsByScheme(cells).map(
    ({ scheme, cells: within }) =>
      markup`<tr><th scope="row"><code>${scheme}</code></th>${within.map((cell) => cellMarkup(cell, scenarioOf))}</tr>`,
  );
  return markup`<section><h2>${counted(cells.length, 'cell')}, ${counted(unsound, 'unsound one')}</h2><div class="scroll" tabindex="0" role="region" aria-label="The matrix"><table><thead><tr><th scope="col">scheme</th>${structures.map(
    (each) => markup`<th scope="col">${each}</th>`,
  )}</tr></thead><tbody>${rows}</tbody></table></div></section>`;
}

/** A cell: one that is unsound leads to its story, one that is sound to its scenario, where that has a page. */
function cellMarkup(cell: MatrixCell, scenarioOf: ScenarioOf): Html {
  const text = shortCellText(cell);
  switch (cell.verdict) {
    case 'unsound':
      return markup`<td class="damage"><a href="#${placeOf(cell)}" title="unsound: ${text}">${text}</a></td>`;
    case 'not-applicable':
      return markup`<td class="faint" title="${cell.reason}">${text}</td>`;
    case 'unproved':
      return markup`<td class="faint">${text}</td>`;
    case 'sound': {
      const told = scenarioOf(cell);
      const says = told === null ? exploredText(cell) : `${exploredText(cell)}\n${told.command}`;
      const word = told?.href === undefined ? text : markup`<a href="${told.href}">${text}</a>`;
      return markup`<td class="ok" title="${says}">${word}</td>`;
    }
  }
}

/** Why there is nothing to explore, once for each structure. */
function reasonsList(cells: readonly MatrixCell[]): Html[] {
  const reasons = new Set(cells.flatMap((cell) => (cell.verdict === 'not-applicable' ? [cell.reason] : [])));
  if (reasons.size === 0) return [];
  const items = [...reasons].map((reason) => markup`<li>${reason}</li>`);
  return [markup`<section><h2>What is not applicable, and why</h2><ul>${items}</ul></section>`];
}

/** What was explored of a sound cell, a line for each program. */
function exploredText({ programs }: SoundCell): string {
  return programs
    .map(({ program, executions, preemptions }) => {
      const bound = preemptions === null ? '' : `, up to ${counted(preemptions, 'preemption')}`;
      return `${program}: ${withCommas(executions)} executions${bound}`;
    })
    .join('\n');
}

function storyList(unsound: readonly UnsoundCell[], scenarioOf: ScenarioOf): Html {
  const rows = unsound.map((cell) => {
    const { structure, scheme, finding, preemptions, steps, program } = cell;
    return markup`<tr><td>${structure}</td><td><code>${scheme}</code></td><td class="prose"><a href="#${placeOf(cell)}">${finding.kind}</a>, with ${counted(preemptions, 'preemption')} in ${counted(steps, 'step')}: ${finding.note}</td><td><code>${program}</code></td><td>${scenarioMarkup(scenarioOf(cell))}</td></tr>`;
  });
  return markup`<div class="scroll" tabindex="0" role="region" aria-label="The stories"><table><thead><tr><th scope="col">structure</th><th scope="col">scheme</th><th scope="col">what happens</th><th scope="col">its program</th><th scope="col">a scenario of it</th></tr></thead><tbody>${rows}</tbody></table></div>`;
}

function scenarioMarkup(told: CellScenario | null): Html {
  if (told === null) return markup``;
  const command = markup`<code>${told.command}</code>`;
  return told.href === undefined ? command : markup`<a href="${told.href}">${command}</a>`;
}
