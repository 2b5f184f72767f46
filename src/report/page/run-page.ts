import type { ScenarioRun } from '../../scenario/scenario-run.ts';
import { teachingCase } from '../../scenario/scenario.ts';
import { lastStep } from '../../observe/steps-back.ts';
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
      ...(runs.length > 1 ? [contents(plays, runs)] : []),
      ...runs.map((view, i) => runSection(view, i)),
      plotsOf(plays),
    ],
    runs,
  });
}

/** The plots of runs; nothing where no step was made. A tab may show other runs above them by then. */
function plotsOf(plays: readonly ScenarioRun[]): Html {
  const charts = plays.every(({ trace: { events } }) => lastStep(events) === undefined)
    ? []
    : runCharts(plays);
  const which = plays.length === 1 ? 'the run' : 'the runs';
  return markup`${charts.length > 0 && markup`<section><h2>Plots of ${which} that this page came with</h2><div class="plots">${charts.map(chartFigure)}</div></section>`}`;
}

/** Links to the runs, by the keys of their cases: two may be under one scheme. A tab shows one, first the one that the scenario teaches by. */
function contents(plays: readonly ScenarioRun[], runs: readonly RunView[]): Html {
  const isKnown = plays.every(
    ({ case: { key } }, i) => plays.findIndex((each) => each.case.key === key) === i,
  );
  const first = plays.findIndex((each) => each.case === teachingCase(each.scenario));
  return markup`<nav class="choice" aria-label="Runs" data-first="${Math.max(first, 0)}"><ul class="runs">${runs.map(
    ({ subject, isBroken, damage }, i) =>
      markup`<li><a href="#run-${i}">${damage !== null && markup`<b class="damage">!</b> `}${isKnown ? plays[i].case.key : subject.schemeName}</a>${isBroken && markup` <span class="damage">BROKEN</span>`}</li>`,
  )}</ul></nav>`;
}
