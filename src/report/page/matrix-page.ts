import { counted, withCommas } from '../../counted.ts';
import {
  axesOf,
  type BrokenCell,
  cellAt,
  type MatrixCell,
  type SoundCell,
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

/**
 * The page of structures under schemes: a table, what was explored, and the story of each cell that is broken, to be stepped through.
 *
 * @param cells all that there are
 */
export async function matrixPage(cells: readonly MatrixCell[], command: string): Promise<string> {
  const broken = cells.filter((cell) => cell.verdict === 'broken');
  const runs: RunView[] = [];
  for (const cell of broken) runs.push(await runOf(cell));
  return pageDocument({
    title: 'Which structure holds under which scheme',
    command,
    sections: [
      markup`<p>Each cell was computed: the explorer ran small programs in every order, or in every order with so many preemptions as are said. A cell that is broken has the shortest story that was found; it opens below.</p>`,
      matrixTable(cells, broken),
      markup`<section><h2>What is broken, and how</h2>${storyList(broken)}</section>`,
      ...runs.map((view, i) => markup`<div id="${placeOf(broken[i])}">${runSection(view, i)}</div>`),
    ],
    runs,
    choice: 'nothing',
  });
}

async function runOf({ replay }: BrokenCell): Promise<RunView> {
  const { subject, scheme, slots, schedule } = parseReplayLine(replay);
  const scenario = programScenario(subject, slots ?? 0, schedule);
  return viewOfRun(await runScenario(model, scenario, await claimedCase(scheme), { trials: false }));
}

function placeOf({ structure, scheme }: MatrixCell): string {
  return `${structure}-under-${scheme.replaceAll(/\W+/g, '-')}`;
}

function matrixTable(cells: readonly MatrixCell[], broken: readonly BrokenCell[]): Html {
  const { structures, schemes } = axesOf(cells);
  const cellOf = (structure: string, scheme: string): Html => {
    const cell = cellAt(cells, structure, scheme);
    if (cell === undefined) return markup`<td class="faint">makes no difference</td>`;
    if (cell.verdict === 'broken')
      return markup`<td class="damage"><a href="#${placeOf(cell)}">${cell.damage}</a></td>`;
    return markup`<td class="ok" title="${exploredText(cell)}">sound</td>`;
  };
  const rows = schemes.map(
    (scheme) =>
      markup`<tr><th scope="row"><code>${scheme}</code></th>${structures.map((each) => cellOf(each, scheme))}</tr>`,
  );
  return markup`<section><h2>${counted(cells.length, 'cell')}, ${counted(broken.length, 'broken one')}</h2><div class="scroll" tabindex="0" role="region" aria-label="The matrix"><table><thead><tr><th scope="col">scheme</th>${structures.map(
    (each) => markup`<th scope="col">${each}</th>`,
  )}</tr></thead><tbody>${rows}</tbody></table></div></section>`;
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

function storyList(broken: readonly BrokenCell[]): Html {
  return markup`<div class="scroll" tabindex="0" role="region" aria-label="The stories"><table><thead><tr><th scope="col">structure</th><th scope="col">scheme</th><th scope="col">what happens</th><th scope="col">its program</th></tr></thead><tbody>${broken.map(
    (cell) =>
      markup`<tr><td>${cell.structure}</td><td><code>${cell.scheme}</code></td><td class="prose"><a href="#${placeOf(cell)}">${cell.damage}</a>, with ${counted(cell.preemptions, 'preemption')} in ${counted(cell.steps, 'step')}: ${cell.note}</td><td><code>${cell.program}</code></td></tr>`,
  )}</tbody></table></div>`;
}
