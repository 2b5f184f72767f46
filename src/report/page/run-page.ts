import type { ScenarioRun } from '../../scenario/scenario-run.ts';
import { runCharts } from '../plots/run-charts.ts';
import { chartFigure } from './chart-figure.ts';
import { pageDocument } from './document.ts';
import { type Html, markup } from '../../markup.ts';
import { blockMarkup } from './page-style.ts';
import { runSection } from './run-section.ts';
import type { RunView } from './run-view.ts';
import { viewOfRun } from './view-of-run.ts';

/**
 * The page of one run or of several.
 *
 * @param table what stands above several, such as the matrix of a scenario
 */
export function runPage(plays: readonly ScenarioRun[], command: string, table: string | null = null): string {
  const runs = plays.map((each) => viewOfRun(each));
  return pageDocument({
    title: runs[0].heading,
    command,
    sections: [
      ...(table === null ? [] : [markup`<section><h2>All at once</h2>${blockMarkup(table)}</section>`]),
      ...(runs.length > 1 ? [contents(runs)] : []),
      ...runs.map((view, i) => runSection(view, i)),
      ...(plays.length > 1
        ? [
            markup`<section><h2>Plots</h2><div class="plots">${runCharts(plays).map(chartFigure)}</div></section>`,
          ]
        : []),
    ],
    runs,
  });
}

function contents(runs: readonly RunView[]): Html {
  return markup`<nav aria-label="Runs"><ul class="runs">${runs.map(
    ({ subject, isBroken }, i) =>
      markup`<li><a href="#run-${i}">${subject.schemeName}</a>${isBroken && markup` <span class="damage">BROKEN</span>`}</li>`,
  )}</ul></nav>`;
}
